"""The stock of an order is chosen anew: what isn't packed goes to whichever stock serves it best now."""

import pytest

from webapp.actions import acceptance, holdings, rerouting, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.domain.errors import Conflict, Forbidden, NotFound
from webapp.models import Allocation, Change, Event, Order, Supply


@pytest.fixture
def mugs(world):
    """Mugs at both logistics services; the first one is preferred."""
    made = world.product("MUG", logistics=10, rival=10)
    prefer(world.cast.logistics)
    return made


def prefer(supplier) -> None:
    Supply.update(priority=5).execute()
    Supply.update(priority=0).where(Supply.supplier == supplier.id).execute()


def served(world, order) -> dict[str, int]:
    return {holdings.source_name(supplier): units for (_, supplier), units in sorted(holdings.per_stock(order).items())}


def reserved() -> list[int]:
    return [row.reserved for row in Supply.select().order_by(Supply.id)]


def test_it_goes_to_the_stock_that_is_best_now(world, mugs):
    order = world.order(("MUG", 3))
    assert served(world, order) == {"Nord Logistica": 3}
    prefer(world.cast.rival)
    rerouting.reroute(world.viewer, order.id)
    assert served(world, order) == {"Rival Warehousing": 3} and reserved() == [0, 3]
    assert Event.get(Event.kind == "order.rerouted").actor_label == "Ada Admin"
    told = Change.select().where(Change.order_id == order.id, Change.action == "withdrawn")
    assert [row.supplier_id for row in told] == [world.cast.logistics.id]


def test_nothing_is_touched_where_the_same_stock_would_serve_it(world, mugs):
    order = world.order(("MUG", 3))
    acceptance.accept(world.cast.viewer(world.cast.clerk), order.id)
    before = [list(table.select().order_by(table.id).tuples()) for table in (Allocation, Event, Change, Supply)]
    with pytest.raises(rerouting.UnmovedError):
        rerouting.reroute(world.viewer, order.id)
    assert before == [list(table.select().order_by(table.id).tuples()) for table in (Allocation, Event, Change, Supply)]


def test_what_is_packed_stays_where_it_is(world, mugs):
    order = world.order(("MUG", 3))
    shipments.create(world.viewer, order.id, ShipmentDraft(lines={world.line(order, "MUG").id: 1}))
    prefer(world.cast.rival)
    rerouting.reroute(world.viewer, order.id)
    assert served(world, order) == {"Nord Logistica": 1, "Rival Warehousing": 2} and reserved() == [1, 2]
    with pytest.raises(rerouting.UnmovedError):
        rerouting.reroute(world.viewer, order.id)


def test_what_has_left_is_not_held_again(world, mugs):
    order = world.order(("MUG", 3))
    made = shipments.create(world.viewer, order.id, ShipmentDraft(lines={world.line(order, "MUG").id: 2}))
    shipments.ship(world.viewer, made.id)
    prefer(world.cast.rival)
    rerouting.reroute(world.viewer, order.id)
    assert served(world, order) == {"Nord Logistica": 2, "Rival Warehousing": 1} and reserved() == [0, 1]


def test_what_lacked_stock_finds_it(world):
    world.product("MUG", logistics=1)
    order = world.order(("MUG", 3))
    Supply.update(quantity=5).execute()
    rerouting.reroute(world.viewer, order.id)
    assert served(world, order) == {"Nord Logistica": 3} and reserved() == [3]


def test_a_finished_order_is_left_alone(world, mugs):
    order = world.order(("MUG", 3))
    Order.update(status="shipped").execute()
    with pytest.raises(Conflict) as refused:
        rerouting.reroute(world.viewer, order.id)
    assert refused.value.code == "not_open"


def test_only_the_stores_own_people_do_it(world, mugs):
    order = world.order(("MUG", 3))
    with pytest.raises(Forbidden):
        rerouting.reroute(world.cast.viewer(world.cast.clerk), order.id)
    with pytest.raises(NotFound):
        rerouting.reroute(world.cast.viewer(world.cast.stranger), order.id)
