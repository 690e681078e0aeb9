"""Orders that wait: for a reason, until a day, and back to where they were."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.actions.conftest import incoming
from webapp.actions import holds, orders, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.jobs import upkeep
from webapp.models import Change, Event, Hold, Order, Push, Store

ROME = ZoneInfo("Europe/Rome")
TOMORROW = dt.timedelta(days=1)


@pytest.fixture
def order(world):
    world.product("MUG", logistics=5)
    return world.order(("MUG", 2))


def status(order) -> str:
    return Order.get_by_id(order.id).status


def messages(order) -> list[str]:
    return [row.message for row in Event.select().where(Event.order == order.id).order_by(Event.id)]


def test_a_hold_is_told_to_everybody_with_its_reason(world, order, viewer_of, cast):
    before = Store.get_by_id(cast.store.id).change_seq
    until = now() + TOMORROW
    held = holds.hold(viewer_of(cast.merchant), order.id, " Address to be\nconfirmed ", until)
    row = Hold.get(Hold.order == order.id)
    assert (held.status, status(order)) == ("on_hold", "on_hold")
    assert (row.reason, row.until, row.status_before) == ("Address to be confirmed", until, "payment_accepted")
    assert (row.placed_by, row.released_at) == (cast.merchant.name, None)
    assert f"On hold: Address to be confirmed, until {until.astimezone(ROME).day}" in messages(order)[-1]
    assert Event.select().where(Event.order == order.id, Event.kind == "order.status").get().public
    told = {row.supplier_id for row in Change.select().where(Change.number > before, Change.subject == "order")}
    assert told == {None, cast.logistics.id}
    assert Push.get(Push.order == order.id).payload == {"status": "on_hold"}


@pytest.mark.parametrize("before", ["awaiting_payment", "payment_accepted", "in_process"])
def test_a_release_brings_the_order_back_to_where_it_was(world, viewer_of, cast, before):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2), status="awaiting_payment" if before == "awaiting_payment" else "payment_accepted")
    if before == "in_process":
        orders.set_status(viewer_of(cast.merchant), order.id, "in_process")
    holds.hold(viewer_of(cast.merchant), order.id, "Wait")
    assert holds.release(viewer_of(cast.admin), order.id).status == before
    row = Hold.get(Hold.order == order.id)
    assert (row.released_by, row.released_at is None) == (cast.admin.name, False)
    assert status(order) == holds.release(viewer_of(cast.admin), order.id).status == before


def test_a_part_that_has_shipped_is_not_forgotten_over_a_hold(world, viewer_of, cast, order):
    merchant = viewer_of(cast.merchant)
    line = world.line(order, "MUG")
    first = shipments.create(merchant, order.id, ShipmentDraft({line.id: 1}))
    shipments.ship(merchant, first.id)
    holds.hold(merchant, order.id, "Wait")
    with pytest.raises(Conflict, match="On hold can't be packed"):
        shipments.create(merchant, order.id, ShipmentDraft({line.id: 1}))
    holds.release(merchant, order.id)
    assert status(order) == "partially_shipped"


def test_what_the_channel_says_meanwhile_counts_after_the_release(world, viewer_of, cast):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2), status="awaiting_payment")
    holds.hold(viewer_of(cast.merchant), order.id, "Waits for the bank")
    orders.import_order(world.channel, incoming(("MUG", 2)))
    assert status(order) == "on_hold"
    assert holds.release(viewer_of(cast.merchant), order.id).status == "payment_accepted"


def test_a_second_hold_changes_reason_and_end_of_the_first(order, viewer_of, cast):
    merchant = viewer_of(cast.merchant)
    holds.hold(merchant, order.id, "Wait")
    for _ in range(2):
        holds.hold(merchant, order.id, "Wait longer")
    assert [row.reason for row in Hold.select()] == ["Wait longer"]
    assert [text for text in messages(order) if "Wait longer" in text] == ["Stays on hold: Wait longer"]
    assert holds.release(merchant, order.id).status == "payment_accepted"


def test_moving_or_canceling_the_order_by_hand_ends_its_hold(order, viewer_of, cast):
    merchant = viewer_of(cast.merchant)
    orders.set_status(merchant, order.id, "on_hold")
    orders.set_status(merchant, order.id, "in_process")
    holds.hold(merchant, order.id, "Again")
    orders.set_status(merchant, order.id, "canceled")
    assert [row.released_at is None for row in Hold.select()] == [False, False]
    with pytest.raises(Conflict, match="can't become On hold"):
        holds.hold(merchant, order.id, "Too late")


def test_an_order_that_its_channel_holds_can_be_released(world, viewer_of, cast):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2), status="on_hold")
    assert holds.release(viewer_of(cast.merchant), order.id).status == "payment_accepted"


def test_the_worker_releases_what_is_due_and_nothing_else(world, viewer_of, cast):
    world.product("MUG", logistics=9)
    due, later, open_end = (world.order(("MUG", 1), external_id=name) for name in ("1", "2", "3"))
    merchant = viewer_of(cast.merchant)
    for order, until in ((due, now() + TOMORROW), (later, now() + TOMORROW), (open_end, None)):
        holds.hold(merchant, order.id, "Wait", until)
    Hold.update(until=now() - dt.timedelta(seconds=1)).where(Hold.order == due.id).execute()
    upkeep.release_holds()
    assert [status(order) for order in (due, later, open_end)] == ["payment_accepted", "on_hold", "on_hold"]
    assert Hold.get(Hold.order == due.id).released_by == "Hold"
    before = Store.get_by_id(cast.store.id).change_seq
    upkeep.release_holds()
    assert Store.get_by_id(cast.store.id).change_seq == before


def test_an_end_that_has_passed_is_refused(order, viewer_of, cast):
    with pytest.raises(Conflict, match="Choose a later day"):
        holds.hold(viewer_of(cast.merchant), order.id, "Wait", now() - TOMORROW)
    assert status(order) == "payment_accepted"


def test_only_the_store_holds_and_releases_its_orders(order, viewer_of, cast):
    for act in (lambda viewer: holds.hold(viewer, order.id, "Wait"), lambda viewer: holds.release(viewer, order.id)):
        with pytest.raises(Forbidden):
            act(viewer_of(cast.clerk))
        with pytest.raises(NotFound):
            act(viewer_of(cast.stranger))


def test_an_order_of_which_a_part_has_left_stays_partially_shipped_whatever_it_is_set_to(world, order):
    line = world.line(order, "MUG").id
    made = shipments.create(world.viewer, order.id, ShipmentDraft(lines={line: 1}))
    shipments.ship(world.viewer, made.id)
    holds.hold(world.viewer, order.id, "Wait")
    orders.set_status(world.viewer, order.id, "in_process")
    assert status(order) == "partially_shipped" and not Hold.select().where(Hold.released_at.is_null()).exists()
