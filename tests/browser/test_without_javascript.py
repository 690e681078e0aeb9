"""The main job in browsers that run no scripts. On SQLite alone: what differs here is the browser, not the database."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.servers.sandbox import KEY
from tests.web.orders import shop as rows
from webapp.jobs import import_orders, push_to_channels
from webapp.models import ApiKey, Channel, Order, Push, Shipment, Supplier, User

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WAREHOUSE = "Est Magazzino"


@pytest.fixture
def person(enter):
    """Let a member of the cast in, with scripts turned off."""

    def sit_down(user) -> Person:
        return Person(enter(user, java_script_enabled=False), look=shows_nothing_dead)

    return sit_down


def shows_nothing_dead(page) -> None:
    """Buttons that need a script aren't shown."""
    expect(page.locator(".js-only:visible")).to_have_count(0)


def test_the_main_job_needs_no_scripts(cast, person, shop):
    merchant = person(cast.merchant)
    merchant.creates_supplier(WAREHOUSE)
    merchant.creates_product("MUG-BLUE", "Enamel mug")
    merchant.adds_supply(WAREHOUSE, "W-MUG", "20")

    placed = shop.sell(("MUG-BLUE", 1))
    merchant.connects_shop(shop.url, KEY)
    merchant.presses("Sync now")
    import_orders.read_due(Channel.get().id)
    merchant.looks_again()
    merchant.sees("Done")

    merchant.previews_key("Program", WAREHOUSE)
    merchant.presses("Back")
    expect(merchant.page.get_by_label("Name")).to_have_value("Program")
    merchant.presses("Continue to preview")
    public, secret = merchant.saves_key()
    assert secret.startswith("xd_sk_")

    admin = person(cast.admin)
    admin.enables("Program")
    assert ApiKey.get(ApiKey.public_key == public).enabled
    admin.adds_clerk("Clara Clerk", "clara@warehouse.example", WAREHOUSE, cast.password)

    clerk = person(User.get(User.name == "Clara Clerk"))
    clerk.ships("S-1001", "GLS", "TRACK-1")
    merchant.opens_order("S-1001")
    merchant.sees("Waiting")
    push_to_channels.drain(Channel.get().id)
    merchant.looks_again()
    merchant.sees("Sent")
    assert shop.order(placed)["fulfilments"][0]["tracking_code"] == "TRACK-1"


def test_a_dropshipper_unfolds_its_fields_and_keeps_what_was_typed(cast, person):
    merchant = person(cast.merchant)
    merchant.goes_to("Suppliers")
    merchant.follows("Create supplier")
    expect(merchant.page.get_by_label("Street and number")).to_be_hidden()
    merchant.page.get_by_label("Dropshipping").check()
    merchant.types(name="Fiore", min_days="6", max_days="3", street="Via dei Vasai 9", morning_from="09:00")
    merchant.presses("Create")
    merchant.sees("The maximum (3) is below the minimum (6).")
    expect(merchant.page.get_by_label("Street and number")).to_have_value("Via dei Vasai 9")
    merchant.types(max_days="9")
    merchant.presses("Create")
    merchant.sees("Fiore")
    assert Supplier.get(Supplier.name == "Fiore").address["street"] == "Via dei Vasai 9"


def test_an_order_is_found_moved_and_its_shipment_packed_changed_and_unpacked(cast, person, shop, channel):
    shop.sell(("MUG-BLUE", 1), ("MOKA-3", 1))
    shop.sell(("MOKA-3", 1))
    import_orders.read_due(channel.id)
    merchant = person(cast.merchant)
    merchant.goes_to("Orders")
    merchant.types(q="MUG")
    merchant.presses("Search")
    expect(merchant.page.locator("#order-rows")).to_contain_text("S-1001")
    expect(merchant.page.locator("#order-rows")).not_to_contain_text("S-1002")
    merchant.follows("S-1001")
    merchant.chooses(status="In process")
    merchant.presses("Update")
    expect(merchant.page.locator(".badge-status").first).to_have_text("In process")
    assert Order.get(Order.reference == "S-1001").status == "in_process"

    merchant.follows("Pack a shipment")
    merchant.follows(cast.rival.name)
    merchant.types(carrier="BRT")
    merchant.presses("Create shipment")
    merchant.sees("is packed. Ship it once the courier has it.")
    merchant.follows("Edit tracking")
    merchant.types(tracking_code="TRACK-2")
    merchant.presses("Save")
    merchant.sees("TRACK-2")
    merchant.follows("Cancel shipment…")
    merchant.presses("Cancel shipment 1")
    merchant.sees("its units are open again")
    assert (Shipment.get().status, Shipment.get().supplier_id) == ("canceled", cast.rival.id)


def test_a_push_that_failed_is_retried_or_given_up(cast, person, shop, shipped):
    shop.break_next(fail=1)
    push_to_channels.drain(shipped.order.channel_id)
    merchant = person(cast.merchant)
    merchant.page.goto("/pushes/")
    merchant.sees("Failed, tries again")
    merchant.presses("Retry now")
    merchant.sees("The worker tries it again now.")
    shop.break_next(fail=1)
    push_to_channels.drain(shipped.order.channel_id)
    merchant.looks_again()
    merchant.follows("Give up…")
    merchant.types(why="The buyer was phoned.")
    merchant.presses("Give it up")
    merchant.sees("Given up")
    assert Push.get().status == "dropped"


COLOURS = """() => [...document.querySelectorAll("body, .sidebar, .card, .btn, .form-select, .badge-status, a, .sub")]
  .map((one) => [one.tagName, one.className, getComputedStyle(one).color, getComputedStyle(one).backgroundColor])"""
"""What every element of a page looks like that has colours of its own."""


def test_a_dark_system_gets_the_dark_theme_without_scripts_too(cast, enter):
    rows.order(rows.channel(cast.store), ("MUG", 1))
    seen = {}
    for scheme in ("light", "dark"):
        for scripts in (True, False):
            page = enter(cast.merchant, java_script_enabled=scripts, color_scheme=scheme)
            page.goto("/orders/")
            expect(page.locator(".badge-status")).not_to_have_count(0)
            seen[scheme, scripts] = {tuple(one) for one in page.evaluate(COLOURS)}
    assert seen["dark", False] <= seen["dark", True] and seen["light", False] <= seen["light", True]
    light, dark = ([one for one in seen[scheme, False] if one[0] == "BODY"] for scheme in ("light", "dark"))
    assert dark and light and dark != light
