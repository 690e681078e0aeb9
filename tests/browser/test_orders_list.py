"""The list of orders at work: keys, ticks that outlive the news, and one thing done with many orders."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check
from webapp.actions import channels, saved_filters, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.jobs import import_orders
from webapp.jobs.batches import work
from webapp.models import Batch, Order

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEWS = "document.querySelector('[data-every]').dispatchEvent(new CustomEvent('refresh'))"
"""What a timer does every 30 seconds."""


@pytest.fixture
def sold(cast, channel, shop, stocked):
    """Three orders; call it with a number for as many more."""

    def sell(count: int):
        for _ in range(count):
            shop.sell(("MUG-BLUE", 1))
        channels.request_sync(cast.viewer(cast.admin), channel.id)
        import_orders.read_due(channel.id)

    sell(3)
    assert Order.select().count() == 3
    return sell


def test_the_keys_move_tick_and_open(cast, enter, sold):
    page = enter(cast.merchant)
    page.goto("/orders/")
    rows = page.locator("#order-rows tbody tr")
    names = [row.get_by_role("link").first.inner_text() for row in rows.all()]
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=names[0])).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=names[2])).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name=names[1])).to_be_focused()
    expect(page.get_by_role("checkbox", name=names[1])).to_be_checked()
    expect(page.get_by_text("1 ticked")).to_be_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of this list")
    expect(keys).to_be_visible()
    check(page)
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.get_by_role("checkbox", name=names[1])).to_be_checked()
    page.keyboard.press("/")
    page.keyboard.type("xjk?")
    expect(page.get_by_role("searchbox")).to_have_value("xjk?")
    page.get_by_role("searchbox").fill("")
    expect(rows).to_have_count(3)
    page.keyboard.press("Tab")
    page.locator("body").click(position={"x": 300, "y": 5})
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(names[0])


def test_news_come_in_and_keep_what_is_ticked_typed_unfolded_and_focused(cast, enter, sold):
    page = enter(cast.merchant)
    page.goto("/orders/?sort=newest&dates=30d")
    expect(page.get_by_text("updated now")).to_be_visible()
    second = page.locator("#order-rows tbody tr").nth(1)
    name = second.get_by_role("link").first.inner_text()
    second.get_by_role("checkbox").check()
    page.get_by_text("Save these filters").click()
    page.get_by_label("Name").fill("My filt")
    sold(2)
    Order.update(status="on_hold").where(Order.reference == name).execute()
    page.evaluate(NEWS)
    expect(page.locator("#order-rows tbody tr")).to_have_count(5)
    expect(page.get_by_role("row", name=name)).to_contain_text("On hold")
    ticked = page.locator("#order-rows td.tick input:checked")
    expect(ticked).to_have_count(1)
    expect(ticked).to_have_attribute("aria-label", name)
    expect(page.get_by_text("1 ticked")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("My filt")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("er")
    expect(page.get_by_label("Name")).to_have_value("My filter")
    page.keyboard.press("Escape")
    page.get_by_role("link", name=name, exact=True).focus()
    sold(1)
    page.evaluate(NEWS)
    expect(page.locator("#order-rows tbody tr")).to_have_count(6)
    expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()
    expect(ticked).to_have_attribute("aria-label", name)


def test_many_orders_are_accepted_and_each_shows_what_became_of_it(cast, enter, sold):
    gone = Order.select().order_by(Order.id).first()
    Order.update(status="shipped").where(Order.id == gone.id).execute()
    page = enter(cast.merchant)
    page.goto("/orders/")
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()
    page.get_by_label("All on this page").check()
    expect(page.get_by_text("3 ticked")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accept 3 orders?")
    expect(page.get_by_role("main")).to_contain_text("which is left as it is")
    check(page)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accept 3 orders")
    work(Batch.get().id)
    expect(page.get_by_role("main")).to_contain_text("3 of 3")
    expect(page.get_by_role("row", name=gone.reference)).to_contain_text("It is Shipped already.")
    assert Order.select().where(Order.status == "in_process").count() == 2
    page.get_by_role("link", name=gone.reference).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(gone.reference)


def test_orders_without_a_parcel_are_named_before_the_packing_slips_of_the_others(cast, enter, sold):
    packed, *without = Order.select().order_by(Order.id)
    shipments.create(cast.viewer(cast.clerk), packed.id, ShipmentDraft())
    page = enter(cast.merchant)
    page.goto("/orders/")
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Packing slips").click()
    expect(page.get_by_role("main")).to_contain_text("2 orders have no parcel yet")
    for order in without:
        expect(page.get_by_role("link", name=order.reference)).to_be_visible()
    expect(page.get_by_role("link", name="Packing slips of the other order")).to_be_visible()
    check(page)


def test_shift_ticks_all_rows_between_two_clicks(cast, enter, sold):
    page = enter(cast.merchant)
    page.goto("/orders/")
    ticks = page.locator("#order-rows td.tick input")
    ticks.nth(0).click()
    ticks.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_text("3 ticked")).to_be_visible()
    page.get_by_role("button", name="Untick").click()
    expect(page.locator("#order-rows td.tick input:checked")).to_have_count(0)


def test_a_filter_is_saved_and_the_list_follows_its_form(cast, enter, sold):
    page = enter(cast.merchant)
    page.goto("/orders/")
    expect(page.get_by_label("From day")).to_be_hidden()
    page.get_by_role("combobox", name="Ordered").select_option("between")
    page.get_by_label("From day").fill("2020-01-01")
    page.get_by_label("To day").fill("2020-12-31")
    expect(page.get_by_text("No order matches")).to_be_visible()
    page.get_by_text("Save these filters").click()
    page.get_by_label("Name").fill("Year 2020")
    page.get_by_role("button", name="Save filter").click()
    chip = page.get_by_role("link", name="Year 2020", exact=True)
    expect(chip).to_have_attribute("aria-current", "page")
    saved_filters.save(cast.viewer(cast.admin), "Of the admin", "status=on_hold", shared=True)
    page.get_by_role("link", name="All orders", exact=True).click()
    expect(page.get_by_role("link", name="Of the admin")).to_be_visible()
    check(page)


def test_ticks_filters_and_columns_work_without_javascript(cast, enter, sold):
    page = enter(cast.merchant, java_script_enabled=False)
    page.goto("/orders/?sort=oldest")
    page.get_by_text("Columns").click()
    page.get_by_label("Destination").check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Destination")).to_be_visible()
    page.locator("#order-rows td.tick input").first.check()
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Put 1 order on hold?")
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_role("main")).to_contain_text("Say why")
    page.get_by_label("Reason").fill("Strike")
    page.get_by_role("button", name="Hold").click()
    work(Batch.get().id)
    assert Order.select().where(Order.status == "on_hold").count() == 1
