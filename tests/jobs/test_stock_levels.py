"""Stock told to a shop: the newest number, once its orders are read, whatever fails; stores without it pay nothing."""

import datetime as dt
import sqlite3
import threading
from contextlib import closing

import pytest

from tests.actions.conftest import incoming
from tests.jobs.reading import due, fresh, point, write
from tests.servers.gate import Gate
from webapp.actions import channels, orders, products, publications, stock_levels, suppliers, supplies
from webapp.actions.products import ProductDraft
from webapp.actions.supplies import SupplyDraft
from webapp.db import db, now, transaction
from webapp.jobs import catalogue, import_orders
from webapp.jobs.stock_levels import NO_NUMBER, TWICE, StockTeller, tell
from webapp.models import Channel, Order, Product, Publication, StockLevel, Store, Supply, SyncRun

MINUTE = dt.timedelta(minutes=1)


def read_at(channel, moment: dt.datetime) -> None:
    """Read the channel's orders, and let that be so long ago."""
    due(channel)
    import_orders.read_due(channel.id)
    SyncRun.update(finished_at=moment).where(SyncRun.channel == channel.id).execute()


def tell_now(channel) -> None:
    """Tell what waits, right after a reading however long that takes here."""
    read_at(channel, now() + 60 * MINUTE)
    Channel.update(stock_next_at=now()).where(Channel.id == channel.id).execute()
    tell(channel.id)


def shelf(shop) -> dict[str, int]:
    """Return the shop's own numbers, of what it was told."""
    with closing(sqlite3.connect(shop.data, timeout=15)) as held:
        return dict(held.execute("SELECT sku, stock FROM products WHERE stock IS NOT NULL"))


def level(sku) -> StockLevel:
    return StockLevel.select().join(Product).where(Product.sku == sku).get()


def is_waiting(sku) -> bool:
    row = level(sku)
    return row.version > row.told_version


def product(sku) -> Product:
    return Product.get(Product.sku == sku)


@pytest.fixture
def published(channel, stocked):
    """MUG-BLUE and MOKA-3 are published on the channel under the shop's numbers."""
    for sku, number in (("MUG-BLUE", "1"), ("MOKA-3", "3")):
        publications.create(stocked, product(sku).id, channel.id, {"external_id": number})
    return channel


@pytest.fixture
def telling(published, stocked):
    channels.tell_stock(stocked, published.id)
    return fresh(published)


@pytest.fixture
def told(telling, shop):
    """The shop was told that there are ten of each."""
    tell_now(telling)
    assert shelf(shop) == {"MUG-BLUE": 10, "MOKA-3": 10}
    return fresh(telling)


def report(stocked, sku, units) -> None:
    """Let the product's one supplier have so many."""
    supply = Supply.get(Supply.product == product(sku).id)
    supplies.update(stocked, supply.product_id, supply.id, SupplyDraft(supply.supplier_id, supply.supplier_sku, units))


def test_a_store_that_tells_no_channel_pays_nothing(published, stocked, sql_count):
    with sql_count() as without:
        products.edit(stocked, product("MUG-BLUE").id, {"own_quantity": 1})
    assert StockLevel.select().count() == 0 and not any("stock_level" in one for one in without)
    channels.tell_stock(stocked, published.id)
    with sql_count() as with_it:
        products.edit(stocked, product("MUG-BLUE").id, {"own_quantity": 2})
    assert len(with_it) == len(without) + 1 and level("MUG-BLUE").version == 2
    channels.stop_telling_stock(stocked, published.id)
    assert StockLevel.select().count() == 0 and not Store.get_by_id(stocked.store_id).tells_stock


def test_all_that_is_published_is_told_with_the_sum_over_all_stocks(telling, stocked, cast, shop):
    products.edit(stocked, product("MUG-BLUE").id, {"own_quantity": 3})
    supplies.add(stocked, product("MUG-BLUE").id, SupplyDraft(cast.rival.id, "R", 4))
    products.create(stocked, ProductDraft("APRON-LIN", "Not published", own_quantity=9))
    tell_now(telling)
    assert shelf(shop) == {"MUG-BLUE": 17, "MOKA-3": 10}
    row = level("MUG-BLUE")
    assert (row.told_quantity, row.error, is_waiting("MUG-BLUE")) == (17, "", False) and row.told_at <= now()


def test_many_changes_are_one_row_and_the_newest_number_is_told(told, stocked, shop):
    for units in (7, 8, 9, 5):
        report(stocked, "MUG-BLUE", units)
    assert StockLevel.select().count() == 2 and is_waiting("MUG-BLUE") and not is_waiting("MOKA-3")
    assert stock_levels.due(now()) == [told.id]
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 5 and stock_levels.due(now()) == []


def test_a_change_that_is_rolled_back_marks_nothing(told, stocked):
    with pytest.raises(KeyError), transaction():
        products.edit(stocked, product("MUG-BLUE").id, {"own_quantity": 1})
        assert is_waiting("MUG-BLUE")
        raise KeyError
    assert not is_waiting("MUG-BLUE")


def test_whatever_moves_units_has_them_told(told, stocked, cast, shop):
    order = orders.import_order(fresh(told), incoming(("MUG-BLUE", 4))).order_id
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 6
    orders.set_status(stocked, order, "canceled")
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 10
    products.archive(stocked, product("MUG-BLUE").id)
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 0
    suppliers.archive(stocked, cast.rival.id)
    tell_now(told)
    assert shelf(shop)["MOKA-3"] == 0
    suppliers.restore(stocked, cast.rival.id)
    tell_now(told)
    assert shelf(shop)["MOKA-3"] == 10


def test_nothing_is_told_before_the_shops_orders_are_read(told, stocked, shop):
    """The shop took two off by itself; our ten, told before its order is known here, would put them back on sale."""
    read_at(told, now() - MINUTE)
    report(stocked, "MUG-BLUE", 11)
    shop.sell(("MUG-BLUE", 2))
    tell(told.id)
    assert shelf(shop)["MUG-BLUE"] == 8 and is_waiting("MUG-BLUE")
    assert fresh(told).next_read_at <= now() + 5 * dt.timedelta(seconds=1)  # So its orders are read first, soon.
    assert stock_levels.due(now()) == [] and fresh(told).stock_lease_until is None
    tell_now(told)
    assert Order.select().count() == 1 and shelf(shop)["MUG-BLUE"] == 9


def test_a_shop_whose_orders_cannot_be_read_is_told_nothing(told, stocked, shop):
    shop.break_next(fail=1)
    read_at(told, now() + MINUTE)
    Channel.update(next_read_at=now() + 20 * MINUTE).execute()
    report(stocked, "MUG-BLUE", 3)
    tell(told.id)
    assert shelf(shop)["MUG-BLUE"] == 10 and is_waiting("MUG-BLUE")
    assert fresh(told).next_read_at > now() + 10 * MINUTE  # Trouble's pause stays.


def test_a_reading_that_runs_is_waited_for(told, stocked, shop):
    read_at(told, now() + 60 * MINUTE)
    SyncRun.create(store=told.store_id, channel=told.id, status="running")
    report(stocked, "MUG-BLUE", 3)
    tell(told.id)
    assert shelf(shop)["MUG-BLUE"] == 10


def test_an_import_of_products_is_no_reading_of_orders(told):
    SyncRun.create(store=told.store_id, channel=told.id, trigger="catalogue", status="failed", finished_at=now())
    read_at(told, now() + MINUTE)
    assert stock_levels.orders_are_read(told.id) and catalogue.BATCH


def test_a_shop_that_fails_is_tried_again_later_and_the_page_can_say_why(told, stocked, shop):
    report(stocked, "MUG-BLUE", 3)
    read_at(told, now() + 60 * MINUTE)
    shop.break_next(fail=1)
    Channel.update(stock_next_at=now()).execute()
    tell(told.id)
    row = fresh(told)
    assert row.stock_error == "The shop answered 500." and row.stock_failing_since <= now() < row.stock_next_at
    assert is_waiting("MUG-BLUE") and row.stock_lease_until is None
    tell_now(told)
    row = fresh(told)
    assert (row.stock_error, row.stock_failing_since, shelf(shop)["MUG-BLUE"]) == ("", None, 3)


def test_an_answer_that_is_lost_is_told_again_and_changes_nothing(told, stocked, shop):
    report(stocked, "MUG-BLUE", 3)
    read_at(told, now() + 60 * MINUTE)
    shop.break_next(drop=1)
    Channel.update(stock_next_at=now()).execute()
    tell(told.id)
    assert shelf(shop)["MUG-BLUE"] == 3 and is_waiting("MUG-BLUE")
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 3 and not is_waiting("MUG-BLUE")


def test_what_the_shop_refuses_is_kept_with_its_reason_and_not_repeated(told, stocked, shop):
    write(shop, "DELETE FROM products WHERE sku = 'MOKA-3'")
    report(stocked, "MOKA-3", 3)
    report(stocked, "MUG-BLUE", 3)
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 3 and not is_waiting("MOKA-3")
    summary = stock_levels.summary(fresh(told))
    assert summary.refused == [("MOKA-3", "The shop has no such product.")]
    assert (summary.waiting, summary.told) == (0, 2) and summary.last_told_at <= now()


def test_a_publication_without_the_shops_number_says_what_to_do(telling, stocked, shop):
    Publication.update(external_id="").where(Publication.product == product("MOKA-3").id).execute()
    tell_now(telling)
    assert shelf(shop) == {"MUG-BLUE": 10} and level("MOKA-3").error == NO_NUMBER


def test_two_products_with_one_number_in_the_shop_are_told_apart_by_a_person(telling, stocked, shop):
    before = shelf(shop).get("MUG-BLUE")
    number = Publication.get(Publication.product == product("MUG-BLUE").id).external_id
    Publication.update(external_id=number).where(Publication.product == product("MOKA-3").id).execute()
    tell_now(telling)
    assert shelf(shop).get("MUG-BLUE") == before
    assert level("MOKA-3").error == level("MUG-BLUE").error == TWICE


def test_a_worker_that_is_late_with_an_older_number_takes_nothing_back(told, stocked):
    report(stocked, "MUG-BLUE", 3)
    old = stock_levels.waiting(told.id, 25)
    report(stocked, "MUG-BLUE", 4)
    new = stock_levels.waiting(told.id, 25)
    units = {product: 0 for _, _, product, _ in new}
    stock_levels.told(new, units, {})
    stock_levels.told(old, units, {})
    assert not is_waiting("MUG-BLUE")


def test_what_changes_while_it_is_told_is_told_once_more(told, stocked, shop):
    with Gate(shop.url) as gate:
        report(stocked, "MUG-BLUE", 3)
        read_at(told, now() + 60 * MINUTE)
        point(told, gate.url)
        Channel.update(stock_next_at=now()).execute()
        teller = StockTeller()
        try:
            teller.tick()
            assert gate.arrived.wait(20)
            report(stocked, "MUG-BLUE", 4)
            assert stock_levels.claim(told.id) is None and stock_levels.due(now()) == []
            teller.tick()  # It is being told: no second thread begins.
        finally:
            gate.open()
            teller.close()
    assert shelf(shop)["MUG-BLUE"] == 3 and is_waiting("MUG-BLUE")
    point(told, shop.url)
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 4


def test_what_a_dead_worker_held_is_taken_over(told, stocked, shop):
    report(stocked, "MUG-BLUE", 3)
    assert stock_levels.claim(told.id) and stock_levels.claim(told.id) is None
    Channel.update(stock_lease_until=now() - MINUTE).execute()
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 3


def test_of_four_workers_one_tells(told, stocked):
    report(stocked, "MUG-BLUE", 3)
    leases: list[object] = []

    def work() -> None:
        with db.connection_context():
            leases.append(stock_levels.claim(told.id))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len([lease for lease in leases if lease]) == 1


def test_a_paused_channel_is_told_when_it_is_resumed_and_a_disconnected_one_never(told, stocked, shop):
    channels.pause(stocked, told.id)
    report(stocked, "MUG-BLUE", 3)
    assert stock_levels.due(now() + MINUTE) == [] and stock_levels.claim(told.id) is None
    channels.resume(stocked, told.id)
    tell_now(told)
    assert shelf(shop)["MUG-BLUE"] == 3
    channels.disconnect(stocked, told.id)
    report(stocked, "MUG-BLUE", 4)
    assert StockLevel.select().count() == 0 and stock_levels.due(now() + MINUTE) == []


def test_more_than_a_batch_is_told_in_turn(telling, stocked, shop):
    for number in range(120):
        sku = f"P{number}"
        write(shop, "INSERT INTO products (id, sku, title, price) VALUES (?, ?, 'P', 1)", 1000 + number, sku)
        made = products.create(stocked, ProductDraft(sku, sku, own_quantity=number))
        publications.create(stocked, made.id, telling.id, {"external_id": str(1000 + number)})
    tell_now(telling)
    held = shelf(shop)
    assert len(held) == 122 and all(held[f"P{number}"] == number for number in range(120))
