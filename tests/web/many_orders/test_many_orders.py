"""One thing done with many orders: what is chosen, what the page says of it, and what is started."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import many_orders
from webapp.models import Batch, BatchRow, Order

WAY = {"GET": "query_string", "POST": "data"}


@pytest.fixture
def sandbox(cast):
    return shop.channel(cast.store)


@pytest.fixture
def both(cast, sandbox):
    """A paid order and one that has left."""
    paid = shop.split_order(cast, sandbox, reference="PAID")
    gone = shop.split_order(cast, sandbox, reference="GONE")
    Order.update(status="shipped").where(Order.id == gone.id).execute()
    return paid, gone


def ticked(*orders) -> dict:
    return {"order": [str(order.id) for order in orders], "query": "status=&dates=30d"}


def meant() -> list[tuple[int, str]]:
    return [(row.subject_id, row.input["label"]) for row in BatchRow.select().order_by(BatchRow.number)]


def test_needs_login(client, cast, both):
    assert client.post("/orders/many/accept", data=ticked(*both)).status_code == 401 and not Batch.select().exists()


def test_the_list_offers_what_the_role_may_do(as_user, cast, both):
    whole = Page(as_user(cast.merchant).get("/orders/"))
    bar = whole.main.all("form", id="order-bulk")[0]
    assert [button.attributes.get("formaction") for button in bar.all("button")][:4] == [
        f"/orders/many/{verb}" for verb in ("accept", "hold", "release", "reroute")
    ]
    assert {tick.attributes["form"] for tick in whole.main.all("input", name="order")} == {"order-bulk"}
    bar = Page(as_user(cast.clerk).get("/orders/")).main.all("form", id="order-bulk")[0]
    offered = [button.text for button in bar.all("button") if "formaction" in button.attributes]
    assert offered == ["Accept", "Pick list", "Packing slips", "Export these"]


def test_says_what_follows_before_anything_is_done(as_user, cast, both):
    page = Page(as_user(cast.merchant).get("/orders/many/accept", query_string=ticked(*both)))
    assert "Accept 2 orders?" in page.text and "PAID" in page.text and "GONE" in page.text
    assert "Payment accepted 1 order Shipped 1 order, which is left as it is" in page.text
    assert page.posts == ["/orders/many/accept"] and "/orders/?dates=30d" in page.links
    assert not Batch.select().exists()


def test_starts_it_and_shows_the_progress(as_user, cast, both):
    answer = as_user(cast.merchant).post("/orders/many/accept", data=ticked(*both))
    batch = Batch.get()
    assert answer.status_code == 303 and answer.headers["Location"] == f"/batches/{batch.id}"
    assert (batch.kind, batch.title, batch.total, batch.user_id) == ("orders", "Accept 2 orders", 2, cast.merchant.id)
    assert sorted(meant()) == sorted((order.id, order.reference) for order in both)
    page = Page(as_user(cast.merchant).get(f"/batches/{batch.id}"))
    assert f"/orders/{both[0].id}" in page.links and "0 of 2" in page.text


def test_all_that_match_the_filters_are_taken_in_the_lists_order(as_user, cast, both, sandbox):
    late = [shop.split_order(cast, sandbox, reference=f"LATE-{number}") for number in range(60)]
    data = {"matching": "1", "query": "status=payment_accepted&sort=oldest", "order": str(both[1].id)}
    client = as_user(cast.merchant)
    page = Page(client.get("/orders/many/accept", query_string=data))
    assert "Accept 61 orders?" in page.text and "and 53 more" in page.text and page.fields["matching"] == "1"
    sent = data | {name: page.fields[name] for name in ("newest", "count")}
    client.post("/orders/many/accept", data=sent)
    assert [order_id for order_id, _ in meant()] == [both[0].id, *(row.id for row in late)]


def test_what_came_in_after_the_question_is_left_alone_and_what_else_changed_is_asked_about(
    as_user, cast, both, sandbox
):
    data = {"matching": "1", "query": "status=payment_accepted"}
    client, _ = as_user(cast.merchant), shop.split_order(cast, sandbox, reference="EARLIER")
    page = Page(client.get("/orders/many/accept", query_string=data))
    sent = data | {name: page.fields[name] for name in ("newest", "count")}
    came = shop.split_order(cast, sandbox, reference="CAME-IN")
    type(came).update(status="shipped").where(type(came).id == int(page.fields["newest"])).execute()
    answer = Page(client.post("/orders/many/accept", data=sent))
    assert answer.status == 409 and "look at them before you go on" in answer.text and not Batch.select().exists()
    sent |= {name: answer.fields[name] for name in ("newest", "count")}
    assert client.post("/orders/many/accept", data=sent).status_code == 303
    assert came.id not in [order_id for order_id, _ in meant()]


def test_more_than_fit_are_refused(as_user, cast, both, monkeypatch):
    monkeypatch.setattr(many_orders, "MOST", 1)
    client = as_user(cast.merchant)
    for verb in ("GET", "POST"):
        answer = client.open("/orders/many/hold", method=verb, **{WAY[verb]: {"matching": "1"}})
        assert answer.status_code == 303 and not Batch.select().exists()
        assert "More than 1 orders match" in Page(client.get(answer.headers["Location"])).alert


@pytest.mark.parametrize("values", [{}, {"order": "x"}, {"order": "9" * 30}, {"order": "999999"}, {"matching": "1"}])
def test_nothing_chosen_leads_back_to_the_list(as_user, cast, values):
    client = as_user(cast.merchant)
    answer = client.post("/orders/many/accept", data=values)
    assert answer.status_code == 303 and answer.headers["Location"] == "/orders/"
    assert "Tick at least one order" in Page(client.get("/orders/")).alert and not Batch.select().exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"reason": "", "until": ""}, {"reason": "Say why: whoever finds the order on hold wants to know."}),
        ({"reason": "Strike", "until": "2020-01-01"}, {"until": "Choose a day from tomorrow on, or none."}),
    ],
)
def test_a_hold_needs_a_reason_and_keeps_what_was_typed(as_user, cast, both, typed, told):
    page = Page(as_user(cast.merchant).post("/orders/many/hold", data=ticked(*both) | typed))
    assert page.status == 422 and page.errors == told and page.fields["reason"] == typed["reason"]
    assert not Batch.select().exists()


def test_a_hold_takes_its_reason_along_and_the_stores_own_day(as_user, cast, both):
    as_user(cast.merchant).post("/orders/many/hold", data=ticked(*both) | {"reason": "Strike", "until": "2099-01-10"})
    assert Batch.get().input == {"verb": "hold", "reason": "Strike", "until": "2099-01-09T23:00:00+00:00"}


def test_a_clerk_accepts_and_does_nothing_else(as_user, cast, both):
    client = as_user(cast.clerk)
    for verb in ("hold", "release", "reroute"):
        assert client.get(f"/orders/many/{verb}", query_string=ticked(*both)).status_code == 403
        assert client.post(f"/orders/many/{verb}", data=ticked(*both)).status_code == 403
    assert not Batch.select().exists()
    assert client.post("/orders/many/accept", data=ticked(*both)).status_code == 303 and Batch.get().total == 2


def test_orders_of_others_cannot_be_chosen(as_user, cast, both, sandbox):
    shop.stocked(cast.store, "RIVALONLY", cast.rival)
    hidden = shop.order(sandbox, ("RIVALONLY", 1), reference="HIDDEN")
    page = Page(as_user(cast.clerk).get("/orders/many/accept", query_string=ticked(hidden, both[0])))
    assert "Accept 1 order?" in page.text and "HIDDEN" not in page.text
    assert (
        as_user(cast.stranger).post("/orders/many/accept", data=ticked(*both)).headers["Location"]
        == "/orders/?dates=30d"
    )
    assert as_user(cast.stranger).post("/orders/many/accept", data={"matching": "1"}).status_code == 303
    assert not Batch.select().exists()


def test_another_verb_is_not_there(as_user, cast, both):
    assert as_user(cast.merchant).post("/orders/many/delete", data=ticked(*both)).status_code == 404
