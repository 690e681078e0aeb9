"""Configuration > Carriers: list, add, change the tracking page, archive, restore."""

import pytest

from tests.web.page import FRAGMENT, Page, wants_login
from webapp.actions import carriers
from webapp.models import Carrier, Event


def rows(client, query: str = "") -> dict[str, str]:
    """Return the list's rows by the carrier's name."""
    page = Page(client.get(f"/carriers/?{query}"))
    assert page.status == 200
    cells = [row.all("td") for body in page.main.all("tbody") for row in body.all("tr")]
    return {name.text: " ".join(cell.text for cell in rest) for name, *rest in cells}


def test_the_usual_ones_are_listed(as_user, cast):
    client = as_user(cast.merchant)
    listed = rows(client)
    assert listed["GLS"] == "https://gls-group.eu/track/{code} Crossdock"
    assert {"BRT", "DHL", "SDA", "Poste Italiane", "FedEx", "UPS", "TNT"} <= listed.keys()
    assert rows(client, "q=poste").keys() == {"Poste Italiane", "La Poste"}
    assert "Nothing found" in client.get("/carriers/?q=nobody").text
    assert "/carriers/" in Page(client.get("/")).links


def test_one_is_added(as_user, cast):
    client = as_user(cast.admin)
    page = Page(client.get("/carriers/new"))
    assert page.typed.keys() >= {"name", "tracking_pattern"}
    values = {"name": " Nonna <Corriere> ", "tracking_pattern": "https://n.example/{code}"}
    answer = client.post("/carriers/", data=values)
    assert (answer.status_code, answer.location) == (303, "/carriers/")
    assert rows(client)["Nonna <Corriere>"] == "https://n.example/{code} Your store"
    edit = Page(client.get("/carriers/nonna%20%3Ccorriere%3E/edit"))
    assert edit.fields["tracking_pattern"] == "https://n.example/{code}"


@pytest.mark.parametrize("key", ["gls", "poste%20italiane"])
def test_a_tracking_page_is_changed(as_user, cast, key):
    client = as_user(cast.merchant)
    page = Page(client.get(f"/carriers/{key}/edit"))
    assert page.fields["tracking_pattern"].startswith("https://")
    (door,) = [action for action in page.posts if action.startswith("/carriers/")]
    answer = client.post(door, data={"tracking_pattern": " https://mine.example/{code} "})
    assert answer.status_code == 303 and Carrier.get().tracking_pattern == "https://mine.example/{code}"
    assert Event.get(Event.kind == "carrier.changed").actor_label == "Marta Merchant"
    client.post(door, data={"tracking_pattern": ""})
    assert Carrier.get().tracking_pattern == ""


def test_one_is_archived_and_restored(as_user, cast):
    client = as_user(cast.merchant)
    assert "Archive UPS?" in Page(client.get("/carriers/ups/archive")).text
    assert client.post("/carriers/ups/archive").status_code == 303
    assert "UPS" not in rows(client) and rows(client, "archived=1").keys() == {"UPS"}
    assert "UPS" not in carriers.names(cast.store.id)
    assert client.post("/carriers/ups/restore").status_code == 303
    assert "UPS" in rows(client)


BAD = [
    ({"tracking_pattern": "https://x.example/"}, "tracking_pattern", "Put {code}"),
    ({"tracking_pattern": "javascript:alert({code})"}, "tracking_pattern", "whole address"),
    ({"tracking_pattern": "https://{code}.example/"}, "tracking_pattern", "behind the site"),
    ({"tracking_pattern": "https://x.example/{code}" + "a" * 500}, "tracking_pattern", "At most 500"),
    ({"tracking_pattern": "https://x.example/{code}\x00"}, "tracking_pattern", "can't be stored"),
]
BAD_NAMES = [
    ({"name": ""}, "name", "Give the carrier a name."),
    ({"name": "c" * 81}, "name", "At most 80"),
    ({"name": "a/b"}, "name", "no slash"),
    ({"name": "..."}, "name", "Give the carrier a name"),
    ({"name": "gls"}, "name", "GLS is there already"),
]


@pytest.mark.parametrize(("values", "field", "told"), [*BAD, *BAD_NAMES])
def test_what_cannot_be_taken_is_told_at_its_field(as_user, cast, values, field, told):
    client = as_user(cast.merchant)
    given = {"name": "New", "tracking_pattern": "https://keep.example/{code}"} | values
    page = Page(client.post("/carriers/", data=given))
    assert page.status == 422 and page.errors.keys() == {field} and told in page.errors[field]
    if (values, field, told) in BAD:
        page = Page(client.post("/carriers/gls", data=given))
        assert page.status == 422 and told in page.errors[field]
    assert not Carrier.select().exists()


DOORS = [
    *[("get", door) for door in ("/carriers/", "/carriers/new", "/carriers/gls/edit", "/carriers/gls/archive")],
    *[("post", door) for door in ("/carriers/", "/carriers/gls", "/carriers/gls/archive", "/carriers/gls/restore")],
]


@pytest.mark.parametrize(("verb", "door"), DOORS)
def test_they_are_for_merchants_and_admins(as_user, client, cast, verb, door):
    values = {"name": "New", "tracking_pattern": ""}
    clerk = as_user(cast.clerk)
    assert getattr(clerk, verb)(door, **({"data": values} if verb == "post" else {})).status_code == 403
    assert wants_login(getattr(client, verb)(door))
    assert not Carrier.select().exists()


def test_a_clerks_menu_has_none(as_user, cast):
    assert "/carriers/" not in Page(as_user(cast.clerk).get("/shipments/")).links


def test_another_stores_are_not_seen(as_user, cast):
    as_user(cast.stranger).post("/carriers/", data={"name": "Foreign", "tracking_pattern": ""})
    client = as_user(cast.merchant)
    assert "Foreign" not in rows(client)
    assert client.get("/carriers/foreign/edit").status_code == 404
    assert client.post("/carriers/foreign", data={"tracking_pattern": ""}).status_code == 404


def test_htmx_gets_the_rows_alone(as_user, cast):
    answer = as_user(cast.merchant).get("/carriers/?q=gls", headers=FRAGMENT)
    assert answer.text.strip().startswith('<div id="carrier-rows">') and "GLS" in answer.text
