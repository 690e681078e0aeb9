"""Taking orders in: once, whole, and again when the channel changed them."""

import pytest

from tests.actions.conftest import incoming
from webapp.actions import orders, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Allocation, AllocationDecision, Change, Event, Order, OrderLine, Supply


def test_an_order_comes_in_with_lines_stock_reason_and_event(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))

    assert (order.status, order.reference, order.recipient) == ("payment_accepted", "#1", "bea buyer milano")
    allocation = Allocation.get()
    assert (allocation.supplier_id, allocation.quantity) == (world.cast.logistics.id, 2)
    assert Supply.get().reserved == 2
    decision = AllocationDecision.get()
    assert decision.rule == "whole_line"
    assert decision.detail["candidates"][1]["free"] == 5
    kinds = [row.kind for row in Event.select().where(Event.order == order.id).order_by(Event.id)]
    assert kinds == ["order.imported", "order.allocated"]


def test_importing_twice_changes_nothing(world):
    world.product("MUG", logistics=5)
    again = incoming(("MUG", 2))
    assert orders.import_order(world.channel, again).outcome == "created"
    before = [table.select().count() for table in (Order, OrderLine, Allocation, Event, Change)]
    assert orders.import_order(world.channel, again).outcome == "unchanged"
    assert [table.select().count() for table in (Order, OrderLine, Allocation, Event, Change)] == before
    assert Supply.get().reserved == 2


def test_a_line_with_an_unknown_sku_is_kept_and_joined_when_its_product_comes(world):
    order = world.order(("GHOST", 1))
    assert OrderLine.get().product_id is None
    world.product("GHOST", own=3)
    assert Allocation.get(Allocation.order == order.id).supplier_id is None


def test_an_order_that_the_channel_cancels_before_work_began_gives_its_stock_back(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    orders.import_order(world.channel, incoming(("MUG", 2), status="canceled", channel_status="void"))
    assert Order.get_by_id(order.id).status == "canceled"
    assert Supply.get().reserved == 0
    assert Change.get(Change.action == "withdrawn").supplier_id == world.cast.logistics.id


def test_an_order_edited_on_the_channel_before_work_began_is_allocated_anew(world):
    world.product("MUG", logistics=5)
    world.product("POT", rival=5)
    order = world.order(("MUG", 2))
    orders.import_order(world.channel, incoming(("MUG", 4), ("POT", 1)))
    assert [line.quantity for line in order.lines.order_by(OrderLine.id)] == [4, 1]
    assert [row.reserved for row in Supply.select().order_by(Supply.id)] == [4, 1]


def test_an_order_edited_after_work_began_keeps_its_lines_and_says_so(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    shipments.create(world.viewer, order.id, ShipmentDraft())
    orders.import_order(world.channel, incoming(("MUG", 1)))
    assert OrderLine.get().quantity == 2
    assert Event.select().where(Event.kind == "order.cancel_asked").count() == 1


def test_a_shipped_order_is_never_moved_back(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    made = shipments.create(world.viewer, order.id, ShipmentDraft())
    shipments.ship(world.viewer, made.id)
    for status in ("payment_accepted", "awaiting_payment", "canceled", "on_hold"):
        orders.import_order(world.channel, incoming(("MUG", 2), status=status, channel_status=status))
        assert Order.get_by_id(order.id).status == "shipped"


@pytest.mark.parametrize("status", ["shipped", "delivered", "canceled", "returned"])
def test_an_order_that_is_over_takes_no_stock(world, status):
    world.product("MUG", logistics=5)
    world.order(("MUG", 2), status=status)
    assert Supply.get().reserved == 0


def test_a_page_of_new_orders_leaves_what_they_would_leave_one_by_one(world):
    world.product("MUG", logistics=5)
    world.product("POT", own=1, rival=9)
    page = [
        incoming(("MUG", 4), ("GHOST", 1), external_id="a"),
        incoming(("MUG", 3), ("POT", 2), external_id="b"),
        incoming(("POT", 1), external_id="c", status="canceled"),
        incoming(("POT", 0), external_id="d"),
    ]
    results = orders.import_page(world.channel, page)
    assert {name: result.outcome for name, result in results.items()} == dict.fromkeys("abcd", "created")
    together = left()
    for table in (Change, Event, AllocationDecision, Allocation, OrderLine, Order):
        table.delete().execute()
    Supply.update(reserved=0).execute()
    for one in page:
        orders.import_order(world.channel, one)
    assert left() == together and len(together["order"]) == 4 and len(together["allocation"]) == 3


def left():
    """What an import leaves, less ids, times and change numbers."""
    names = {row.id: row.external_id for row in Order.select()}
    columns = ("rule", "detail", "quantity", "kind", "message", "supplier_id", "supply_id", "public", "data", "status")
    columns += ("recipient", "import_digest", "total_cents", "sku", "product_id", "actor_label", "subject")
    told = [(names[row.order_id], row.supplier_id, row.action) for row in Change.select() if row.subject == "order"]
    products = {(row.subject_id, row.supplier_id) for row in Change.select() if row.subject == "product"}
    rows = {
        table._meta.name: sorted(
            [names.get(getattr(row, "order_id", row.id)), *(repr(getattr(row, name, "")) for name in columns)]
            for row in table.select().where(table.id > 0)
            if not isinstance(row, Event) or row.order_id
        )
        for table in (Order, OrderLine, Allocation, AllocationDecision, Event)
    }
    held = [row.reserved for row in Supply.select().order_by(Supply.id)]
    return rows | {"told": sorted(told, key=repr), "products": products, "held": held}


def test_a_page_tells_what_is_known_and_leaves_what_changed_to_be_taken_over(world):
    world.product("MUG", logistics=5)
    order = world.order(("MUG", 2))
    world.order(("MUG", 1), external_id="2")
    page = [incoming(("MUG", 2)), incoming(("MUG", 2), external_id="2"), incoming(("MUG", 1), external_id="3")]
    results = orders.import_page(world.channel, page)
    assert {name: result.outcome for name, result in results.items()} == {"1": "unchanged", "3": "created"}
    assert results["1"].order_id == order.id and Supply.get().reserved == 4


def test_a_page_with_one_odd_order_is_left_out_whole(world):
    world.product("MUG", logistics=5)
    odd = incoming(("MUG", 1), external_id="odd", status="unheard")
    before = left()
    with pytest.raises(Exception, match=r"(?i)constraint"):
        orders.import_page(world.channel, [incoming(("MUG", 2)), odd])
    assert left() == before and Supply.get().reserved == 0
