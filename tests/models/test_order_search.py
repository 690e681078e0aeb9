"""Few matches are picked out before they are sorted; many are read along the index. Both give the same pages."""

import datetime as dt

import pytest

from tests.actions.conftest import MOMENT, World
from webapp.models import order_search, order_sort
from webapp.models.order_search import OrderSearch


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
    while found := search.page(viewer, place, size):
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
        monkeypatch.setattr(order_search, "FEW", 20_000)
        picked = everything(world.viewer, search, size)
        monkeypatch.setattr(order_search, "FEW", 3)
        assert everything(world.viewer, search, size) == picked and len(set(picked)) == 9


def test_what_is_picked_out_is_the_viewers_own(world):
    for who in (world.cast.rival_clerk, world.cast.stranger):
        viewer = world.cast.viewer(who)
        assert OrderSearch(channel_id=world.channel.id, sort="reference").page(viewer, None, 50) == []
