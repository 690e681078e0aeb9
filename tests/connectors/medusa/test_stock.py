"""How much may be sold, set in Medusa: what lies there is that and what its orders have reserved."""

import pytest

from tests.connectors.medusa.conftest import connect, writes
from tests.servers.fault_proxy import FaultProxy
from tests.servers.medusa import READ_KEY
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.medusa import stock
from webapp.domain.channel import StockCount

NORD, SUD = "sloc_nord", "sloc_sud"


def stocked(shop, sku: str) -> dict[str, int]:
    return {place: count for (item, place), (count, _) in shop.goods.levels.items() if item == f"iitem_{sku}"}


def test_so_many_can_be_sold_whatever_is_reserved(shop, medusa):
    (number,) = shop.goods.offer("MUG", stock=50)
    order = shop.sell(("MUG", 3))
    for _ in range(2):
        assert medusa.set_stock([StockCount(number, 7)]) == {}
    assert (stocked(shop, "MUG"), shop.goods.for_sale("MUG")) == ({NORD: 10}, 7)
    assert len(writes(shop)) == 1
    shop.fulfil(order, 3, tracking="TRACK-1")
    assert shop.goods.for_sale("MUG") == 7


def test_a_hundred_are_set_in_one_call(shop, medusa):
    numbers = [shop.goods.offer(f"P{number}")[0] for number in range(100)]
    assert medusa.set_stock([StockCount(number, 3) for number in numbers]) == {}
    assert {count for count, _ in shop.goods.levels.values()} == {3}
    assert len(writes(shop)) == 1


def test_what_cannot_be_set_is_named_and_the_rest_is_set(shop, medusa):
    goods = shop.goods
    numbers = [goods.offer(sku)[0] for sku in ("MUG", "SIX", "SET", "TWIN-A", "TWIN-B", "SPREAD")]
    goods.offer("LAMP", counted=False)
    goods.variant("variant_SIX")["parts"] = [("iitem_SIX", 6)]
    goods.variant("variant_SET")["parts"].append(("iitem_TRAY", 1))
    goods.variant("variant_TWIN-B")["parts"] = [("iitem_TWIN-A", 1)]
    goods.set("SPREAD", SUD, 5)
    counts = [StockCount(number, 7) for number in (*numbers, "variant_LAMP", "variant_GONE", "x/y?z")]
    assert medusa.set_stock(counts) == {
        "variant_SIX": stock.KIT,
        "variant_SET": stock.KIT,
        "variant_TWIN-A": stock.SHARED,
        "variant_TWIN-B": stock.SHARED,
        "variant_SPREAD": stock.SEVERAL,
        "variant_LAMP": stock.UNCOUNTED,
        "variant_GONE": stock.UNKNOWN,
        "x/y?z": stock.UNKNOWN,
    }
    assert (goods.for_sale("MUG"), goods.for_sale("SPREAD")) == (7, 5)
    assert len(writes(shop)) == 1


def test_the_named_location_is_set_and_the_others_keep_theirs(shop):
    shop.goods.locations.append(SUD)
    known, fresh = shop.goods.offer("MUG", stock=4) + shop.goods.offer("LAMP", stock=4)
    shop.goods.set("MUG", SUD, 1)
    counts = [StockCount(known, 7), StockCount(fresh, 2)]
    assert connect(shop.url, location=SUD).set_stock(counts) == {}
    assert (stocked(shop, "MUG"), stocked(shop, "LAMP")) == ({NORD: 4, SUD: 7}, {NORD: 4, SUD: 2})


def test_nothing_is_put_at_a_location_that_the_shop_does_not_have(shop):
    (number,) = shop.goods.offer("MUG")
    with pytest.raises(ConnectorError, match="no stock location with this ID") as caught:
        connect(shop.url, location="sloc_est").set_stock([StockCount(number, 7)])
    assert caught.value.permanent
    assert (writes(shop), stocked(shop, "MUG")) == ([], {NORD: 0})


def test_what_lies_nowhere_yet_is_put_at_the_only_location(shop, medusa):
    (number,) = shop.goods.offer("MUG", stock=None)
    assert medusa.set_stock([StockCount(number, 7)]) == {}
    assert stocked(shop, "MUG") == {NORD: 7}


def test_what_lies_nowhere_is_named_where_there_are_several_locations(shop, medusa):
    shop.goods.locations.append(SUD)
    numbers = shop.goods.offer("MUG", stock=None) + shop.goods.offer("LAMP")
    assert medusa.set_stock([StockCount(number, 7) for number in numbers]) == {numbers[0]: stock.NOWHERE}
    assert (stocked(shop, "MUG"), stocked(shop, "LAMP")) == ({}, {NORD: 7})


@pytest.mark.parametrize("fault", ["drop", "error", "swallow_error", "refuse", "truncate"])
def test_a_repeat_after_a_call_that_failed_sets_the_number_once(shop, fault):
    numbers = shop.goods.offer("MUG") + shop.goods.offer("LAMP", stock=None)
    shop.sell(("MUG", 2))
    counts = [StockCount(number, 7) for number in numbers]
    with FaultProxy(shop.url) as proxy:
        proxy.plan(fault, only="POST")
        with pytest.raises(ConnectorError) as caught:
            connect(proxy.url).set_stock(counts)
        assert not caught.value.permanent
        assert connect(proxy.url).set_stock(counts) == {}
    assert (stocked(shop, "MUG"), stocked(shop, "LAMP")) == ({NORD: 9}, {NORD: 7})


def test_one_that_goes_between_the_look_and_the_call_holds_up_no_other(shop, medusa):
    numbers = shop.goods.offer("MUG") + shop.goods.offer("LAMP")
    shop.meanwhile.append(lambda: shop.goods.levels.pop(("iitem_MUG", NORD)))
    told = medusa.set_stock([StockCount(number, 7) for number in numbers])
    assert list(told) == [numbers[0]] and "is not stocked at location" in told[numbers[0]]
    assert stocked(shop, "LAMP") == {NORD: 7}


def test_a_parcel_that_leaves_between_the_look_and_the_call_puts_nothing_too_much_on_sale(shop, medusa):
    (number,) = shop.goods.offer("MUG", stock=50)
    order = shop.sell(("MUG", 3))
    shop.meanwhile.append(lambda: shop.fulfil(order, 3, tracking="TRACK-1"))
    assert medusa.set_stock([StockCount(number, 7)]) == {}
    assert (shop.goods.for_sale("MUG"), len(writes(shop))) == (7, 2)


def test_an_order_that_comes_between_the_look_and_the_call_keeps_its_units(shop, medusa):
    (number,) = shop.goods.offer("MUG", stock=50)
    shop.meanwhile.append(lambda: shop.sell(("MUG", 3)))
    assert medusa.set_stock([StockCount(number, 7)]) == {}
    assert (shop.goods.for_sale("MUG"), len(writes(shop))) == (4, 1)


def test_a_key_that_may_not_write_is_an_error_of_the_whole_call(shop):
    numbers = shop.goods.offer("MUG") + shop.goods.offer("LAMP")
    with pytest.raises(ConnectorError, match="may not do this"):
        connect(shop.url, READ_KEY).set_stock([StockCount(number, 7) for number in numbers])
