"""Configuration > Routing: write a rule, see what it would have changed, turn it on and off, delete it."""

import pytest

from tests.actions.conftest import World
from tests.web.page import Page
from webapp.actions import routing_rules
from webapp.actions.routing_rules import RuleDraft
from webapp.models import RoutingRule

FRENCH = {"delivery_address": {"name": "Léa", "city": "Lyon", "country_iso": "FR"}}


@pytest.fixture
def world(cast):
    made = World(cast)
    made.product("MUG", own=9, logistics=9)
    made.order(("MUG", 1), **FRENCH)
    return made


def typed(cast, **values):
    facts = {"name": "To France", "effect": "prefer", "suppliers": [str(cast.logistics.id)], "countries": "fr, be"}
    return {**facts, "position": "10", "after_time": "", **values}


def rule_of(cast, viewer) -> RoutingRule:
    return routing_rules.draft(viewer, RuleDraft("To France", 10, "prefer", ("FR",), suppliers=(cast.logistics.id,)))


def test_a_rule_is_written_tried_and_turned_on(as_user, cast, world):
    client = as_user(cast.merchant)
    assert "No rules yet" in Page(client.get("/routing/")).text
    assert "/routing/" in Page(client.get("/")).links
    answer = client.post("/routing/", data=typed(cast))
    made = RoutingRule.get()
    assert (answer.status_code, answer.location) == (303, f"/routing/{made.id}/trial")
    assert (made.countries, made.suppliers, made.live) == (["FR", "BE"], [cast.logistics.id], False)
    trial = Page(client.get(answer.location))
    assert "1 orders served from elsewhere" in trial.text and f"{cast.logistics.name} × 1" in trial.text
    assert trial.fields["version"] == routing_rules.version(made)
    answer = client.post(f"/routing/{made.id}/on", data={"version": trial.fields["version"]})
    assert answer.location == "/routing/" and RoutingRule.get().live
    listed = Page(client.get("/routing/")).main.text
    assert "To France" in listed and "to FR, BE" in listed and "On" in listed
    client.post(f"/routing/{made.id}/off")
    assert not RoutingRule.get().live


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(as_user, cast):
    client = as_user(cast.merchant)
    wrong = typed(cast, name=" ", countries="Italy", position="0", after_time="noon", suppliers=[])
    page = Page(client.post("/routing/", data=wrong))
    assert page.status == 422
    assert "“ITALY” isn't a country's code" in page.errors["countries"]
    assert {"name", "position", "after_time"} <= page.errors.keys()
    assert page.fields["countries"] == "Italy" and page.fields["position"] == "0"
    page = Page(client.post("/routing/", data=typed(cast, suppliers=[])))
    assert page.status == 422 and "Choose at least one stock." in page.text
    assert not RoutingRule.select().exists()


def test_changing_a_live_rule_writes_a_draft(as_user, cast, world):
    client, made = as_user(cast.admin), rule_of(cast, world.viewer)
    routing_rules.turn_on(world.viewer, made.id, routing_rules.version(made))
    page = Page(client.get(f"/routing/{made.id}/edit"))
    assert "stays as it is" in page.text and page.fields["countries"] == "FR"
    answer = client.post(f"/routing/{made.id}", data=typed(cast, name="To Spain", countries="ES"))
    draft = RoutingRule.get(~RoutingRule.live)
    assert (answer.location, draft.name, draft.replaces_id) == (f"/routing/{draft.id}/trial", "To Spain", made.id)
    assert "Draft of a change" in Page(client.get("/routing/")).text


def test_what_was_changed_after_the_trial_is_shown_again(as_user, cast, world):
    client, made = as_user(cast.merchant), rule_of(cast, world.viewer)
    page = Page(client.post(f"/routing/{made.id}/on", data={"version": "old"}))
    assert page.status == 409 and "changed after it was tried" in page.text and not RoutingRule.get().live


def test_one_is_deleted_after_a_question(as_user, cast, world):
    client, made = as_user(cast.merchant), rule_of(cast, world.viewer)
    assert "Delete “To France”?" in Page(client.get(f"/routing/{made.id}/delete")).text
    assert client.post(f"/routing/{made.id}/delete").location == "/routing/"
    assert not RoutingRule.select().exists()


def test_without_orders_the_trial_says_so(as_user, cast):
    made = rule_of(cast, cast.viewer(cast.admin))
    assert "No orders to try it on yet" in Page(as_user(cast.merchant).get(f"/routing/{made.id}/trial")).text


def test_another_stores_rule_is_not_found(as_user, cast):
    foreign = cast.viewer(cast.stranger)
    made = routing_rules.draft(foreign, RuleDraft("Secret", 10, "prefer", suppliers=(cast.stranger_supplier.id,)))
    client = as_user(cast.merchant)
    for path in ("edit", "trial", "delete"):
        assert client.get(f"/routing/{made.id}/{path}").status_code == 404
    for path in ("", "/on", "/off", "/delete"):
        assert client.post(f"/routing/{made.id}{path}", data=typed(cast)).status_code == 404
    assert "Secret" not in client.get("/routing/").text
    assert RoutingRule.get().name == "Secret"


def test_clerks_have_no_say(as_user, cast):
    assert as_user(cast.clerk).get("/routing/").status_code == 403
