"""Few matches are picked out before they are sorted; many are read along the index. Both give the same pages."""

import datetime as dt
import functools

import pytest

from tests.actions.conftest import MOMENT, World
from webapp.models import Order, order_pages, order_sort
from webapp.models.order_search import OrderRow, OrderSearch


@pytest.fixture
def world(cast):
    made = World(cast)
    made.product("MUG", logistics=99)
    for number in range(9):
        facts = {"total_cents": 100 * (number % 3), "ordered_at": MOMENT + dt.timedelta(hours=number // 2)}
        made.order(("MUG", 1), external_id=f"{(number * 5) % 9}", **facts)
    return made


def everything(viewer, search: OrderSearch, size: int) -> list[int]:
    """Read all pages, each from where the one before ended."""
    sort, place, seen = order_sort.chosen(viewer, search.sort), None, []
    while found := order_pages.page(search, viewer, place, size):
        seen += [row.id for row in found[:size]]
        if len(found) <= size:
            break
        place = sort.place(sort.place_of(found[size - 1]))
    return seen


@pytest.mark.parametrize("sort", order_sort.SORTS)
@pytest.mark.parametrize("size", [1, 2, 4, 50])
def test_picking_out_and_walking_along_the_index_give_the_same_pages(world, monkeypatch, sort, size):
    for facts in ({"channel_id": world.channel.id}, {"supplier_id": world.cast.logistics.id}, {"since": MOMENT}):
        search = OrderSearch(sort=sort, **facts)
        monkeypatch.setattr(order_pages, "FEW", 20_000)
        picked = everything(world.viewer, search, size)
        monkeypatch.setattr(order_pages, "FEW", 3)
        assert everything(world.viewer, search, size) == picked and len(set(picked)) == 9


def test_what_is_picked_out_is_the_viewers_own(world):
    for who in (world.cast.rival_clerk, world.cast.stranger):
        viewer = world.cast.viewer(who)
        search = OrderSearch(channel_id=world.channel.id, sort="reference")
        assert order_pages.page(search, viewer, None, 50) == []


@pytest.mark.parametrize("sort", order_sort.SORTS)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_list_that_nothing_narrows_down_is_the_same_list(world, sort, backwards):
    plain, narrowed = OrderSearch(sort=sort), OrderSearch(sort=sort, since=MOMENT)
    for who in (world.cast.merchant, world.cast.clerk, world.cast.rival_clerk):
        viewer = world.cast.viewer(who)
        everywhere = [None, *((getattr(row, order_sort.chosen(viewer, sort).field.name), row.id) for row in Order)]
        for place in everywhere:
            page = functools.partial(order_pages.page, viewer=viewer, place=place, size=3, backwards=backwards)
            rows = page(plain, also=["ship_by"])
            assert [told(row) for row in rows] == [told(row) for row in page(narrowed, also=["ship_by"])]
        assert order_pages.count(plain, viewer) == order_pages.count(narrowed, viewer) == len(page_of_all(viewer))


def page_of_all(viewer):
    return everything(viewer, OrderSearch(), 50)


def told(row):
    """Return what a page says of an order, its channel too."""
    shown = row.reference, row.status, row.customer, row.delivery_address, row.ordered_at, row.ship_by
    return row.id, *shown, row.total_cents, row.channel.id, row.channel.name


def test_an_order_by_hand_has_no_channel_in_a_page(world):
    world.order(("MUG", 1), external_id="by-hand")
    Order.update(channel=None).where(Order.external_id == "by-hand").execute()
    assert [row.channel for row in order_pages.page(OrderSearch(), world.viewer, None, 50)].count(None) == 1


def test_a_row_adds_up_lines_that_several_stocks_share_and_some_that_nobody_holds(cast):
    """One unit comes from the own shelf, two and one from two suppliers; one line is short, and one unknown."""
    made = World(cast)
    made.product("MUG", own=1, logistics=2, rival=1)
    made.product("LAMP", logistics=1)
    order = made.order(("MUG", 4), ("LAMP", 3), ("NOWHERE", 2))
    (row,) = OrderRow.of(made.viewer, [order])
    assert row.sources == ["Nord Logistica", "Own stock", "Rival Warehousing"]
    assert (row.lines, row.units, row.unassigned, row.unknown) == (3, 9, 2, 1)
    (row,) = OrderRow.of(cast.viewer(cast.clerk), [order])
    assert (row.sources, row.lines, row.units) == (["Nord Logistica"], 2, 3)
    (row,) = OrderRow.of(cast.viewer(cast.rival_clerk), [order])
    assert (row.sources, row.lines, row.units) == (["Rival Warehousing"], 1, 1)
