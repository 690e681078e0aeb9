"""Create a waybill from the shipment's page: drafted first or issued at once, and downloaded."""

import pytest

from tests.scanner import labels, pages
from tests.web.page import Page, wants_login
from webapp.actions import shipments, waybills
from webapp.connectors import labels as drawn
from webapp.models import Event, Waybill


def page_of(client, shipment) -> Page:
    return Page(client.get(f"/shipments/{shipment.id}"))


def typed(client, shipment, door: str = "new", **values) -> dict:
    return Page(client.get(f"/shipments/{shipment.id}/waybill/{door}")).typed | values


def test_the_shipments_page_offers_both_ways(as_user, cast, shipment):
    page = page_of(as_user(cast.clerk), shipment)
    assert {f"/shipments/{shipment.id}/waybill/new", f"/shipments/{shipment.id}/waybill/upload"} <= set(page.links)
    assert "None yet" in page.text and "Void…" not in page.text


def test_the_form_holds_what_the_shipment_says(as_user, cast, shipment):
    page = Page(as_user(cast.clerk).get(f"/shipments/{shipment.id}/waybill/new"))
    assert (page.fields["sender_name"], page.fields["reference"]) == ("Nord Logistica", "REF-A")
    assert (page.fields["notes"], page.fields["cash"]) == ("", "")
    assert "Rocco Recipient" in page.text and "GLS" in page.text and "EUR" in page.text


def test_issued_at_once_it_is_downloaded_in_both_formats(as_user, cast, shipment):
    client = as_user(cast.clerk)
    values = typed(client, shipment, cash="12,50", notes="Ring twice.")
    answer = client.post(f"/shipments/{shipment.id}/waybill/create-and-issue", data=values)
    assert answer.status_code == 303 and answer.location == f"/shipments/{shipment.id}"
    page = page_of(client, shipment)
    assert "is issued." in page.alert and "Download PDF" in page.text and "€12.50" in page.text
    answer = client.get(f"/shipments/{shipment.id}/waybill.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="waybill-{shipment.id}.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    (label,) = pages(answer.data)
    assert label.codes == {"Code128": "T1", "QRCode": "https://gls-group.eu/track/T1"}
    assert "EUR 12.50" in label.text and "Ring twice." in label.text and "Rocco Recipient" in label.text
    assert len(labels(client.get(f"/shipments/{shipment.id}/waybill.zpl").data)) == 1
    missing = client.get(f"/shipments/{shipment.id}/waybill.png")
    assert missing.status_code == 406 and "as PDF and ZPL alone" in missing.text


def test_a_draft_is_edited_and_issued(as_user, cast, shipment):
    client = as_user(cast.clerk)
    assert client.post(f"/shipments/{shipment.id}/waybill", data=typed(client, shipment)).status_code == 303
    assert Waybill.get().status == "draft" and "Download" not in page_of(client, shipment).text
    assert client.get(f"/shipments/{shipment.id}/waybill.pdf").status_code == 406
    values = typed(client, shipment, "edit", sender_name="My shop", reference="NEW")
    assert client.post(f"/shipments/{shipment.id}/waybill/edit", data=values).status_code == 303
    assert typed(client, shipment, "edit")["sender_name"] == "My shop"
    answer = client.post(f"/shipments/{shipment.id}/waybill/issue")
    assert answer.location == f"/shipments/{shipment.id}" and Waybill.get().details["sender"]["name"] == "My shop"
    assert "Reference: NEW" in pages(client.get(f"/shipments/{shipment.id}/waybill.pdf").data)[0].text


def test_what_was_not_typed_anew_follows_the_shipment(as_user, cast, shipment):
    client = as_user(cast.clerk)
    client.post(f"/shipments/{shipment.id}/waybill", data=typed(client, shipment, notes="Ring"))
    shipments.edit(cast.viewer(cast.clerk), shipment.id, reference="LATER")
    assert typed(client, shipment, "edit")["reference"] == "LATER"
    assert typed(client, shipment, "edit")["notes"] == "Ring"


BAD = {
    "cash": ["12.505", "-1", "x", "1e9", "9" * 20],
    "notes": ["n" * 121, "a\x00b"],
    "sender_name": ["s" * 121, "\x07"],
    "reference": ["r" * 121],
}


@pytest.mark.parametrize("field", BAD)
def test_what_cannot_be_taken_is_told_at_its_field_and_nothing_is_lost(as_user, cast, shipment, field):
    client = as_user(cast.clerk)
    for value in BAD[field]:
        values = typed(client, shipment, sender_city="KEEP-ME") | {field: value}
        for door in ("", "/create-and-issue"):
            page = Page(client.post(f"/shipments/{shipment.id}/waybill{door}", data=values))
            assert (page.status, set(page.errors)) == (422, {field})
            assert page.fields["sender_city"] == "KEEP-ME"
    assert not Waybill.select().exists()


def test_a_second_one_is_refused_above_the_form(as_user, cast, shipment):
    client = as_user(cast.clerk)
    values = typed(client, shipment, notes="KEEP")
    waybills.create(cast.viewer(cast.merchant), shipment.id, draw=drawn.draw)
    page = Page(client.post(f"/shipments/{shipment.id}/waybill", data=values))
    assert page.status == 409 and "has a waybill, which is issued" in page.alert and page.fields["notes"] == "KEEP"
    assert Waybill.select().count() == 1


def test_replacing_starts_from_what_the_old_one_said(as_user, cast, shipment):
    client = as_user(cast.clerk)
    client.post(f"/shipments/{shipment.id}/waybill/create-and-issue", data=typed(client, shipment, notes="Ring"))
    shipments.edit(cast.viewer(cast.clerk), shipment.id, tracking_code="T2")
    assert "the label says the old ones" in page_of(client, shipment).text
    values = typed(client, shipment, "replace")
    assert values["notes"] == "Ring"
    assert client.post(f"/shipments/{shipment.id}/waybill/replace", data=values).status_code == 303
    old, new = Waybill.select().order_by(Waybill.id)
    assert (old.status, new.status, new.replaces_id, new.number) == ("replaced", "issued", old.id, "T2")
    page = page_of(client, shipment)
    assert "1 before" in page.text and "the label says the old ones" not in page.text


def test_what_the_moment_does_not_allow_leads_back(as_user, cast, shipment):
    client = as_user(cast.clerk)
    for door in ("edit", "replace", "void"):
        assert client.get(f"/shipments/{shipment.id}/waybill/{door}").status_code == 404
    waybills.create(cast.viewer(cast.clerk), shipment.id, draw=drawn.draw)
    assert client.get(f"/shipments/{shipment.id}/waybill/edit").location == f"/shipments/{shipment.id}"
    waybills.void(cast.viewer(cast.clerk), shipment.id)
    for door in ("edit", "replace", "void"):
        assert client.get(f"/shipments/{shipment.id}/waybill/{door}").location == f"/shipments/{shipment.id}"
    back = {"back": f"/shipments/{shipment.id}"}
    answer = client.post(f"/shipments/{shipment.id}/waybill/issue", data=back)
    assert answer.location == back["back"] and "stays as it is" in page_of(client, shipment).alert


def test_a_canceled_shipment_needs_none(as_user, cast, shipment):
    client = as_user(cast.clerk)
    values = typed(client, shipment)
    waybills.create(cast.viewer(cast.clerk), shipment.id, draw=drawn.draw)
    client.post(f"/shipments/{shipment.id}/cancel")
    page = page_of(client, shipment)
    assert "needs none" in page.text and "Voided" in page.text and "Create waybill" not in page.text
    assert client.post(f"/shipments/{shipment.id}/waybill", data=values).status_code == 409


DOORS = [
    *[("get", door) for door in ("/new", "/edit", "/replace", "/upload", "/void", ".pdf", ".zpl", ".png")],
    *[("post", door) for door in ("", "/create-and-issue", "/edit", "/replace", "/issue", "/upload", "/void")],
]


@pytest.mark.parametrize("who", ["rival_clerk", "stranger"])
def test_a_foreign_shipment_and_an_unknown_one_are_both_not_there(as_user, cast, shipment, who):
    waybills.create(cast.viewer(cast.clerk), shipment.id, draw=drawn.draw)
    client, before = as_user(getattr(cast, who)), Event.select().count()
    for verb, door in DOORS:
        for number in (shipment.id, 999999):
            answer = getattr(client, verb)(f"/shipments/{number}/waybill{door}")
            assert answer.status_code == 404, (verb, door)
            assert "There is no such shipment." in answer.text
    assert Waybill.get().status == "issued" and Event.select().count() == before


def test_they_need_login_and_their_token(client, csrf_client, cast, shipment):
    for verb, door in DOORS:
        answer = getattr(client, verb)(f"/shipments/{shipment.id}/waybill{door}")
        assert wants_login(answer), (verb, door)
    csrf_client.post("/login", data={"email": cast.clerk.email, "password": cast.password})
    assert csrf_client.post(f"/shipments/{shipment.id}/waybill/create-and-issue", data={}).status_code == 401
    assert not Waybill.select().exists()
