"""Pages that follow what happens while somebody looks at them, without losing what is typed or where one is."""

import pytest
from playwright.sync_api import expect

from tests.web.orders import shop as shops
from webapp.actions import holds, order_notes, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Allocation

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HIDDEN = "Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' })"
SHOWN = "delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"


def look(page, path: str) -> None:
    """Open a page whose clock the test moves on, and wait for all that it asks for by itself."""
    page.clock.install()
    page.goto(path, wait_until="networkidle")


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
    look(page, f"/orders/{order.id}")
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


def test_what_says_where_the_order_stands_follows_and_what_is_typed_or_chosen_stays(cast, enter, order):
    page = enter(cast.merchant)
    look(page, f"/orders/{order.id}")
    state, status = page.locator("#order-state"), page.get_by_role("combobox", name="Set to")
    expect(state).to_contain_text("Payment accepted")
    field = page.get_by_role("textbox", name="Note")
    field.fill("Half a sen")
    why = page.locator("#order-lines details").first
    why.locator("summary").click()
    status.focus()
    chosen = status.input_value()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    admin = cast.viewer(cast.admin)
    holds.hold(admin, order.id, "The address looks wrong.")
    page.clock.fast_forward(31_000)
    expect(state).to_contain_text("On hold")
    expect(page.locator("#order-hold")).to_contain_text("The address looks wrong.")
    expect(page.get_by_role("link", name="Put on hold")).to_have_count(0)
    expect(status).to_be_focused()
    expect(status).to_have_value(chosen)
    expect(field).to_have_value("Half a sen")
    expect(why).to_have_attribute("open", "")
    assert len(asked) == 1

    holds.release(admin, order.id)
    draft = ShipmentDraft(source=cast.logistics.id, carrier="GLS", tracking_code="GLS77")
    shipments.ship(admin, shipments.create(admin, order.id, draft).id)
    page.clock.fast_forward(31_000)
    expect(state).to_contain_text("Partially shipped")
    expect(page.locator("#order-hold")).to_be_empty()
    expect(page.locator("#order-lines")).to_contain_text("2 of 2 shipped")
    expect(page.locator("#order-progress")).to_contain_text("GLS77")
    expect(status).to_be_focused()
    expect(field).to_have_value("Half a sen")
    for part in ("actions", "hold", "tasks", "state", "says", "deeds", "lines", "progress"):
        expect(page.locator(f"#order-{part}")).to_have_count(1)


def test_the_last_shipment_leaves_nothing_to_pack_on_the_open_page(cast, enter, order):
    page = enter(cast.clerk)
    look(page, f"/orders/{order.id}")
    pack = page.locator("#order-actions").get_by_role("link", name="Pack a shipment")
    expect(pack).to_be_visible()
    clerk = cast.viewer(cast.clerk)
    draft = ShipmentDraft(carrier="GLS", tracking_code="GLS77")
    shipments.ship(clerk, shipments.create(clerk, order.id, draft).id)
    page.clock.fast_forward(31_000)
    expect(pack).to_have_count(0)
    expect(page.locator("#order-lines")).to_contain_text("2 of 2 shipped")


def test_nothing_is_asked_for_while_nobody_looks_and_at_once_when_somebody_comes_back(cast, enter, order, note):
    page = enter(cast.merchant)
    look(page, f"/orders/{order.id}")
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
    look(page, path)
    late = shops.order(order.channel, ("MINE", 1))
    type(order).update(ship_by="2026-01-05 00:00:00").where(type(order).id == late.id).execute()
    expect(page.get_by_role("main")).not_to_contain_text(late.reference)
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("main")).to_contain_text(late.reference)


def test_an_error_leaves_the_page_as_it_is_and_the_next_news_come_in(cast, enter, order, note):
    page = enter(cast.merchant)
    look(page, f"/orders/{order.id}")
    field = page.get_by_role("textbox", name="Note")
    field.fill("Half a sentence")
    page.route("**/orders/*", lambda route: route.fulfill(status=422, body="<p>Broken</p>"))
    with page.expect_response("**/orders/*"):
        page.clock.fast_forward(31_000)
    page.unroute("**/orders/*")
    note("The buyer called.")
    page.clock.fast_forward(31_000)
    expect(page.locator(".timeline-list")).to_contain_text("The buyer called.")
    expect(field).to_have_value("Half a sentence")
    expect(page.get_by_text("Broken")).to_have_count(0)


def test_an_order_that_went_to_another_warehouse_is_said_to_be_gone_by_the_whole_page(cast, window, enter, order):
    window.refusals.add(404)
    page = enter(cast.clerk)
    look(page, f"/orders/{order.id}")
    Allocation.delete().execute()
    page.clock.fast_forward(31_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    expect(page.get_by_role("main")).to_have_count(1)
