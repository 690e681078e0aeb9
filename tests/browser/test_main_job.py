"""The path that must always work, clicked in a browser by a merchant, an admin and two clerks, beside a program."""

from contextlib import suppress

import httpx2
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import check
from tests.browser.person import Person
from tests.servers.sandbox import KEY
from webapp.jobs import import_orders, push_to_channels
from webapp.models import ApiKey, Channel, Order, Push, PushAttempt, Supplier, Supply, User

WAREHOUSE = "Est Magazzino"
BOTH, ONE = "S-1001", "S-1002"
"""The first order leaves from two stocks, the second from one."""


def test_the_main_job_from_the_first_supplier_to_the_confirmed_shipment(cast, enter, server, shop):
    merchant = Person(enter(cast.merchant), check)

    merchant.creates_supplier(WAREHOUSE)
    warehouse = Supplier.get(Supplier.name == WAREHOUSE)
    assert (warehouse.kind, warehouse.min_days, warehouse.max_days) == ("logistics", 1, 3)
    for sku, supplier in (("MUG-BLUE", WAREHOUSE), ("MOKA-3", cast.logistics.name)):
        merchant.creates_product(sku, sku.title())
        merchant.adds_supply(supplier, f"W-{sku}", "20")
    assert [(row.supplier_id, row.quantity) for row in Supply.select().order_by(Supply.id)] == [
        (warehouse.id, 20),
        (cast.logistics.id, 20),
    ]

    both, one = shop.sell(("MUG-BLUE", 1), ("MOKA-3", 1)), shop.sell(("MUG-BLUE", 2))
    merchant.connects_shop(shop.url, KEY)
    channel = Channel.get()
    merchant.presses("Sync now")
    merchant.sees("The channel is being read now.")
    import_orders.read_due(channel.id)
    expect(merchant.page.get_by_role("row", name="Sync now")).to_contain_text("Done")  # It asks again by itself.
    merchant.look(merchant.page)
    assert [order.reference for order in Order.select().order_by(Order.id)] == [BOTH, ONE]

    merchant.previews_key("Program of the warehouse", WAREHOUSE)
    merchant.sees("sees 2 of 2 orders")
    pair = merchant.saves_key()
    is_shown_once(merchant.page, *pair)
    assert refusal(server, *pair) == "key_disabled"
    merchant_cant_enable(merchant)

    admin = Person(enter(cast.admin), check)
    admin.enables("Program of the warehouse")
    assert ApiKey.get().enabled
    admin.adds_clerk("Clara Clerk", "clara@warehouse.example", WAREHOUSE, cast.password)

    program_ships(server, *pair)
    assert {order.reference: order.status for order in Order.select()} == {
        BOTH: "partially_shipped",
        ONE: "payment_accepted",
    }

    clara = Person(enter(User.get(User.name == "Clara Clerk")), check)
    clara.ships(ONE, "GLS", "TRACK-ONE")
    carlo = Person(enter(cast.clerk), check)
    carlo.goes_to("Orders")
    expect(carlo.page.get_by_text(ONE)).to_have_count(0)
    carlo.ships(BOTH, "BRT", "TRACK-MOKA")
    assert {order.status for order in Order.select()} == {"shipped"}

    merchant.opens_order(BOTH)
    expect(merchant.page.locator("#order-progress")).to_contain_text("Waiting")
    push_to_channels.drain(channel.id)
    expect(merchant.page.locator("#order-progress")).to_contain_text("Sent")  # It asks again by itself.
    expect(merchant.page.locator("#order-progress")).not_to_contain_text("Waiting")
    merchant.look(merchant.page)
    assert [told(shop, order) for order in (both, one)] == [
        ("shipped", ["TRACK-MUG", "TRACK-MOKA"]),
        ("shipped", ["TRACK-ONE"]),
    ]


def is_shown_once(page: Page, public: str, secret: str) -> None:
    """The secret can be copied from the answer that shows it; reloading, going back and any address don't show it."""
    page.get_by_role("button", name="Copy secret key").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator("main")).to_contain_text(public)
    assert secret not in page.content()
    with suppress(
        Error
    ):  # The answer isn't stored: a browser asks the address anew, or whether to send the form again.
        page.go_back()
    expect(page.locator("body")).not_to_contain_text(secret)
    page.reload()
    expect(page.locator("main")).to_contain_text(public)
    assert secret not in page.content()
    assert ApiKey.select().count() == 1


def refusal(server: str, public: str, secret: str) -> str:
    body = {"client_id": public, "client_secret": secret, "grant_type": "client_credentials"}
    return httpx2.post(f"{server}/api/v1/oauth/access_token", json=body, trust_env=False).json()["code"]


def merchant_cant_enable(merchant: Person) -> None:
    merchant.goes_to("API")
    expect(merchant.page.get_by_role("switch")).to_be_disabled()
    merchant.sees("Only an admin can turn a key on or off.")
    merchant.follows("Program of the warehouse")
    expect(merchant.page.get_by_role("switch")).to_be_disabled()
    merchant.sees("An admin must turn it on")


def program_ships(server: str, public: str, secret: str) -> None:
    """The warehouse's program downloads its orders, sees its own line of the first, and ships it."""
    with httpx2.Client(base_url=f"{server}/api/v1", trust_env=False) as http:
        body = {"client_id": public, "client_secret": secret, "grant_type": "client_credentials"}
        token = http.post("/oauth/access_token", json=body).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        orders = {order["reference_id"]: order for order in http.get("/orders").json()["data"]}
        assert {name: [row["sku"] for row in order["rows"]] for name, order in orders.items()} == {
            BOTH: ["MUG-BLUE"],
            ONE: ["MUG-BLUE"],
        }
        mine = orders[BOTH]["id"]
        assert http.put(f"/orders/{mine}/status", json={"status": "in_process"}).is_success
        made = http.post("/shippings", json={"order_id": mine, "carrier": "DHL", "tracking_code": "TRACK-MUG"})
        assert made.status_code == 201, made.text
        assert http.post(f"/shippings/{made.json()['data']['id']}/ship").is_success


def told(shop, order_id: str) -> tuple[str, list[str]]:
    order = shop.order(order_id)
    return order["status"], [one["tracking_code"] for one in order["fulfilments"]]


def test_a_confirmation_that_failed_says_when_it_is_tried_next_and_is_sent_when_asked(cast, enter, shop, shipped):
    page = enter(cast.merchant)
    page.goto(f"/orders/{shipped.order_id}")
    shop.break_next(fail=1)
    push_to_channels.drain(shipped.order.channel_id)
    progress = page.locator("#order-progress")
    expect(progress).to_contain_text("Failed, tries again next try")
    expect(progress).to_contain_text("The shop answered 500.")
    check(page)

    page.get_by_role("button", name="Retry now").click()
    expect(page.get_by_text("The worker tries it again now.")).to_be_visible()
    push_to_channels.drain(shipped.order.channel_id)
    expect(progress).to_contain_text("Sent")
    for tries in progress.get_by_text("2 tries").all():  # The shipment's, and the timeline's.
        tries.click()
    expect(progress).to_contain_text("The shop answered 500.")
    check(page)
    assert Push.get().status == "sent"
    assert [row.outcome for row in Push.get().tries.order_by(PushAttempt.id)] == ["unknown", "sent"]
    assert told(shop, shipped.order.external_id) == ("shipped", ["TRACK-1"])
