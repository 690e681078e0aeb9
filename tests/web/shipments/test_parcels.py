"""Parcels on the forms of a shipment: their weights, typed in one field."""

import pytest

from tests.web.page import Page
from webapp.actions import carriers, parcels, shipments
from webapp.actions.parcels import ParcelDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Parcel, Shipment


@pytest.fixture
def draft(cast, order):
    packed = (ParcelDraft(1250, 300, 200, 100), ParcelDraft())
    return shipments.create(cast.viewer(cast.clerk), order.id, ShipmentDraft(parcels=packed))


TYPED = {
    "": [],
    "1.2": [1200],
    "1,2; 0.8": [1200, 800],
    " 1 2 ;; 3; ": [1000, 2000, 3000],
    "?": [None],
    "0.001; ?": [1, None],
}


@pytest.mark.parametrize("text", TYPED)
def test_weights_are_typed_when_packing(as_user, cast, order, text):
    client = as_user(cast.clerk)
    values = Page(client.get(f"/orders/{order.id}/shipments/new")).typed | {"parcels": text}
    assert client.post(f"/orders/{order.id}/shipments", data=values).status_code == 303
    assert [row.weight_grams for row in Parcel.select().order_by(Parcel.position)] == TYPED[text]


@pytest.mark.parametrize("text", ["x", "1.2.3", "-1", "0", "2001", "1e3", "1.2345", "1;" * 100, "٣", "a\x00"])
def test_what_is_no_weight_is_told_at_the_field(as_user, cast, order, draft, text):
    client = as_user(cast.clerk)
    page = Page(client.post(f"/shipments/{draft.id}", data={"parcels": text, "reference": "KEEP"}))
    assert (page.status, page.errors.keys(), page.fields["reference"]) == (422, {"parcels"}, "KEEP")
    assert Parcel.select().count() == 2


def test_sizes_are_kept_while_nobody_touches_the_weights(as_user, cast, draft):
    client = as_user(cast.clerk)
    page = Page(client.get(f"/shipments/{draft.id}/edit"))
    assert page.fields["parcels"] == "1.25; ?"
    client.post(f"/shipments/{draft.id}", data=page.typed | {"reference": "NEW"})
    assert Shipment.get().reference == "NEW" and parcels.drafts_of(draft)[0].length_mm == 300
    page = Page(client.get(f"/shipments/{draft.id}/edit"))
    client.post(f"/shipments/{draft.id}", data=page.typed | {"parcels": "2"})
    assert parcels.drafts_of(draft) == [ParcelDraft(2000)]


def test_the_page_says_how_many_there_are(as_user, cast, draft):
    facts = Page(as_user(cast.clerk).get(f"/shipments/{draft.id}")).main.all("dl")[0].text
    assert "Parcels 2 1.25; ?" in facts


def test_the_stores_own_carriers_are_suggested(as_user, cast, order, draft):
    viewer = cast.viewer(cast.merchant)
    carriers.add(viewer, "Nonna", "https://n.example/{code}")
    carriers.archive(viewer, "ups")
    client = as_user(cast.merchant)
    for door in (f"/orders/{order.id}/shipments/new", f"/shipments/{draft.id}/edit", "/shipments/"):
        options = {option.attributes["value"] for option in Page(client.get(door)).main.all("option")}
        assert "Nonna" in options and "GLS" in options and "UPS" not in options, door
