"""Routing rules: drafts do nothing, live rules count from the next order on, and a trial tells what would change."""

import dataclasses
import datetime as dt

import pytest

from webapp.actions import allocations, orders, routing_rules, routing_trials
from webapp.actions.routing_rules import RuleDraft
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models import Allocation, AllocationDecision, Event, Order, Product, RoutingRule, Store, Supply

from .conftest import incoming

FRENCH = {"delivery_address": {"name": "Léa", "city": "Lyon", "country_iso": "FR"}}


def prefer(*suppliers, **values) -> RuleDraft:
    facts = {"name": "France from the rival", "position": 10, "effect": "prefer", **values}
    return RuleDraft(suppliers=tuple(supplier.id for supplier in suppliers), **facts)


def live(world, draft: RuleDraft) -> RoutingRule:
    made = routing_rules.draft(world.viewer, draft)
    return routing_rules.turn_on(world.viewer, made.id, routing_rules.version(made))


def served_by(order: Order) -> list[int | None]:
    return [row.supplier_id for row in Allocation.select().where(Allocation.order == order.id).order_by(Allocation.id)]


@pytest.fixture
def stocked(world):
    """Mugs on the merchant's own shelf and in two warehouses; the shelf goes first unless a rule says otherwise."""
    world.product("MUG", own=50, logistics=50, rival=50)
    return world


def test_a_draft_does_nothing_until_it_is_turned_on(stocked):
    rival = stocked.cast.rival
    made = routing_rules.draft(stocked.viewer, prefer(rival, countries=("FR",)))
    assert served_by(stocked.order(("MUG", 1), **FRENCH)) == [None]
    routing_rules.turn_on(stocked.viewer, made.id, routing_rules.version(made))
    order = stocked.order(("MUG", 1), external_id="2", **FRENCH)
    assert served_by(order) == [rival.id]
    reason = AllocationDecision.get(AllocationDecision.order == order.id)
    assert reason.detail["tie_break"] == "the rule “France from the rival”"
    assert served_by(stocked.order(("MUG", 1), external_id="3")) == [None]
    routing_rules.turn_off(stocked.viewer, made.id)
    assert served_by(stocked.order(("MUG", 1), external_id="4", **FRENCH)) == [None]
    kinds = [row.kind for row in Event.select().where(Event.subject == "routing_rule").order_by(Event.id)]
    assert kinds == ["routing_rule.drafted", "routing_rule.turned_on", "routing_rule.turned_off"]


def test_many_orders_at_once_and_waiting_lines_follow_the_rules_too(stocked):
    rival = stocked.cast.rival
    live(stocked, prefer(rival, countries=("FR",)))
    page = [incoming(("MUG", 1), external_id=str(n), **(FRENCH if n % 2 else {})) for n in range(4)]
    orders.import_page(stocked.channel, page)
    by_reference = {order.reference: served_by(order) for order in Order.select()}
    assert by_reference == {"#0": [None], "#1": [rival.id], "#2": [None], "#3": [rival.id]}
    stocked.product("LATER", own=0, rival=0)
    waiting = stocked.order(("LATER", 1), external_id="9", **FRENCH)
    Product.update(own_quantity=5).where(Product.sku == "LATER").execute()
    Supply.update(quantity=5).where(Supply.supplier_sku == "LATER").execute()
    assert allocations.allocate(stocked.viewer, waiting.id) == 1
    assert served_by(waiting) == [rival.id]


def test_a_cut_off_is_of_the_stores_own_day(stocked):
    Store.update(time_zone="Europe/Rome").where(Store.id == stocked.viewer.store_id).execute()
    live(stocked, prefer(stocked.cast.logistics, after_time="15:00"))
    before = dt.datetime(2026, 11, 24, 13, 59, tzinfo=dt.UTC)
    assert served_by(stocked.order(("MUG", 1), ordered_at=before)) == [None]
    late = stocked.order(("MUG", 1), external_id="2", ordered_at=before + dt.timedelta(minutes=1))
    assert served_by(late) == [stocked.cast.logistics.id]


def test_rules_of_a_channel_are_about_its_orders_alone(stocked):
    live(stocked, prefer(stocked.cast.logistics, channels=(stocked.channel.id,)))
    assert served_by(stocked.order(("MUG", 1))) == [stocked.cast.logistics.id]


def test_another_stores_rules_do_not_count(stocked):
    foreign = stocked.cast.viewer(stocked.cast.stranger)
    made = routing_rules.draft(foreign, prefer(stocked.cast.stranger_supplier))
    routing_rules.turn_on(foreign, made.id, routing_rules.version(made))
    assert served_by(stocked.order(("MUG", 1))) == [None]
    with pytest.raises(NotFound):
        routing_rules.find(stocked.viewer, made.id)


def test_a_live_rule_is_changed_by_a_draft_that_takes_its_place(stocked):
    first = live(stocked, prefer(stocked.cast.logistics))
    draft = routing_rules.change(stocked.viewer, first.id, prefer(stocked.cast.rival, name="Other"))
    assert (draft.id != first.id, draft.live, draft.replaces_id) == (True, False, first.id)
    again = routing_rules.change(stocked.viewer, first.id, prefer(stocked.cast.rival, name="Third"))
    assert (again.id, again.name) == (draft.id, "Third")
    assert served_by(stocked.order(("MUG", 1))) == [stocked.cast.logistics.id]
    routing_rules.turn_on(stocked.viewer, draft.id, routing_rules.version(again))
    assert [row.name for row in RoutingRule.select()] == ["Third"]
    assert served_by(stocked.order(("MUG", 1), external_id="2")) == [stocked.cast.rival.id]


def test_what_was_changed_after_the_trial_is_not_turned_on(stocked):
    made = routing_rules.draft(stocked.viewer, prefer(stocked.cast.logistics))
    seen = routing_rules.version(made)
    routing_rules.change(stocked.viewer, made.id, prefer(stocked.cast.rival))
    with pytest.raises(Conflict, match="changed after it was tried"):
        routing_rules.turn_on(stocked.viewer, made.id, seen)
    assert not RoutingRule.get().live


def test_a_trial_tells_what_would_change_and_moves_nothing(stocked):
    logistics, rival = stocked.cast.logistics, stocked.cast.rival
    stocked.product("CUP", logistics=50, rival=50)
    stocked.order(("MUG", 1), ("CUP", 2), **FRENCH)
    stocked.order(("MUG", 1), external_id="2")
    stocked.order(("GHOST", 1), external_id="3")
    before = list(Allocation.select().tuples())
    made = routing_rules.draft(stocked.viewer, prefer(logistics, countries=("FR",)))
    trial = routing_trials.try_out(stocked.viewer, made)
    assert (trial.orders, trial.fitting, trial.changed) == (3, 1, 1)
    assert (trial.parcels_before, trial.parcels_after) == (3, 2)
    (example,) = trial.examples
    assert example.order.reference == "#1"
    assert example.before == {"Own stock": 1, logistics.name: 2} and example.after == {logistics.name: 3}
    assert trial.stocks == {"Own stock": (2, 1), logistics.name: (1, 1)}
    assert list(Allocation.select().tuples()) == before
    on = routing_rules.turn_on(stocked.viewer, made.id, routing_rules.version(made))
    off = routing_trials.try_out(stocked.viewer, on)
    assert (off.changed, off.parcels_before, off.parcels_after) == (1, 2, 3)
    swap = routing_rules.change(stocked.viewer, on.id, prefer(rival, countries=("FR",)))
    assert routing_trials.try_out(stocked.viewer, swap).examples[0].after == {rival.name: 3}


def test_nonsense_is_refused_by_field(stocked):
    everyone = (0, *(supplier.id for supplier in (stocked.cast.logistics, stocked.cast.rival)))
    good = prefer(stocked.cast.logistics)
    for wrong, field in [
        ({"effect": "wish"}, "effect"),
        ({"suppliers": ()}, "suppliers"),
        ({"suppliers": (stocked.cast.stranger_supplier.id,)}, "suppliers"),
        ({"suppliers": everyone}, "suppliers"),
        ({"channels": (999_999,)}, "channels"),
    ]:
        with pytest.raises(Invalid) as refused:
            routing_rules.draft(stocked.viewer, dataclasses.replace(good, **wrong))
        assert list(refused.value.errors) == [field]
    assert not RoutingRule.select().exists()


def test_a_clerk_decides_nothing(stocked):
    with pytest.raises(Forbidden):
        routing_rules.draft(stocked.cast.viewer(stocked.cast.clerk), prefer(stocked.cast.logistics))
