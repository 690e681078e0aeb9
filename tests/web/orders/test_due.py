"""The list of orders narrowed down to those that are late, or due today or this week."""

import datetime as dt

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.db import now
from webapp.domain import store_clock
from webapp.models import Order


@pytest.fixture
def orders(cast):
    """One order late, one due tonight, one in three days, one in ten, and one that isn't to be packed."""
    zone, channel, found = cast.store.time_zone, shop.channel(cast.store), {}
    tonight = store_clock.midnight(store_clock.day_at(now(), zone) + dt.timedelta(days=1), zone)
    for name, days in (("late", -1), ("tonight", 0), ("soon", 3), ("later", 10)):
        order = found[name] = shop.split_order(cast, channel, reference=name)
        Order.update(ship_by=tonight + dt.timedelta(days=days)).where(Order.id == order.id).execute()
    found["unpaid"] = shop.split_order(cast, channel, reference="unpaid", status="awaiting_payment")
    return found


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    ("due", "shown"),
    [
        ("late", {"late"}),
        ("today", {"tonight"}),
        ("week", {"tonight", "soon"}),
        ("nonsense", {"late", "tonight", "soon", "later", "unpaid"}),
    ],
)
def test_orders_are_found_by_when_they_should_leave(as_user, cast, due, shown):
    for user in (cast.merchant, cast.clerk):
        page = Page(as_user(user).get(f"/orders/?due={due}"))
        assert {row.all("strong")[0].text for row in page.main.all("tr")[1:]} == shown
