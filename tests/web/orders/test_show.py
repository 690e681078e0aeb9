"""The page of one order: what it explains, what it offers to do, and what it keeps from a clerk."""

import re

import pytest

from tests.web.orders import shop
from webapp.actions import orders, pushes, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Order, OrderLine, Push, PushAttempt, SyncRun

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def sandbox(cast):
    return shop.channel(cast.store)


@pytest.fixture
def made(cast, sandbox):
    return shop.split_order(cast, sandbox)


def text(client, made: Order, **headers) -> str:
    answer = client.get(f"/orders/{made.id}", headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def visible(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def shipped(cast, made: Order, who: str = "merchant", **facts):
    viewer = cast.viewer(getattr(cast, who))
    draft = ShipmentDraft(source=cast.logistics.id, carrier="GLS", tracking_code="GLS77", **facts)
    return shipments.ship(viewer, shipments.create(viewer, made.id, draft).id)


def test_shows_lines_people_and_why_here(as_user, cast, made):
    page = visible(text(as_user(cast.merchant), made))
    assert "2 × Nord Logistica" in page and "3 × Rival Warehousing" in page
    assert "Why here?" in page and "One stock could cover the whole line." in page and "2 needed" in page
    assert "Rocco Recipient Via Roma 1 50121 Firenze IT" in page and "bea@example.com" in page
    assert "Imported from Sandbox shop" in page and "Synchronize order with Sandbox shop" in page


def test_only_legal_moves_are_offered(as_user, cast, made):
    page = text(as_user(cast.merchant), made)
    assert re.findall(r'<option value="(\w+)"', page) == ["in_process"]
    assert f"/orders/{made.id}/hold" in page and f"/orders/{made.id}/cancel/" in page  # These ask first.
    assert re.findall(r'<option value="(\w+)"', text(as_user(cast.clerk), made)) == ["in_process"]


def test_an_unknown_sku_leads_to_a_new_product(as_user, cast, sandbox):
    made = shop.order(sandbox, ("GHOST & 1", 1))
    page = text(as_user(cast.merchant), made)
    assert "No product has this SKU" in page and "/products/new?sku=GHOST+%26+1" in page
    assert "Try to allocate again" in page and "so no stock could be looked for" in page


def test_the_timeline_ends_with_the_newest(as_user, cast, made):
    orders.set_status(cast.viewer(cast.merchant), made.id, "in_process")
    page = visible(text(as_user(cast.merchant), made))
    timeline = page[page.index("Timeline") :]
    assert timeline.index("Imported") < timeline.index("Payment accepted → In process Marta Merchant")


def test_exact_times_stand_on_hover(as_user, cast, made):
    assert 'title="20 Nov 2026, 09:30:00 UTC"' in text(as_user(cast.merchant), made)


def test_asks_more_often_while_something_is_on_its_way(as_user, cast, made):
    client = as_user(cast.merchant)
    assert 'data-every="30"' in text(client, made)
    shipped(cast, made)
    page = text(client, made)
    assert 'data-every="3"' in page and "Shipment confirmation" in visible(page)
    push = Push.get()
    Push.update(status="sending", lease_token="t").where(Push.id == push.id).execute()
    push = Push.get()
    assert 'data-every="3"' in text(client, made, **HTMX)
    pushes.finish(push, "sent", remote_id="f-1")
    part = text(client, made, **HTMX)
    assert part.strip().startswith('<div id="order-progress"') and "<html" not in part
    assert 'data-every="30"' in part and "Sent" in visible(part)
    assert "Add note" not in part  # What is typed there stays.


def test_a_failed_push_shows_its_tries_and_its_button(as_user, cast, made):
    shipment = shipped(cast, made)
    push = Push.get(Push.shipment == shipment)
    Push.update(status="failed", attempts=3, last_error="The shop says no.").where(Push.id == push.id).execute()
    PushAttempt.create(store=cast.store, push=push, outcome="refused", detail="422: no such line", milliseconds=12)
    page = visible(text(as_user(cast.merchant), made))
    assert "Failed after 3 tries" in page and "The shop says no." in page
    assert "1 try" in page and "refused (12 ms) 422: no such line" in page
    assert "Retry now" in page and "Give up…" in page
    clerk = visible(text(as_user(cast.clerk), made))
    assert "Retry now" in clerk and "Give up…" not in clerk


def test_a_push_that_waits_says_when_it_is_tried_next(as_user, cast, made):
    shipment = shipped(cast, made)
    Push.update(attempts=2, last_error="Timed out").where(Push.shipment == shipment).execute()
    page = visible(text(as_user(cast.merchant), made))
    assert "Failed, tries again next try" in page and "Retry now" in page


def test_a_clerk_sees_nothing_of_the_rival(as_user, cast, made):
    rival = cast.viewer(cast.rival_clerk)
    theirs = shipments.create(rival, made.id, ShipmentDraft(tracking_code="RIVALTRACK", carrier="RivalExpress"))
    shipments.ship(rival, theirs.id)
    shipped(cast, made, "clerk")
    page = text(as_user(cast.clerk), made)
    for secret in ("Rival", "RIVAL", "Rita", "Why here?", "€55.00", "Try to allocate", f"Shipment {theirs.id}<"):
        assert secret not in page, secret
    seen = visible(page)
    assert "yours: S-MINE" in seen and "€20.00" in seen and "more lines than those assigned to you" in seen
    assert "GLS77" in seen and "Nord Logistica" in seen


def test_who_of_a_rival_moved_the_order_stays_hidden(as_user, cast, made):
    orders.set_status(cast.viewer(cast.rival_clerk), made.id, "in_process")
    page = text(as_user(cast.clerk), made)
    assert "another party" in page and "Rita" not in page
    assert "Rita Rival" in text(as_user(cast.merchant), made)


def test_a_clerk_sees_the_units_assigned_to_it(as_user, cast, sandbox):
    shop.stocked(cast.store, "SPLIT", cast.logistics, units=4)
    from webapp.models import Product, Supply

    product = Product.get(Product.sku == "SPLIT")
    Supply.create(store=cast.store, product=product, supplier=cast.rival, supplier_sku="R", quantity=5)
    made = shop.order(sandbox, ("SPLIT", 9))
    page = visible(text(as_user(cast.clerk), made))
    assert "0 of 4 shipped" in page and "€40.00" in page and "of 5" not in page


@pytest.mark.parametrize("who", ["rival_only", "stranger", "unknown"])
def test_a_foreign_order_and_an_unknown_one_read_alike(as_user, cast, sandbox, who):
    shop.stocked(cast.store, "RIVALONLY", cast.rival)
    hidden = shop.order(sandbox, ("RIVALONLY", 1)).id if who != "unknown" else 999_999
    client = as_user(cast.stranger if who == "stranger" else cast.clerk)
    for answer in (
        client.get(f"/orders/{hidden}"),
        client.post(f"/orders/{hidden}/status", data={"status": "in_process"}),
        client.post(f"/orders/{hidden}/allocate"),
        client.post(f"/orders/{hidden}/synchronize"),
        client.get(f"/orders/{hidden}/shipments/new"),
        client.post(f"/orders/{hidden}/shipments"),
        client.post(f"/orders/{hidden}/shipments/ship"),
    ):
        assert answer.status_code == 404
        assert "There is no such order." in answer.get_data(as_text=True)
    assert not SyncRun.select().exists()


def test_the_number_of_statements_does_not_grow(as_user, cast, sandbox, sql_count):
    client = as_user(cast.merchant)
    made = shop.split_order(cast, sandbox)
    shipped(cast, made, lines={made.lines.order_by(OrderLine.id).first().id: 1})
    with sql_count() as few:
        text(client, made)
    big = shop.order(sandbox, *[("MINE", 1)] * 10, *[("RIVALSKU", 1)] * 10)
    for line in big.lines.order_by(OrderLine.id).limit(8):
        shipped(cast, big, lines={line.id: 1})
        shop.failed_push(big)
    with sql_count() as many:
        text(client, big)
    assert len(few) == len(many)


def test_no_link_leads_to_what_is_no_web_address(as_user, cast, made):
    viewer = cast.viewer(cast.merchant)
    draft = ShipmentDraft(source=cast.logistics.id, tracking_code="X", tracking_url="javascript:alert(1)")
    shipments.create(viewer, made.id, draft)
    assert "javascript:" not in text(as_user(cast.merchant), made)


def test_what_a_shop_sends_is_never_markup(as_user, cast, sandbox):
    address = {"name": "<script>x</script>", "city": "<b>"}
    made = shop.order(sandbox, ("<i>SKU</i>", 1), delivery_address=address, notes="<img src=x>", reference="<u>1</u>")
    page = text(as_user(cast.merchant), made)
    assert "<script>x" not in page and "<i>SKU" not in page and "<img" not in page and "<u>1" not in page
