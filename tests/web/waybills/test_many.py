"""Tick shipments on their list and download one file with all their waybills."""

import pytest

from tests.api.v1.waybills.label import PDF
from tests.scanner import labels as parts
from tests.scanner import pages
from tests.web.page import Page
from webapp.actions import shipments, waybills
from webapp.connectors import labels


@pytest.fixture
def both(cast, shipment, rivals):
    """Two shipments with issued waybills, the logistics service's and its rival's."""
    for row in (shipment, rivals):
        waybills.create(cast.viewer(cast.merchant), row.id, draw=labels.draw)
    return shipment, rivals


def ticks(client) -> dict[str, bool]:
    """Return shipment -> whether it can be ticked."""
    found = Page(client.get("/shipments/")).main.all("input", name="shipment")
    assert all(tick.attributes["form"] == "ticked" for tick in found)
    return {tick.attributes["value"]: "disabled" not in tick.attributes for tick in found}


def test_what_is_not_canceled_can_be_ticked_and_the_list_says_what_has_no_waybill(as_user, cast, shipment, rivals):
    client = as_user(cast.merchant)
    waybills.create(cast.viewer(cast.clerk), shipment.id, draw=labels.draw)
    assert ticks(client) == {str(shipment.id): True, str(rivals.id): True}
    assert client.get("/shipments/").text.count("No waybill is issued for it") == 1
    shipments.cancel(cast.viewer(cast.merchant), rivals.id)
    assert ticks(client) == {str(shipment.id): True, str(rivals.id): False}
    assert ticks(as_user(cast.clerk)) == {str(shipment.id): True}


@pytest.mark.parametrize("ending", ["pdf", "zpl"])
def test_one_file_has_those_that_were_ticked(as_user, cast, both, ending):
    form = Page(as_user(cast.merchant).get("/shipments/")).main.all("form", id="ticked")[0]
    assert form.attributes["action"] == "/waybills.pdf"
    address = f"/waybills.{ending}?shipment={both[1].id}&shipment={both[0].id}"
    answer = as_user(cast.merchant).get(address)
    assert answer.status_code == 200 and f'filename="waybills.{ending}"' in answer.headers["Content-Disposition"]
    if ending == "pdf":
        assert [page.codes["Code128"] for page in pages(answer.data)] == ["RIVAL99", "T1"]
    else:
        assert [label[-1].data for label in parts(answer.data)] == ["RIVAL99", "T1"]


def told(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 303 and answer.location.startswith("/shipments/")
    return Page(client.get(answer.location)).alert


def test_what_cannot_be_given_is_told_on_the_list(as_user, cast, both):
    client, back = as_user(cast.merchant), "&back=/shipments/?status=draft"
    assert "Tick the shipments" in told(client, "/waybills.pdf?" + back)
    assert "Tick the shipments" in told(client, "/waybills.pdf?shipment=x")
    waybills.upload_again(cast.viewer(cast.clerk), both[0].id, "application/pdf", PDF)
    address = f"shipment={both[0].id}&shipment={both[1].id}{back}"
    assert "can’t be joined" in told(client, "/waybills.pdf?" + address)
    assert f"Shipment {both[0].id} has no ZPL" in told(client, "/waybills.zpl?" + address)
    waybills.void(cast.viewer(cast.clerk), both[0].id)
    assert f"No waybill is issued for shipment {both[0].id}" in told(client, "/waybills.pdf?" + address)
    assert client.get("/waybills.pdf?back=https://evil.example/").location == "/shipments/"


def test_a_rivals_is_not_among_a_clerks(as_user, cast, both):
    address = f"/waybills.pdf?shipment={both[0].id}&shipment={both[1].id}"
    assert "There is no such shipment." in told(as_user(cast.clerk), address)
    assert "There is no such shipment." in told(as_user(cast.stranger), address)


def test_it_needs_login(client, both):
    assert client.get(f"/waybills.pdf?shipment={both[0].id}").location.startswith("/login")
