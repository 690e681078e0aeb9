"""Pages of a list, by offset and by cursor; a bad number or cursor is told, and never breaks anything."""

import base64

import pytest

from tests.api.problems import wrong
from webapp.db import now
from webapp.models import Order

LISTS = ("/orders", "/shippings", "/suppliers", "/carriers")


@pytest.fixture
def five(world):
    """Five orders, oldest first; return their ids."""
    world.product("MUG", logistics=100)
    return [world.order(("MUG", 1), external_id=str(number)).id for number in range(1, 6)]


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def walk(call, path: str) -> list[list[int]]:
    """Follow `next` to the end; return the ids page by page."""
    join = "&" if "?" in path else "?"
    answer = call("GET", path)
    pages = [ids(answer)]
    while answer.json["next"] is not None:
        answer = call("GET", f"{path}{join}cursor={answer.json['next']}")
        assert "total" not in answer.json
        pages.append(ids(answer))
    return pages


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_offset_and_max_with_an_exact_total(logistics, five):
    first = logistics("GET", "/orders?offset=0&max=2")
    assert (ids(first), first.json["total"]) == (five[:2], 5)
    last = logistics("GET", "/orders?offset=4&max=2")
    assert (ids(last), last.json["total"], last.json["next"]) == (five[4:], 5, None)
    beyond = logistics("GET", "/orders?offset=1000000")
    assert (ids(beyond), beyond.json["total"], beyond.json["next"]) == ([], 5, None)
    assert ids(logistics("GET", "/orders?max=100")) == five


def test_without_numbers_a_page_has_fifty_rows(world, logistics, five):
    for number in range(6, 53):
        world.order(("MUG", 1), external_id=str(number))
    answer = logistics("GET", "/orders")
    assert (len(answer.json["data"]), answer.json["total"]) == (50, 52)
    assert len(ids(logistics("GET", f"/orders?cursor={answer.json['next']}"))) == 2


def test_cursors_lead_through_all_rows_once_while_new_ones_arrive(world, logistics, five):
    assert walk(logistics, "/orders?max=2") == [five[:2], five[2:4], five[4:]]
    answer = logistics("GET", "/orders?max=2")
    late = world.order(("MUG", 1), external_id="late").id
    assert ids(logistics("GET", f"/orders?max=100&cursor={answer.json['next']}")) == [*five[2:], late]
    by_offset = logistics("GET", "/orders?offset=1&max=2")
    assert ids(logistics("GET", f"/orders?max=1&cursor={by_offset.json['next']}")) == [five[3]]


def test_updated_after_goes_by_the_time_of_change(logistics, five):
    for place in (3, 0):
        Order.update(updated_at=now()).where(Order.id == five[place]).execute()
    order = [five[1], five[2], five[4], five[3], five[0]]
    path = "/orders?updated_after=2020-01-01&max=2"
    assert walk(logistics, path) == [order[:2], order[2:4], order[4:]]
    same = now()
    Order.update(updated_at=same).execute()
    assert walk(logistics, path) == [five[:2], five[2:4], five[4:]]  # Of the same moment: by id.


def test_a_page_with_filters_counts_what_the_filters_leave(logistics, five):
    logistics("PUT", f"/orders/{five[1]}/status", json={"status": "in_process"})
    answer = logistics("GET", "/orders?status=in_process&max=1")
    assert (ids(answer), answer.json["total"], answer.json["next"]) == ([five[1]], 1, None)


@pytest.mark.parametrize("path", ["/suppliers", "/carriers"])
def test_the_short_lists_page_alike(whole, path):
    everything = ids(whole("GET", path))
    total = len(everything)
    assert total >= 2 and whole("GET", path).json["total"] == total
    second = whole("GET", f"{path}?offset=1&max=1")
    assert (ids(second), second.json["total"]) == (everything[1:2], total)
    assert ids(whole("GET", f"{path}?offset=100&max=50")) == []
    assert walk(whole, f"{path}?max=1") == [[one] for one in everything]


BAD = {
    "max": ("0", "-1", "101", "1.5", "two", "", "%D9%A3", "1e1", "9" * 30, "%2B1", "%201", "1_0", "0x1", "null"),
    "offset": ("-1", "1.5", "two", "", "%D9%A3", "1000001", "9" * 30, "-0"),
    "cursor": (
        "",
        "x",
        "%C3%A9",
        "!!!!",
        "%00",
        cursor(""),
        cursor("|"),
        cursor("|-1"),
        cursor("|x"),
        cursor("|" + "9" * 19),
        cursor("|٣"),
        cursor("5"),
        cursor("yesterday|5"),
        cursor("2026-01-01T00:00:00|5"),
        cursor("2026-01-01T00:00:00+00:00|5|5"),
        cursor("0001-01-01T00:00:00+23:00|5"),
        cursor("9999-12-31T23:59:59-23:00|5"),
        cursor("{}"),
        "a" * 3000,
    ),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_bad_number_or_cursor_is_told_at_its_name(whole, five, path):
    for name, values in BAD.items():
        for value in values:
            wrong(whole("GET", f"{path}?{name}={value}"), name)
            if path in ("/orders", "/shippings"):
                wrong(whole("GET", f"{path}?updated_after=2020-01-01&{name}={value}"), name)
    wrong(whole("GET", f"{path}?offset=0&cursor={cursor('|5')}"), "cursor")
    wrong(whole("GET", f"{path}?max=0&offset=x"), "max")


def test_a_cursor_belongs_to_the_kind_of_list_that_gave_it(logistics, five):
    plain = logistics("GET", "/orders?max=2").json["next"]
    changed = logistics("GET", "/orders?updated_after=2020-01-01&max=2").json["next"]
    wrong(logistics("GET", f"/orders?updated_after=2020-01-01&cursor={plain}"), "cursor")
    wrong(logistics("GET", f"/orders?cursor={changed}"), "cursor")
