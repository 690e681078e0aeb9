"""The list of orders in every way it can be sorted, over its pages forth and back, and on days of the store's own."""

import datetime as dt
from urllib.parse import unquote

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.db import now
from webapp.models import Order, Store
from webapp.models.order_sort import SORTS
from webapp.web import hypermedia, order_list

DAY = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def sandbox(cast):
    return shop.channel(cast.store)


@pytest.fixture
def pages_of_four(monkeypatch):
    monkeypatch.setattr(order_list, "PAGE", 4)


@pytest.fixture
def many(sandbox):
    """Eleven orders, some of which share what they are sorted by."""
    made = []
    for place in range(11):
        status = ("payment_accepted", "in_process", "on_hold")[place % 3]
        facts = {"reference": f"#{(place * 7) % 11}~x", "total_cents": 1000 * (place % 4), "status": status}
        made.append(shop.order(sandbox, ("UNKNOWN", 1), ordered_at=DAY + dt.timedelta(hours=place // 2), **facts))
    return made


def read(client, path: str) -> tuple[list[int], Page]:
    """Return the ids on a page of the list, in order, and the page."""
    answer = client.get(path)
    assert answer.status_code == 200
    page = Page(answer)
    return [
        int(row.attributes["id"].removeprefix("order-")) for row in page.main.all("tr") if "id" in row.attributes
    ], page


def beside(page: Page, rel: str) -> str | None:
    found = page.main.all("a", rel=rel)
    return found[0].attributes["href"] if found else None


@pytest.mark.parametrize("sort", SORTS)
def test_every_way_shows_each_order_once_forth_and_back(as_user, cast, many, pages_of_four, sort):
    client = as_user(cast.merchant)
    way = SORTS[sort]
    rows = sorted(many, key=lambda row: (getattr(row, way.field.name), row.id), reverse=way.descending)
    wanted = [row.id for row in rows]
    path, seen, paths = f"/orders/?sort={sort}", [], []
    while path:
        ids, page = read(client, path)
        seen.append(ids)
        paths.append(path)
        path = beside(page, "next")
    assert [one for ids in seen for one in ids] == wanted and [len(ids) for ids in seen] == [4, 4, 3]
    back, page = read(client, beside(page, "prev"))
    assert back == wanted[4:8] and beside(page, "next")
    first, page = read(client, beside(page, "prev"))
    assert first == wanted[:4] and beside(page, "prev") is None


def test_going_back_past_the_start_shows_a_full_first_page(as_user, cast, many, pages_of_four):
    client = as_user(cast.merchant)
    _, page = read(client, "/orders/")
    newest = Order.select().order_by(Order.ordered_at.desc(), Order.id.desc())
    third = newest[2]
    ids, page = read(client, f"/orders/?before={third.ordered_at.isoformat().replace('+', '%2B')}~{third.id}")
    assert ids == [row.id for row in newest[:4]] and beside(page, "prev") is None


def test_pages_keep_the_filters_and_say_how_many_there_are(as_user, cast, sandbox):
    for _ in range(53):
        shop.order(sandbox, ("UNKNOWN", 1))
    client = as_user(cast.merchant)
    ids, page = read(client, "/orders/?needs=action&status=&q=")
    assert len(ids) == 50 and "First 50 of 53 orders" in page.text
    following = beside(page, "next")
    assert following.startswith("/orders/?needs=action&after=")
    rest, page = read(client, following)
    assert len(rest) == 3 and "3 of many orders" in page.text and not set(ids) & set(rest)


@pytest.mark.parametrize("place", ["~", "x~1", "~1", "2026-11-20~5", "1~" + "9" * 30, "%00~4", "-1", "9" * 40 + "~1"])
@pytest.mark.parametrize("sort", SORTS)
def test_a_place_that_makes_no_sense_is_none_or_empty_but_never_an_error(as_user, cast, many, sort, place):
    client = as_user(cast.merchant)
    for way in ("after", "before"):
        assert client.get(f"/orders/?sort={sort}&{way}={place}").status_code == 200


def test_a_click_on_a_head_sorts_and_a_second_one_turns_it_round(as_user, cast, many):
    client = as_user(cast.merchant)
    _, page = read(client, "/orders/?status=on_hold")
    total = next(link for link in page.main.all("a") if link.text == "Total").attributes["href"]
    assert total == "/orders/?status=on_hold&sort=total_down"
    _, page = read(client, total)
    head = next(cell for cell in page.main.all("th") if cell.text == "Total")
    assert head.attributes["aria-sort"] == "descending"
    assert head.all("a")[0].attributes["href"] == "/orders/?status=on_hold&sort=total"


def test_a_clerk_does_not_sort_by_what_the_whole_order_costs(as_user, cast, sandbox):
    cheap = shop.split_order(cast, sandbox, total_cents=1)
    dear = shop.split_order(cast, sandbox, total_cents=99999)
    client = as_user(cast.clerk)
    for sort in ("total", "total_down"):
        ids, page = read(client, f"/orders/?sort={sort}")
        assert ids == [dear.id, cheap.id] and "Highest total first" not in page.text
        assert not [link for link in page.main.all("a") if link.text == "Total"]
    shown, _ = read(client, f"/orders/?sort=total&after=50~{dear.id}")
    assert shown == [dear.id, cheap.id]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("dates=today", {0}),
        ("dates=yesterday", {1}),
        ("dates=7d", {0, 1, 6}),
        ("dates=30d", {0, 1, 6, 29}),
        ("dates=between&from={-29}&to={-6}", {6, 29}),
        ("from={-6}", {0, 1, 6}),
        ("to={-30}", {30}),
        ("dates=between", {0, 1, 6, 29, 30}),
        ("dates=between&from=x&to=2026-13-01", {0, 1, 6, 29, 30}),
        ("dates=nonsense", {0, 1, 6, 29, 30}),
    ],
)
def test_days_narrow_the_list_down(as_user, cast, sandbox, query, days):
    zone = dt.timezone(dt.timedelta(hours=9))  # Tokyo has no summer time.
    Store.update(time_zone="Asia/Tokyo").where(Store.id == cast.store.id).execute()
    today = now().astimezone(zone).date()
    made = {}
    for ago in (0, 1, 6, 29, 30):
        for clock in (dt.time(0, 0), dt.time(23, 59, 59)):
            moment = dt.datetime.combine(today - dt.timedelta(ago), clock, zone).astimezone(dt.UTC)
            made[shop.order(sandbox, ("UNKNOWN", 1), ordered_at=moment).id] = ago
    for ago in range(31):
        query = query.replace(f"{{-{ago}}}", str(today - dt.timedelta(ago)))
    ids, _ = read(as_user(cast.merchant), f"/orders/?{query}")
    assert {made[one] for one in ids} == days and len(ids) == 2 * len(days)


def test_the_days_stay_in_the_form(as_user, cast, sandbox):
    _, page = read(as_user(cast.merchant), "/orders/?from=2026-11-01&to=2026-11-20")
    assert page.fields["dates"] == "between"
    assert (page.fields["from"], page.fields["to"]) == ("2026-11-01", "2026-11-20")
    assert "No order matches" in page.text


def test_only_the_first_page_asks_for_news(as_user, cast, many, pages_of_four):
    client = as_user(cast.merchant)
    _, page = read(client, "/orders/?sort=oldest")
    rows = page.main.all("div", id="order-rows")[0].attributes
    assert rows["data-every"] == "30" and rows["hx-get"] == "/orders/?sort=oldest"
    _, page = read(client, beside(page, "next"))
    assert "data-every" not in page.main.all("div", id="order-rows")[0].attributes
    assert unquote(beside(page, "prev")).startswith("/orders/?sort=oldest&before=2026-11-20T1")
    assert hypermedia.PAGE == 50
