"""What the worker does and the database undoes, since another was in its way, is done by the next tick."""

import datetime as dt

import pytest
from structlog.testing import capture_logs

from tests.actions.conftest import World
from tests.collisions import in_the_way
from tests.jobs.due import leave, sell, wait_until
from tests.jobs.reading import due
from webapp.actions import allocations, many_orders
from webapp.db import now
from webapp.jobs.batches import BatchWorker
from webapp.jobs.import_orders import Importer
from webapp.jobs.push_to_channels import Pusher
from webapp.models import Allocation, Batch, BatchRow, Hold, Order, Product, Push, PushAttempt, Store, Supply


@pytest.fixture(autouse=True)
def logged():
    with capture_logs() as entries:
        yield entries


def fresh(row):
    return type(row).get_by_id(row.id)


def at_work(worker):
    if isinstance(worker, Pusher):
        return worker._lanes.running()
    return [work for work in worker._busy.values() if not work.done()]


def turned(worker) -> None:
    """Let a tick's work begin and end."""
    worker.tick()
    wait_until(lambda: not at_work(worker))


def test_a_confirmation_that_was_told_and_not_recorded_is_found_there(channel, shop, logged):
    sell(shop, 1)
    (push,) = leave(channel)
    pusher = Pusher()
    with in_the_way(Store.get_by_id(channel.store_id), push, keys=True):
        turned(pusher)
    assert not PushAttempt.select().exists() and fresh(push).status in ("sending", "waiting")
    assert any(line["log_level"] == "error" for line in logged)
    Push.update(lease_until=now() - dt.timedelta(seconds=1)).where(Push.lease_until.is_null(False)).execute()
    turned(pusher)
    pusher.close()
    assert fresh(push).status == "sent" and len(shop.order("1")["fulfilments"]) == 1


def test_an_order_comes_in(channel, shop, cast, stocked):
    shop.sell(("MUG-BLUE", 1))
    importer = Importer()
    due(channel)
    held = Supply.get(Supply.supplier == cast.logistics.id)
    with in_the_way(Store.get_by_id(channel.store_id), held):
        turned(importer)
    due(channel)
    turned(importer)
    importer.close()
    assert Order.select().count() == 1 and Allocation.select().count() == 1
    assert fresh(held).reserved == 1


@pytest.fixture
def world(cast):
    return World(cast)


def test_a_batch_goes_on_with_the_row(world, cast):
    world.product("MUG", logistics=9)
    order = world.order(("MUG", 1))
    made = many_orders.start(world.viewer, "hold", [(order.id, "#1")], {"reason": "Wait"})
    worker = BatchWorker()
    with in_the_way(Store.get_by_id(cast.store.id), order):
        turned(worker)
    turned(worker)
    worker.close()
    assert Batch.get_by_id(made.id).status == "done"
    assert [row.status for row in BatchRow.select()] == ["done"]
    assert Hold.select().count() == 1


def test_stock_that_came_in_stands_although_an_order_cannot_have_it_yet(world, cast):
    product = world.product("MUG", own=0)
    order = world.order(("MUG", 2))
    Product.update(own_quantity=5).execute()
    with in_the_way(Store.get_by_id(cast.store.id), order):
        assert allocations.allocate_waiting(world.viewer, product.id) == 0
    assert allocations.allocate_waiting(world.viewer, product.id) == 2
    assert Product.get().own_reserved == 2
