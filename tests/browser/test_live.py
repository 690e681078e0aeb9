"""Pages that follow what happens while somebody looks at them, without losing what is typed or where one is."""

import pytest
from playwright.sync_api import expect

from tests.web.orders import shop as shops
from webapp.actions import order_notes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HIDDEN = "Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' })"
SHOWN = "delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def order(cast):
    return shops.split_order(cast, shops.channel(cast.store))


@pytest.fixture
def note(cast, order):
    """Let somebody else write a note."""
    return lambda text: order_notes.write(cast.viewer(cast.admin), order.id, text, shown_to_suppliers=False)


def test_the_timeline_follows_and_what_is_typed_stays(cast, enter, order, note):
    for number in range(30):
        note(f"Earlier note {number}")
    page = enter(cast.merchant)
    page.clock.install()
    page.goto(f"/orders/{order.id}")
    field = page.get_by_role("textbox", name="Note")
    field.scroll_into_view_if_needed()
    field.fill("Half a sen")
    scrolled = page.evaluate("scrollY")
    assert scrolled > 0
    note("The buyer called.")
    page.clock.fast_forward(31_000)
    expect(page.locator(".timeline-list")).to_contain_text("The buyer called.")
    expect(field).to_be_focused()
    page.keyboard.type("tence")
    expect(field).to_have_value("Half a sentence")
    assert page.evaluate("scrollY") >= scrolled


def test_nothing_is_asked_for_while_nobody_looks_and_at_once_when_somebody_comes_back(cast, enter, order, note):
    page = enter(cast.merchant)
    page.clock.install()
    page.goto(f"/orders/{order.id}")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(HIDDEN)
    note("The buyer called.")
    page.clock.fast_forward(300_000)
    page.evaluate("0")
    assert asked == []
    page.evaluate(SHOWN)
    expect(page.locator(".timeline-list")).to_contain_text("The buyer called.")
    assert len(asked) == 1


@pytest.mark.parametrize("path", ["/", "/orders/"])
def test_the_start_page_and_the_list_follow_too(cast, enter, order, path):
    page = enter(cast.merchant)
    page.clock.install()
    page.goto(path)
    late = shops.order(order.channel, ("MINE", 1))
    type(order).update(ship_by="2026-01-05 00:00:00").where(type(order).id == late.id).execute()
    expect(page.get_by_role("main")).not_to_contain_text(late.reference)
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("main")).to_contain_text(late.reference)
