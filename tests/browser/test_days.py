"""The day of a merchant and of an admin, in a wide light window and in a narrow dark one; each page met is examined.

The clerk's day is in `test_clerk_day.py`. On SQLite alone: what differs here is the browser, not the database.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import check
from webapp.jobs import import_orders
from webapp.jobs.batches import work
from webapp.models import ApiKey, Batch, Hold, Membership, Order, OrderLine, RoutingRule, Store

WIDE = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
NARROW = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("window_kind", [WIDE, NARROW], ids=["wide and light", "narrow and dark"]),
]


def look(page: Page, heading: str) -> None:
    """Expect the page, examine it in both themes, and assert that it is no wider than its window."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    check(page)
    wide, room = page.locator("html").evaluate("root => [root.scrollWidth, root.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide in a window of {room}."


def go(page: Page, entry: str) -> None:
    """Choose an entry of the menu, which a narrow window folds away."""
    menu = page.get_by_role("navigation", name="Main")
    if page.viewport_size["width"] < 900:
        page.get_by_label("Menu").click()
    menu.get_by_role("link", name=entry).first.click()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def test_the_day_of_a_merchant(cast, enter, channel, shop, stocked, window_kind):
    for lines in ([("MUG-BLUE", 1)], [("UNHEARD-OF", 2)], [("MUG-BLUE", 2)]):
        shop.sell(*lines)
    import_orders.read_due(channel.id)
    first, unknown, third = Order.select().order_by(Order.id)
    page = enter(cast.merchant, **window_kind)
    expect(page.locator("main")).to_contain_text("Unknown SKUs")
    check(page)

    go(page, "Needs action")
    look(page, "Needs action")
    follow(page, "Link to a product")
    look(page, "Which product is it?")
    expect(page.locator("main")).to_contain_text("Nothing found")
    page.get_by_role("searchbox").fill("moka")
    press(page, "It is Moka-3")
    expect(page.locator("main")).not_to_contain_text("UNHEARD-OF")
    assert OrderLine.get(OrderLine.order == unknown.id).product.sku == "MOKA-3"

    go(page, "Orders")
    look(page, "Orders")
    follow(page, first.reference)
    follow(page, "Put on hold")
    look(page, "Put on hold")
    page.get_by_label("Reason").fill("The buyer changes the address")
    press(page, "Put on hold")
    expect(page.locator("main")).to_contain_text("The buyer changes the address")
    look(page, first.reference)
    assert (Hold.get().order_id, Order.get_by_id(first.id).status) == (first.id, "on_hold")
    press(page, "Release")
    expect(page.locator("main").get_by_role("button", name="Release")).to_have_count(0)
    assert Order.get_by_id(first.id).status == "payment_accepted"

    go(page, "Orders")
    page.get_by_role("checkbox", name=first.reference).check()
    page.get_by_role("checkbox", name=third.reference).check()
    press(page, "Accept")
    look(page, "Accept 2 orders?")
    press(page, "Accept")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accept 2 orders")
    work(Batch.get().id)
    expect(page.locator("main")).to_contain_text("2 of 2")
    check(page)
    assert {row.status for row in Order.select().where(Order.id != unknown.id)} == {"in_process"}

    go(page, "Orders")
    follow(page, "New order")
    look(page, "New order")
    page.locator("[name$=surname]").first.fill("Rossi")
    press(page, "Create order")  # Too little: what is wrong is said, and what was typed stays.
    expect(page.locator("[name$=surname]").first).to_have_value("Rossi")
    expect(page.locator(".field-error").first).to_be_visible()
    check(page)

    go(page, "Routing")
    follow(page, "New rule")
    page.get_by_label("Name").fill("Italy from the rival")
    page.get_by_label(cast.rival.name).check()
    page.get_by_label("Only orders to these countries").fill("IT")
    press(page, "Save and try")
    look(page, "Italy from the rival")
    press(page, "Turn on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Routing")
    look(page, "Routing")
    assert RoutingRule.get().live


def test_the_day_of_an_admin(cast, enter, channel, window, window_kind):
    page = enter(cast.admin, **window_kind)
    go(page, "Store")
    follow(page, "Change")
    look(page, "Change")
    page.get_by_label("City").fill("Faenza")
    page.get_by_label("Saturday").check()
    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_have_text("Store")
    expect(page.locator("main")).to_contain_text("Saturday")
    store = Store.get_by_id(cast.store.id)
    assert (store.address["city"], store.working_days) == ("Faenza", "123456")

    go(page, "API")
    follow(page, "Create key")
    page.locator("[name=name]").fill("North's system")
    page.locator("[name=supplier_id]").select_option(label=cast.logistics.name)
    page.locator("[name=orders]").select_option(label="Write")
    press(page, "Continue to preview")
    look(page, "")
    press(page, "Save")
    expect(page.locator("#secret-key code")).to_be_visible()
    check(page)
    go(page, "API")
    page.get_by_role("switch", name="Enable North's system").click()
    expect(page.locator("main")).to_contain_text("North's system is enabled.")
    assert ApiKey.get().enabled

    go(page, "Users")
    look(page, "Users")
    follow(page, "Invite")
    page.get_by_label("E-mail").fill("nina.new@example.com")
    page.locator("[name=role]").select_option(value="merchant")
    press(page, "Send invitation")
    address = urlsplit(page.locator(".secret code").inner_text()).path
    check(page)
    invited = window(**window_kind)
    invited.goto(address)
    invited.locator("[name=name]").fill("Nina New")
    invited.locator("[name=password]").first.fill("correct horse battery")
    check(invited)
    invited.locator("main button").last.click()
    expect(invited.locator("main")).to_contain_text("Nina")
    assert Membership.select().where(Membership.store == cast.store.id, Membership.role == "merchant").count() == 2

    go(page, "Audit log")
    look(page, "Audit log")
    page.get_by_role("searchbox").fill("North's system")
    expect(page.locator("tbody tr").first).to_contain_text("North's system")
    check(page)
