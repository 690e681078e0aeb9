"""The timeline of an order: routing with its reasons, and what was told to the channel with every try."""

import datetime as dt
import re

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import pushes, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.models import Event, OrderLine, Push, PushAttempt

SAID = [{"call": "POST /fulfilments", "sent": "code=GLS77", "status": 503, "answer": "Too busy"}]


def timeline(client, order):
    """Return the rows of the timeline, oldest first."""
    (shown,) = Page(client.get(f"/orders/{order.id}")).main.all("ol", class_="timeline-list")
    return [row for row in shown.all("li") if row.parent is shown]


def ship(cast, order, user) -> Push:
    viewer = cast.viewer(user)
    draft = ShipmentDraft(source=cast.logistics.id, carrier="GLS", tracking_code="GLS77")
    made = shipments.ship(viewer, shipments.create(viewer, order.id, draft).id)
    return Push.get(Push.shipment == made.id)


def leased(push: Push) -> Push:
    Push.update(status="sending", lease_token="t", attempts=Push.attempts + 1).where(Push.id == push.id).execute()
    return Push.get_by_id(push.id)


def fail(push: Push, told: str, **how) -> None:
    how = {"permanent": False, "milliseconds": 12, "exchanges": SAID, **how}
    assert pushes.fail(leased(push), told, next_try_at=now() + dt.timedelta(minutes=1), **how)


def test_every_row_says_what_it_is_about_and_by_whom(as_user, cast, order):
    pushes.finish(leased(ship(cast, order, cast.merchant)), "sent", remote_id="f-1")
    rows = timeline(as_user(cast.merchant), order)
    sorts = [row.all(class_="timeline-icon")[0].attributes["title"] for row in rows]
    assert set(sorts) >= {"Channel", "Routing", "Shipment", "Told to the channel"}
    assert all(re.search(r" · (now|\d+ s ago)", row.text) for row in rows)
    (imported,) = (row.text for row in rows if "Imported" in row.text)
    (packed,) = (row.text for row in rows if " packed: " in row.text)
    (told,) = (row.text for row in rows if "told to the channel" in row.text)
    assert "Sandbox shop ·" in imported and "Marta Merchant ·" in packed and "Worker ·" in told


def test_routing_leads_to_the_reason_of_each_of_its_lines(as_user, cast, order):
    mine, other = OrderLine.select().where(OrderLine.order == order.id).order_by(OrderLine.id)
    page = Page(as_user(cast.merchant).get(f"/orders/{order.id}"))
    assert page.main.all("div", id=f"why-{mine.id}") and page.main.all("div", id=f"why-{other.id}")
    linked = {
        row.text.partition(" assigned to ")[0]: [link.attributes["href"] for link in row.all("a")]
        for row in timeline(as_user(cast.merchant), order)
        if " assigned to " in row.text
    }
    assert linked == {"2 units": [f"#why-{mine.id}"], "3 units": [f"#why-{other.id}"]}
    clerk = as_user(cast.clerk).get(f"/orders/{order.id}").text
    assert "why-" not in clerk and "why here?" not in clerk


def test_what_found_no_stock_leads_to_its_reason_too(as_user, cast):
    shop.stocked(cast.store, "MINE", cast.logistics)
    made = shop.order(shop.channel(cast.store), ("MINE", 1), ("GHOST", 1))
    line = OrderLine.get(OrderLine.order == made.id, OrderLine.sku == "GHOST")
    (row,) = (row for row in timeline(as_user(cast.merchant), made) if "found no stock" in row.text)
    assert [link.attributes["href"] for link in row.all("a")] == [f"#why-{line.id}"]
    assert "GHOST: why here?" in row.text


def test_a_told_push_unfolds_its_tries_with_what_was_said(as_user, cast, order):
    push = ship(cast, order, cast.merchant)
    fail(push, "Timed out")
    pushes.finish(leased(push), "sent", remote_id="f-1", milliseconds=7, exchanges=SAID)
    (row,) = (row for row in timeline(as_user(cast.merchant), order) if row.all(class_="tries"))
    assert "told to the channel" in row.text and "2 tries" in row.text
    tries = [item.text for item in row.all("ol")[0].all("li")]
    assert "no clear answer (12 ms) Timed out" in tries[0] and "sent (7 ms)" in tries[1]
    assert all("POST /fulfilments code=GLS77 Answered 503: Too busy" in told for told in tries)


def test_tries_of_what_still_waits_are_a_row_of_their_own(as_user, cast, order):
    push = ship(cast, order, cast.merchant)
    fail(push, "Timed out")
    *_, row = timeline(as_user(cast.merchant), order)
    assert "Shipment confirmation" in row.text and "Failed, tries again" in row.text and "1 try" in row.text
    fail(push, "422: no such line", permanent=True)
    *_, row = timeline(as_user(cast.merchant), order)
    assert "The channel can't be told: 422: no such line" in row.text and "2 tries" in row.text
    pushes.retry_now(cast.viewer(cast.merchant), push.id)
    pushes.finish(leased(push), "sent", remote_id="f-1")
    *_, refused, retried, sent = timeline(as_user(cast.merchant), order)
    assert "2 tries" in refused.text and "retry asked for Marta Merchant" in retried.text and "1 try" in sent.text


def test_a_clerk_reads_the_tries_of_its_own_shipment_and_nothing_that_was_said(as_user, cast, order):
    push = ship(cast, order, cast.clerk)
    fail(push, "Timed out")
    pushes.finish(leased(push), "sent", remote_id="f-1", exchanges=SAID)
    assert PushAttempt.select().where(PushAttempt.push == push.id).count() == 2
    *_, row = timeline(as_user(cast.clerk), order)
    assert "Shipment confirmation" in row.text and "2 tries" in row.text and "Timed out" in row.text
    assert "What was said" not in row.text and "Too busy" not in as_user(cast.clerk).get(f"/orders/{order.id}").text
    rival = as_user(cast.rival_clerk).get(f"/orders/{order.id}").text
    assert "Timed out" not in rival and "Shipment confirmation" not in rival and "GLS77" not in rival


def test_no_two_parts_of_the_page_share_an_id(as_user, cast, order):
    push = ship(cast, order, cast.merchant)
    fail(push, "Timed out")
    page = Page(as_user(cast.merchant).get(f"/orders/{order.id}"))
    ids = [part.attributes["id"] for part in page.whole.all() if "id" in part.attributes]
    assert [part for part in ids if "exchanges-" in part] and sorted(set(ids)) == sorted(ids)


def test_a_row_of_any_kind_of_event_can_be_shown(as_user, cast, order):
    for kind in ("waybill.issued", "return.requested", "order.not_told", "order.what_nobody_knows", "gift.wrapped"):
        about = {"subject": "order", "actor_kind": "job", "message": f"Told {kind}"}
        Event.create(store=cast.store, order=order.id, kind=kind, **about)
    rows = timeline(as_user(cast.merchant), order)[-5:]
    sorts = [row.all(class_="timeline-icon")[0].attributes["title"] for row in rows]
    assert sorts == ["Waybill", "Return", "Told to the channel", "Order", "Order"]
    assert all("Crossdock ·" in row.text for row in rows)
