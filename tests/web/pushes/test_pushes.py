"""The pushes page: what failed or waits, and the two ways to help it."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.models import Channel, Order, Push, PushAttempt, Shipment

WHY = {"why": "The buyer was phoned."}


@pytest.fixture
def made(cast):
    return shop.split_order(cast, shop.channel(cast.store))


@pytest.fixture
def mine(cast, made) -> Push:
    """The failed push of a shipment that the logistics service handed over."""
    viewer = cast.viewer(cast.clerk)
    shipments.ship(viewer, shipments.create(viewer, made.id, ShipmentDraft()).id)
    Push.update(status="failed", attempts=12, last_error="The shop says no.").execute()
    return Push.get()


def test_lists_what_is_not_done(as_user, cast, made, mine):
    shop.failed_push(made, status="sent", sent_at=now())
    page = as_user(cast.merchant).get("/pushes/").text
    assert f'id="push-{mine.id}"' in page and page.count('id="push-') == 2 and "The shop says no." in page
    assert "data-every" not in page and made.reference in page and "Sandbox shop" in page
    assert f'id="push-{mine.id}"' not in as_user(cast.merchant).get("/pushes/?status=sent").text


@pytest.mark.parametrize("words", ["{order.reference}", "says no", "TRACK"])
def test_is_searched_by_order_tracking_code_and_reason(as_user, cast, made, mine, words):
    other = shop.order(Channel.get(), ("UNKNOWN", 1))
    apart = shop.failed_push(other, status="failed", last_error="Elsewhere.")
    Shipment.update(tracking_code="TRACK-77").where(Shipment.id == mine.shipment_id).execute()
    asked = {"q": words.format(order=mine.order)}
    for who in (cast.merchant, cast.clerk):
        page = as_user(who).get("/pushes/", query_string=asked).text
        assert f'id="push-{mine.id}"' in page and f'id="push-{apart.id}"' not in page
    assert "No push fits" in as_user(cast.merchant).get("/pushes/?q=nothing+like+it").text


def test_a_clerk_finds_nothing_by_what_is_anothers(as_user, cast, made, mine):
    page = as_user(cast.rival_clerk).get("/pushes/", query_string={"q": mine.order.reference}).text
    assert f'id="push-{mine.id}"' not in page


def test_is_narrowed_down_to_a_channel(as_user, cast, made, mine):
    client = as_user(cast.merchant)
    channel = Channel.get()
    assert f'id="push-{mine.id}"' in client.get(f"/pushes/?channel={channel.id}").text
    page = client.get(f"/pushes/?channel={channel.id + 1}").text
    assert f'id="push-{mine.id}"' not in page and "No push fits" in page


def test_polls_while_something_waits(as_user, cast, made):
    shop.failed_push(made, status="waiting", attempts=0)
    page = as_user(cast.merchant).get("/pushes/", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert page.strip().startswith('<div id="push-rows" data-every')


def test_nothing_to_do_says_so(as_user, cast):
    assert "Everything is told" in as_user(cast.merchant).get("/pushes/").text


def test_retry_now_makes_it_due(as_user, cast, mine):
    client = as_user(cast.merchant)
    answer = client.post(f"/pushes/{mine.id}/retry", data={"back": f"/orders/{mine.order_id}"})
    assert answer.status_code == 303 and answer.location == f"/orders/{mine.order_id}"
    row = Push.get_by_id(mine.id)
    assert (row.status, row.attempts) == ("waiting", 0) and row.next_try_at <= now()


def test_a_clerk_retries_its_own(as_user, cast, mine):
    assert f'id="push-{mine.id}"' in as_user(cast.clerk).get("/pushes/").text
    assert as_user(cast.clerk).post(f"/pushes/{mine.id}/retry").location == "/pushes/"
    assert Push.get_by_id(mine.id).status == "waiting"


def test_give_up_asks_once_and_names_it(as_user, cast, mine):
    client = as_user(cast.merchant)
    page = client.get(f"/pushes/{mine.id}/drop").text
    assert mine.order.reference in page and "Sandbox shop won’t be told" in page
    assert client.post(f"/pushes/{mine.id}/drop", data=WHY).status_code == 303
    assert Push.get_by_id(mine.id).status == "dropped"
    assert "Given up" in client.get(f"/orders/{mine.order_id}").text


def test_what_was_sent_is_neither_retried_nor_given_up(as_user, cast, mine):
    Push.update(status="sent", sent_at=now()).execute()
    client = as_user(cast.merchant)
    assert client.post(f"/pushes/{mine.id}/retry").status_code == 409
    answer = client.post(f"/pushes/{mine.id}/drop", data=WHY | {"back": "/pushes/"})
    assert answer.status_code == 303 and "can be given up" in client.get("/pushes/").text
    assert Push.get_by_id(mine.id).status == "sent"


def test_giving_up_is_not_for_clerks(as_user, cast, mine):
    client = as_user(cast.clerk)
    assert client.get(f"/pushes/{mine.id}/drop").status_code == 403
    assert client.post(f"/pushes/{mine.id}/drop").status_code == 403
    assert Push.get_by_id(mine.id).status == "failed"


@pytest.mark.parametrize("who", ["rival_clerk", "stranger"])
def test_a_foreign_push_and_an_unknown_one_read_alike(as_user, cast, mine, who):
    client = as_user(getattr(cast, who))
    foreign, unknown = client.post(f"/pushes/{mine.id}/retry"), client.post("/pushes/999999/retry")
    assert foreign.status_code == unknown.status_code == 404 and Page(foreign).text == Page(unknown).text
    assert f'id="push-{mine.id}"' not in client.get("/pushes/").text
    assert Push.get_by_id(mine.id).status == "failed"


def test_a_strangers_give_up_is_not_found(as_user, cast, mine):
    client = as_user(cast.stranger)
    assert client.get(f"/pushes/{mine.id}/drop").status_code == 404
    assert client.post(f"/pushes/{mine.id}/drop", data=WHY).status_code == 404


def test_a_clerk_reaches_no_push_of_the_order_itself(as_user, cast, made):
    push = shop.failed_push(made)
    assert as_user(cast.clerk).post(f"/pushes/{push.id}/retry").status_code == 404
    assert "Everything is told" in as_user(cast.clerk).get("/pushes/").text


@pytest.mark.parametrize("door", ["retry", "drop"])
def test_they_need_login(client, mine, door):
    assert client.post(f"/pushes/{mine.id}/{door}").status_code == 401
    assert Push.get_by_id(mine.id).status == "failed"


def test_the_number_of_statements_does_not_grow(as_user, cast, made, mine, sql_count):
    client = as_user(cast.merchant)
    with sql_count() as few:
        client.get("/pushes/")
    for _ in range(60):
        push = shop.failed_push(made)
        PushAttempt.create(store=cast.store, push=push, outcome="refused", detail="No.")
    with sql_count() as many:
        page = client.get("/pushes/").text
    assert len(few) == len(many) and "Next 50" in page and Order.select().count() == 1


def test_what_was_said_is_shown_to_the_store_and_not_to_its_logistics(as_user, cast, mine):
    said = {"call": "POST /api/orders/1/fulfilments", "sent": '{"carrier":"<b>BRT"}', "status": 500, "answer": "Oops"}
    silent = {"call": "GET /api/orders/1", "sent": "", "status": None, "answer": ""}
    PushAttempt.create(store=mine.store_id, push=mine.id, outcome="unknown", exchanges=[said, silent])
    page = as_user(cast.merchant).get("/pushes/").text
    assert "POST /api/orders/1/fulfilments" in page and "&lt;b&gt;BRT" in page
    assert "Answered 500:" in page and "No whole answer came." in page
    clerks = as_user(cast.clerk).get("/pushes/").text
    assert f'id="push-{mine.id}"' in clerks and "fulfilments" not in clerks and "Oops" not in clerks


def test_giving_up_wants_a_reason(as_user, cast, mine):
    answer = as_user(cast.merchant).post(f"/pushes/{mine.id}/drop", data={"why": "  "})
    assert answer.status_code == 422 and "Say why" in answer.text and 'id="why-error"' in answer.text
    assert Push.get_by_id(mine.id).status == "failed"


def test_what_somebody_did_in_the_shop_is_marked_as_done_with_a_reason(as_user, cast, mine):
    client = as_user(cast.merchant)
    home = f"/pushes/{mine.id}/done"
    assert f'href="{home}"' in client.get("/pushes/").text and "Its number in the shop" in client.get(home).text
    answer = client.post(home, data={"why": "", "remote_id": "F-7"})
    assert answer.status_code == 422 and "Say why" in answer.text and 'value="F-7"' in answer.text
    answer = client.post(home, data=WHY | {"remote_id": "F-7", "back": f"/orders/{mine.order_id}"})
    assert (answer.status_code, answer.location) == (303, f"/orders/{mine.order_id}")
    assert (Push.get_by_id(mine.id).status, Push.get_by_id(mine.id).remote_id) == ("sent", "F-7")
    page = client.get(f"/orders/{mine.order_id}").text
    assert "marked as done elsewhere: The buyer was phoned." in page


@pytest.fixture
def conflict(mine) -> Push:
    Push.update(reason="conflict", remote_id="7", last_error="The shop shows OTHER.").execute()
    return Push.get_by_id(mine.id)


def test_a_conflict_offers_both_ways_out(as_user, cast, conflict):
    client = as_user(cast.merchant)
    page = client.get("/pushes/").text
    assert f'action="/pushes/{conflict.id}/overwrite"' in page and "Keep what the channel shows…" in page
    assert "Keep what the channel shows?" in client.get(f"/pushes/{conflict.id}/done").text
    answer = client.post(f"/pushes/{conflict.id}/overwrite")
    assert answer.status_code == 303 and Push.get_by_id(conflict.id).payload == {"overwrite": True}


@pytest.mark.parametrize(
    ("kind", "remote_id", "why"),
    [("vendure", "7", "Vendure can&#39;t be told"), ("woocommerce", "", "settle it in the shop")],
)
def test_what_cant_be_overwritten_says_why(as_user, cast, conflict, kind, remote_id, why):
    Channel.update(kind=kind).execute()
    Push.update(remote_id=remote_id).execute()
    client = as_user(cast.merchant)
    page = client.get("/pushes/").text
    assert why in page and f'action="/pushes/{conflict.id}/overwrite"' not in page and "disabled" in page
    client.post(f"/pushes/{conflict.id}/overwrite", data={"back": "/pushes/"})
    assert Push.get_by_id(conflict.id).status == "failed"


@pytest.mark.parametrize("door", ["done", "overwrite"])
def test_settling_a_push_is_not_for_clerks_or_strangers(as_user, cast, client, conflict, door):
    assert as_user(cast.clerk).post(f"/pushes/{conflict.id}/{door}", data=WHY).status_code == 403
    assert as_user(cast.stranger).post(f"/pushes/{conflict.id}/{door}", data=WHY).status_code == 404
    assert client.post(f"/pushes/{conflict.id}/{door}").status_code == 401
    assert Push.get_by_id(conflict.id).status == "failed"
