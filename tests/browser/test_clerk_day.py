"""A clerk's whole day with a scanner, on a tablet and in other windows: accept, pack by scanning, papers, hand over.

On SQLite alone: what differs here is the browser, not the database.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import check
from tests.scanner import pages
from webapp.actions import acceptance
from webapp.jobs import import_orders
from webapp.models import Order, Product, Push, Shipment, ShipmentLine, Waybill

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
WIDE = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
NARROW = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}
FINGER = 44
"""Pixels: what a finger hits for sure."""

TOUCHED = ".desk :is(.btn, .desk-card, .form-control, .form-select):visible"


def scan(page: Page, code: str) -> None:
    """Type as a scanner does: into whatever has the focus, fast, and Enter at the end."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def look(page: Page) -> None:
    """Examine the page in both themes, its width, and whether fingers hit what is to be touched."""
    check(page)
    wide, room = page.locator("html").evaluate("root => [root.scrollWidth, root.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide in a window of {room}."
    small = page.locator(TOUCHED).evaluate_all(
        "(all, least) => all.filter(one => one.getBoundingClientRect().height < least).map(one => one.outerHTML)",
        FINGER,
    )
    assert small == [], f"{page.url}: {small}"


@pytest.fixture
def sold(channel, shop) -> list[Order]:
    """Three orders: two mugs of ours, a mug of ours beside a moka of the rival's, and the rival's alone."""
    Product.update(ean="4006381333931", weight_grams=400).where(Product.sku == "MUG-BLUE").execute()
    for lines in ([("MUG-BLUE", 2)], [("MUG-BLUE", 1), ("MOKA-3", 1)], [("MOKA-3", 1)]):
        shop.sell(*lines)
    import_orders.read_due(channel.id)
    return list(Order.select().order_by(Order.id))


@pytest.mark.parametrize("window_kind", [TABLET, WIDE, NARROW], ids=["tablet", "wide and light", "narrow and dark"])
def test_the_day_of_a_clerk_with_a_scanner(cast, enter, sold, window_kind):
    page = enter(cast.clerk, **window_kind)
    if window_kind["viewport"]["width"] < 900:
        page.get_by_label("Menu").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Desk").click()
    expect(page.locator(".desk-columns .desk-card")).to_have_count(2)
    expect(page.locator("body")).not_to_contain_text("MOKA")
    look(page)

    scan(page, sold[0].reference)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {sold[0].reference}")
    look(page)
    page.get_by_role("button", name="Accept and pack").click()
    expect(page.locator("#code")).to_be_focused()

    scan(page, "MOKA-3")
    expect(page.locator("#desk-loud")).to_have_text("Wrong item: “MOKA-3” doesn’t belong into this parcel.")
    look(page)
    scan(page, "4006381333931")
    expect(page.locator("#desk-loud")).to_be_hidden()
    expect(page.locator(".desk-number")).to_have_text("1 / 2")
    page.get_by_role("button", name="Pack and issue the label").click()
    expect(page.locator("main")).to_contain_text("1 missing")
    expect(page.locator(".desk-number")).to_have_text("1 / 2")
    look(page)
    page.get_by_role("button", name="One more of").click()
    expect(page.locator(".desk-number")).to_have_text("2 / 2")
    page.get_by_role("button", name="One more of").click()
    expect(page.locator("#desk-loud")).to_contain_text("Too many: all 2")
    page.reload()  # What was counted stays in the address.
    expect(page.locator(".desk-number")).to_have_text("2 / 2")
    page.get_by_label("Carrier").fill("GLS")
    page.get_by_label("Tracking code").fill("T-1")
    page.get_by_role("button", name="Pack and issue the label").click()
    expect(page.locator("main")).to_contain_text("is packed. Print its papers.")
    look(page)
    paper = page.request.get(page.get_by_role("link", name="Label and packing slip").get_attribute("href"))
    assert [one.codes["Code128"] for one in pages(paper.body())] == [sold[0].reference, "T-1"]

    scan(page, "MUG-BLUE")  # The next order that waits for such a mug.
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {sold[1].reference}")
    page.get_by_role("button", name="Accept and pack").click()
    expect(page.locator(".desk-number")).to_have_text("0 / 1")
    scan(page, "mug-blue")
    expect(page.get_by_label("Carrier")).to_have_value("GLS")
    page.get_by_label("Tracking code").fill("T-2")
    page.get_by_role("button", name="Pack and issue the label").click()
    page.get_by_role("link", name="Back to the desk").click()
    assert [row.quantity for row in ShipmentLine.select().order_by(ShipmentLine.id)] == [2, 1]
    assert {row.status for row in Waybill.select()} == {"issued"} and not Push.select().exists()

    page.get_by_role("link", name="Hand over to a courier").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    check(page)
    manifest = page.request.get(page.get_by_role("link", name="Print the manifest").get_attribute("href"))
    assert "2 shipments, 2 parcels" in pages(manifest.body())[0].text
    page.get_by_role("button", name="Hand over what is ticked").click()
    expect(page.locator("main")).to_contain_text("2 shipments are handed over; the channels are told.")
    check(page)
    page.get_by_role("link", name="Back to the desk").click()
    expect(page.locator(".desk-columns .desk-card")).to_have_count(0)
    look(page)
    assert {row.status for row in Shipment.select()} == {"shipped"} and Push.select().count() == 2


def test_a_scan_that_finds_nothing_or_several_is_answered_in_words(cast, enter, sold):
    page = enter(cast.clerk, **TABLET, color_scheme="dark")
    page.goto("/desk/")
    scan(page, "NO-SUCH-THING")
    expect(page.get_by_role("alert")).to_have_text("Nothing found for “NO-SUCH-THING”.")
    look(page)
    scan(page, "MUG-BLUE")
    expect(page.locator(".desk-card")).to_have_count(2)
    expect(page.locator("#code")).to_be_focused()
    look(page)
    scan(page, sold[2].reference)  # The rival's order.
    expect(page.get_by_role("alert")).to_contain_text("Nothing found")


def test_the_columns_follow_the_day_and_leave_the_scan_field_alone(cast, enter, sold):
    page = enter(cast.clerk, **TABLET)
    page.clock.install()
    page.goto("/desk/")
    expect(page.locator("#desk-columns section").nth(1).locator(".desk-card")).to_have_count(0)
    page.keyboard.type("S-10")
    acceptance.accept(cast.viewer(cast.clerk), sold[0].id)
    page.clock.run_for(20_500)
    expect(page.locator("#desk-columns section").nth(1).locator(".desk-card")).to_have_count(1)
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_value("S-10")


def test_what_is_scanned_lands_in_the_field_wherever_the_focus_was(cast, enter, sold):
    page = enter(cast.clerk, **TABLET)
    page.goto("/desk/")
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    scan(page, sold[1].reference)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {sold[1].reference}")


def test_an_order_is_packed_without_scripts(cast, enter, sold):
    acceptance.accept(cast.viewer(cast.clerk), sold[0].id)
    page = enter(cast.clerk, **TABLET, java_script_enabled=False)
    page.goto("/desk/")
    page.locator("#code").fill(sold[0].reference)
    page.get_by_role("button", name="Find").click()
    for code in ("MUG-BLUE", "WRONG", "4006381333931"):
        page.locator("#code").fill(code)
        page.get_by_role("button", name="Count").click()
        if code == "WRONG":
            expect(page.locator(".messages")).to_contain_text("Wrong item: “WRONG”")
    expect(page.locator(".desk-number")).to_have_text("2 / 2")
    page.get_by_role("button", name="Pack and issue the label").click()
    expect(page.locator("main")).to_contain_text("is packed. Print its papers.")
    assert ShipmentLine.get().quantity == 2


def test_all_of_a_page_is_ticked_at_once(cast, enter, shipped):
    page = enter(cast.clerk)
    page.goto("/shipments/")
    page.get_by_label("All on this page").check()
    expect(page.get_by_label(f"Shipment {shipped.id}")).to_be_checked()
    page.get_by_label(f"Shipment {shipped.id}").uncheck()
    expect(page.get_by_label("All on this page")).not_to_be_checked()
    check(page)
