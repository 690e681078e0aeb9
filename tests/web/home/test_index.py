"""The start page: stages, what is late, what waits for a person, services and connections; each role sees its own."""

import datetime as dt

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import acceptance, api_keys, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.domain import store_clock
from webapp.models import ApiRequest, Channel, Order, Push, Supplier, SyncRun, Webhook

DAY = dt.timedelta(days=1)


@pytest.fixture
def busy(cast):
    """Two orders, of which one has a line without stock; a push that failed; a key that waits for an admin."""
    channel = shop.channel(cast.store)
    made = shop.split_order(cast, channel)
    shop.order(channel, ("UNKNOWN", 1), status="in_process")
    shop.failed_push(made)
    draft = api_keys.KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read")
    api_keys.issue(cast.viewer(cast.merchant), draft)
    return made


def tiles(page: Page) -> dict[str, str]:
    found = {}
    for tile in page.main.all("a", class_="tile"):
        count = tile.all("strong")[0].text
        found[tile.text.removeprefix(count).strip()] = count
    return found


def part(page: Page, name: str) -> str:
    """Return what a card says; nothing where it isn't shown."""
    cards = [card for card in page.main.all("section") if card.attributes.get("aria-labelledby") == f"home-{name}"]
    return cards[0].text if cards else ""


def leave_by(order: Order, moment: dt.datetime) -> None:
    Order.update(ship_by=moment, paid_at=moment - 3 * DAY).where(Order.id == order.id).execute()


def tonight(cast) -> dt.datetime:
    zone = cast.store.time_zone
    return store_clock.midnight(store_clock.day_at(now(), zone) + DAY, zone)


@pytest.mark.usefixtures("busy")
def test_a_merchant_sees_stages_and_a_summary_of_what_needs_action(as_user, cast):
    page = Page(as_user(cast.merchant).get("/"))
    assert tiles(page) == {
        **{"Late": "2", "Due today": "0"},
        **{"Payment accepted": "1", "In process": "1", "Shipped": "0"},
    }
    told = part(page, "tasks")
    assert "The shop wasn’t told 1" in told and "Unknown SKUs 1" in told and "New API keys, to be turned on 1" in told
    assert {"/orders/?due=late", "/orders/?status=in_process", "/tasks/#tasks-pushes", "/tasks/"} < set(page.links)


def test_orders_that_are_late_or_due_today_are_listed_with_whoever_has_them(as_user, cast, busy):
    channel = Channel.get()
    today, later = shop.split_order(cast, channel), shop.split_order(cast, channel)
    leave_by(busy, tonight(cast) - 4 * DAY)
    leave_by(today, tonight(cast))
    leave_by(later, tonight(cast) + DAY)
    page = Page(as_user(cast.merchant).get("/"))
    assert f"{busy.reference} Nord Logistica, Rival Warehousing" in part(page, "late")
    assert "4 days late" in part(page, "late")
    assert today.reference in part(page, "today") and later.reference not in part(page, "today")


def test_ten_are_listed_and_the_link_leads_to_all(as_user, cast):
    channel = shop.channel(cast.store)
    for _ in range(12):
        shop.split_order(cast, channel)
    client = as_user(cast.merchant)
    page = Page(client.get("/"))
    assert part(page, "late").count("Payment accepted") == 10 and tiles(page)["Late"] == "12"
    assert "12 orders" in Page(client.get("/orders/?due=late")).text


@pytest.mark.usefixtures("busy")
def test_a_clerk_sees_what_its_own_stock_has_to_do_and_nothing_of_the_store(as_user, cast):
    page = Page(as_user(cast.clerk).get("/"))
    assert tiles(page) == {"Late": "1", "Due today": "0", "To accept": "1", "To pack": "0", "To hand over": "0"}
    for name in ("tasks", "chart", "cards", "health", "late"):
        assert not part(page, name)
    assert "five steps" not in page.text and "Rival" not in page.text


def test_an_order_moves_on_over_a_clerks_desk(as_user, cast, busy):
    client, clerk = as_user(cast.clerk), cast.viewer(cast.clerk)
    steps = ("To accept", "To pack", "To hand over", "Late")

    def desk() -> list[str]:
        shown = tiles(Page(client.get("/")))
        return [shown[step] for step in steps]

    assert desk() == ["1", "0", "0", "1"]
    acceptance.accept(clerk, busy.id)
    assert desk() == ["0", "1", "0", "1"]
    made = shipments.create(clerk, busy.id, ShipmentDraft())
    assert desk() == ["0", "0", "1", "1"]
    shipments.ship(clerk, made.id)
    assert desk() == ["0", "0", "0", "0"]
    assert "Nothing waits for you" in Page(client.get("/")).text
    assert tiles(Page(as_user(cast.rival_clerk).get("/")))["Late"] == "1"


@pytest.mark.usefixtures("busy")
def test_a_stranger_sees_nothing_of_it(as_user, cast):
    page = Page(as_user(cast.stranger).get("/"))
    assert set(tiles(page).values()) == {"0"}
    assert "Sandbox shop" not in page.text and "Nord" not in page.text and "Unknown SKUs" not in page.text


def test_orders_a_day_are_drawn_by_channel_and_written_in_a_table(as_user, cast):
    first, second = shop.channel(cast.store), shop.channel(cast.store, "Second shop")
    for channel, back in ((first, 0), (first, 0), (second, 0), (second, 3), (first, 40)):
        shop.order(channel, ("X", 1), ordered_at=now() - back * DAY)
    page = Page(as_user(cast.merchant).get("/"))
    assert "today 3, 30 days 4" in part(page, "chart")
    assert "Sandbox shop 2" in part(page, "chart") and "Second shop 2" in part(page, "chart")
    bars = [one for one in page.main.all("rect") if one.attributes.get("class", "").startswith("series-")]
    assert sorted(bar.attributes["height"] for bar in bars) == ["25.0", "25.0", "50.0"]


def test_a_service_is_judged_by_what_it_did(as_user, cast, busy):
    clerk = cast.viewer(cast.clerk)
    acceptance.accept(clerk, busy.id)
    leave_by(busy, now() + DAY)
    shipments.ship(clerk, shipments.create(clerk, busy.id, ShipmentDraft()).id)
    late = shop.split_order(cast, Channel.get())
    shipments.ship(clerk, shipments.create(clerk, late.id, ShipmentDraft()).id)
    told = part(Page(as_user(cast.merchant).get("/")), "cards")
    assert "50% 1 of 2" in told and "no program yet" in told
    rival = told[told.index("Rival") :]
    assert "2 1 late" in rival and "–" in rival


def test_a_program_that_has_stopped_calling_is_told_with_what_was_usual(as_user, cast):
    draft = api_keys.KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read")
    key = api_keys.issue(cast.viewer(cast.admin), draft).key
    api_keys.enable(cast.viewer(cast.admin), key.id)
    last = now() - dt.timedelta(hours=3)
    for place in range(30):
        moment = last - dt.timedelta(minutes=5) * (29 - place)
        ApiRequest.create(store=cast.store, api_key=key, request_id="x", method="GET", path="/", status_code=200,
                          created_at=moment)  # fmt: skip
    told = part(Page(as_user(cast.merchant).get("/")), "cards")
    assert "3 h ago silent: usually every 5 min" in told


def test_connections_say_how_they_are(as_user, cast, alive_worker):
    channel = shop.channel(cast.store)
    client = as_user(cast.merchant)
    assert "Sandbox shop not read yet Not yet used" in part(Page(client.get("/")), "health")
    SyncRun.create(store=cast.store, channel=channel, status="failed", finished_at=now(), errors=[])
    draft = api_keys.KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read")
    key = api_keys.issue(cast.viewer(cast.admin), draft).key
    Webhook.create(store=cast.store, api_key=key, url="https://hooks.example/in", secret="{}", paused_at=now())
    shop.failed_push(shop.order(channel, ("X", 1)), status="waiting")
    told = part(Page(client.get("/")), "health")
    assert "1 confirmation waits Failing" in told and "https://hooks.example/in" in told and "Paused" in told
    assert "Worker last seen now Fine" in told or "s ago Fine" in told
    assert "Channels that can’t be read 1" in part(Page(client.get("/")), "tasks")


def test_without_a_worker_the_page_says_that_nothing_comes_in(as_user, cast):
    page = Page(as_user(cast.merchant).get("/"))
    assert "No worker is running" in part(page, "tasks") and "never seen Silent" in part(page, "health")


def test_the_five_steps_come_first_are_ticked_off_and_then_gone(as_user, cast):
    Supplier.delete().where(Supplier.id == cast.stranger_supplier.id).execute()
    fresh = Page(as_user(cast.stranger).get("/"))
    assert "Connect a 3PL in five steps 0 of 5 done" in fresh.text and "/suppliers/new" in fresh.links
    assert fresh.main.all("section")[0].attributes["aria-labelledby"] == "first-steps"
    client = as_user(cast.merchant)
    assert "/suppliers/new" not in Page(client.get("/")).links
    made = shop.split_order(cast, channel := shop.channel(cast.store))
    draft = api_keys.KeyDraft("Robot", supplier_id=cast.logistics.id, orders="read")
    api_keys.enable(cast.viewer(cast.admin), api_keys.issue(cast.viewer(cast.admin), draft).key.id)
    SyncRun.create(store=cast.store, channel=channel, status="failed", finished_at=now())
    assert "3 of 5 done" in Page(client.get("/")).text, "A shop that refuses its key isn't connected yet."
    SyncRun.create(store=cast.store, channel=channel, status="done", finished_at=now())
    assert "4 of 5 done" in Page(client.get("/")).text
    shop.failed_push(made)
    Push.update(status="sent").execute()
    assert "five steps" not in Page(client.get("/")).text


def test_the_menu_holds_what_the_role_may_open(as_user, cast):
    everybody = {"/orders/", "/shipments/", "/products/"}
    stores = {"/suppliers/", "/channels/"}
    admins = {"/users/", "/audit/"}
    for user, seen in ((cast.clerk, set()), (cast.merchant, stores), (cast.admin, stores | admins)):
        links = set(Page(as_user(user).get("/")).links)
        assert links & (everybody | stores | admins) == everybody | seen


def test_the_page_asks_for_its_first_part_alone_to_stay_fresh(as_user, cast, busy):
    wants = {"HX-Request": "true", "HX-Request-Type": "partial"}
    for user, inside, outside in (
        (cast.merchant, busy.reference, "Orders a day"),
        (cast.clerk, busy.reference, "Good to see you"),
    ):
        told = as_user(user).get("/", headers=wants)
        assert inside in told.text and outside not in told.text
        assert "HX-Request" in told.headers["Vary"]


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_the_number_of_statements_does_not_grow(as_user, cast, sql_count, who):
    client, channel = as_user(getattr(cast, who)), shop.channel(cast.store)
    shop.split_order(cast, channel)
    with sql_count() as few:
        client.get("/")
    for number in range(12):
        shop.failed_push(shop.split_order(cast, channel))
        shop.channel(cast.store, f"Shop {number}")
        Supplier.create(store=cast.store, name=f"S{number}", name_key=f"s{number}", kind="logistics")
    with sql_count() as many:
        client.get("/")
    assert len(few) == len(many) <= 30


def test_needs_login(client, cast):
    assert client.get("/").location == "/login?next=/"
