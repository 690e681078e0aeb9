"""Every page that a role can reach by links: axe, content policy, dead links, and nothing wider than its window.

On SQLite alone: pages look the same whatever the database. Each page is examined whole in a wide light window, for
contrast in a dark one, and in a narrow one for what depends on the room. Where only the reader's role differs, a glance
is enough: whole in a wide light window, and whether it fits into a narrow one.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Locator, Page, expect

from tests.browser.filled import fill
from webapp.models import Order, Product, SavedFilter, Waybill

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LAYOUT = ["scrollable-region-focusable", "summary-name", "target-size", "meta-viewport"]
NOUNS = ("account", "api_keys", "audit", "channels", "home", "orders", "products", "pushes", "shipments", "suppliers")
NOUNS += (
    "batches",
    "imports",
    "publications",
    "channel_secrets",
    "holds",
    "returns",
    "manual_orders",
    "order_notes",
    "cancellations",
    "routes",
    "sku_links",
    "sent_orders",
    "carriers",
    "desk",
    "manifests",
    "routing_rules",
    "channel_carriers",
    "conformance",
    "saved_filters",
    "many_orders",
    "store",
    "invitations",
    "passwords",
    "supplies",
    "users",
    "waybills",
    "webhooks",
)
OTHERS = {"account.login", "passwords.edit", "sent_orders.sample", "waybills.download", "waybills.download_many"}
OTHERS |= {
    "audit.export",
    "batches.results",
    "imports.sample",
    "exports.orders",
    "exports.shipments",
    "exports.products",
}
OTHERS |= {"desk.scan", "papers.slip", "papers.slips", "papers.pick_list", "papers.together", "manifests.download"}
"""No page of these may be without a link that leads to it, but for these others. `filled` holds what they show."""


def test_every_page_of_a_store_at_work_is_sound(cast, enter, app, channel, shop):
    fill(cast, channel, shop)
    met = walk(enter(cast.admin), app, 3, examine, behind_forms(app))
    assert pages(app) - met.keys() == set()


@pytest.mark.parametrize(("role", "alike"), [("merchant", 1), ("clerk", 2)])
def test_every_page_is_sound_for_who_may_do_less(cast, enter, app, channel, shop, role, alike):
    fill(cast, channel, shop)
    met = walk(enter(getattr(cast, role)), app, alike, glance)
    assert "orders.show" in met and "users.index" not in met
    assert ("rejections.new" in met) == (role == "clerk")


@pytest.mark.parametrize("role", ["admin", "merchant", "clerk"])
def test_every_page_of_the_menu_is_sound_while_the_store_is_empty(cast, enter, role):
    page = enter(getattr(cast, role))
    menu = links(page.get_by_role("navigation", name="Main"))
    assert {"/orders/", "/shipments/", "/products/"} < menu
    for path in sorted(menu):
        page.goto(path)
        glance(page)


def test_every_page_is_whole_where_no_script_runs(cast, enter, app, channel, shop):
    fill(cast, channel, shop)
    met = walk(enter(cast.admin, java_script_enabled=False), app, 3, is_whole, behind_forms(app))
    assert pages(app) - met.keys() == set()


def is_whole(page: Page) -> None:
    """A heading stands on it, and nothing that needs a script to work."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".js-only:visible")).to_have_count(0)


def behind_forms(app) -> list[str]:
    """Return pages to which only a form leads, or a link that shows up late in a day."""
    build = app.url_map.bind("localhost").build
    shipped = Order.select().where(Order.status.in_(("shipped", "delivered"))).first()
    return [
        build("passwords.forgot"),
        build("many_orders.new", {"verb": "accept"}) + "?matching=1",
        build("saved_filters.edit", {"filter_id": SavedFilter.get().id}),
        build("products.ledger", {"product_id": Product.get().id}),
        build("returns.new", {"order_id": shipped.id}),
        build("waybills.edit", {"shipment_id": Waybill.get(Waybill.status == "draft").shipment_id}),
        build("waybills.confirm_replace", {"shipment_id": Waybill.get(Waybill.status == "issued").shipment_id}),
    ]


def walk(page: Page, app, alike: int, look: Callable[[Page], None], besides: Iterable[str] = ()) -> dict[str, set[str]]:
    """Visit whatever the links lead to, from the start page on; return endpoint -> the paths that were met.

    `alike` pages that show one thing are visited, such as a product; of orders twice as many, of each form one.
    """
    where = app.url_map.bind("localhost")
    waiting, met = deque(["/", *besides]), defaultdict(set)
    while waiting:
        path = waiting.popleft()
        rule, _ = where.match(path.partition("?")[0], return_rule=True)
        endpoint = rule.endpoint
        most = alike * 2 if endpoint == "orders.show" else alike if endpoint.endswith(".show") else 1
        if path in met[endpoint] or len(met[endpoint]) >= most:
            continue
        met[endpoint].add(path)
        if path.startswith("/api/") or endpoint in OTHERS:
            assert page.request.get(path).ok, f"{page.url} links to {path}, which isn't there."
            continue
        answer = page.goto(path)
        assert answer.ok, f"{path} answered {answer.status}."
        look(page)
        waiting.extend(sorted(links(page.locator("body"))))
    return met


def pages(app) -> set[str]:
    """Return the endpoints of all pages of the nouns above."""
    read = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods and "POST" not in rule.methods}
    return {endpoint for endpoint in read if endpoint.partition(".")[0] in NOUNS} - OTHERS


def links(part: Locator) -> set[str]:
    """Return where the links of a part of the page lead to, on this site."""
    found = part.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return {urlsplit(href).path for href in found if href.startswith("/")}


def examine(page: Page) -> None:
    page.evaluate(AXE_SCRIPT)
    inspect(page, "light", 1280)
    inspect(page, "dark", 1280, runOnly=["color-contrast"])
    inspect(page, "light", 390, runOnly=LAYOUT)


def glance(page: Page) -> None:
    page.evaluate(AXE_SCRIPT)
    inspect(page, "light", 1280)
    fits(page, 390)


def inspect(page: Page, scheme: str, width: int, **rules) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    fits(page, width)
    found = AxeResults(page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **rules}))
    assert not found.response["violations"], f"{page.url}, {scheme}, {width}:\n{found.generate_report()}"


def fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wide, room = page.locator("html").evaluate("root => [root.scrollWidth, root.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide in a window of {room}."
