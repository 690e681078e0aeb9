"""Orders that a shop sends by itself: none twice, none lost, none set back, whatever comes twice, late or at once."""

import datetime as dt
import json
from contextlib import suppress

import httpx2
import pytest

from tests.actions.test_races import at_once
from tests.api.inbound.shop import at, order, signed
from tests.conftest import ENCRYPTION_KEY
from tests.servers.fault_proxy import FaultProxy
from tests.servers.web import Web
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import TABLES, Allocation, CancelRequest, Heartbeat, Order, OrderLine, Supply, SyncRun


def lines(*pairs: tuple[str, int]) -> list[dict]:
    return [{"id": sku, "sku": sku, "quantity": units, "unit_price": 5} for sku, units in pairs]


def everything() -> dict[str, list]:
    tables = [table for table in TABLES if table is not Heartbeat]
    return {table.__name__: list(table.select().order_by(table._meta.primary_key).dicts()) for table in tables}


def units() -> dict[str, int]:
    return {line.sku: line.quantity - line.canceled_quantity for line in OrderLine.select()}


def test_all_that_is_sent_is_there_and_the_line_has_its_stock(sending, world):
    billing = {"company": "Buyer & Co", "address": "Via Po 2", "city": "Torino", "country_iso": "IT"}
    sent = order(
        shipping_method="Express", notes="Ring twice", billing_address=billing, total="29.90", status="On-Hold"
    )
    assert sending.outcomes(sent | {"status": "Paid"}) == ["created"]
    held, line = Order.get(), OrderLine.get()
    assert (held.external_id, held.reference, held.status, held.channel_status) == (
        "1042",
        "#1042",
        "payment_accepted",
        "Paid",
    )
    assert (held.currency, held.total_cents, held.shipping_cents) == ("EUR", 2990, 490)
    assert held.ordered_at == held.channel_updated_at == dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.UTC)
    assert (held.delivery_address["city"], held.delivery_address["country_iso"]) == ("Firenze", "IT")
    assert held.customer["email"] == "bea@example.com" and held.billing_address["company"] == "Buyer & Co"
    assert (held.shipping_method, held.notes) == ("Express", "Ring twice")
    assert (line.external_id, line.sku, line.title, line.quantity, line.unit_price_cents) == (
        "l1",
        "MUG",
        "Blue mug",
        2,
        1250,
    )
    assert Allocation.get().supplier_id == world.cast.logistics.id and Supply.get().reserved == 2
    run = SyncRun.get()
    assert (run.trigger, run.status, run.seen, run.created) == ("call", "done", 1, 1)


def test_what_may_be_left_out_has_its_default(sending):
    bare = [{"sku": "GHOST", "quantity": 3.0, "unit_price": "2.5"}]
    sending.outcomes(order(reference=None, shipping=None, customer=None, lines=bare))
    held, line = Order.get(), OrderLine.get()
    assert (held.reference, held.total_cents, held.shipping_cents) == ("1042", 750, 0)
    assert (line.external_id, line.title, line.quantity, line.product_id) == ("GHOST", "GHOST", 3, None)


@pytest.mark.parametrize(
    ("currency", "price", "cents"), [("JPY", 1250, 1250), ("EUR", 12.5, 1250), ("KWD", "1.234", 1234)]
)
def test_amounts_are_in_the_currencys_own_units(sending, currency, price, cents):
    sending.outcomes(order(currency=currency, shipping=0, lines=[{"sku": "X", "quantity": 1, "unit_price": price}]))
    assert (OrderLine.get().unit_price_cents, Order.get().total_cents) == (cents, cents)


def test_the_same_order_twice_changes_nothing_at_all(sending):
    sending.outcomes(order(), order(id="1043"))
    before = everything()
    assert sending.outcomes(order(), order(id="1043")) == ["unchanged", "unchanged"]
    assert sending.outcomes(order()) == ["unchanged"]
    assert everything() == before


def test_an_edited_order_is_taken_over(sending):
    sending.outcomes(order(lines=lines(("MUG", 2), ("POT", 1))))
    edited = order(updated_at=at(1), lines=lines(("MUG", 5), ("JUG", 1)), notes="More mugs")
    assert sending.outcomes(edited) == ["updated"]
    assert units() == {"MUG": 5, "POT": 0, "JUG": 1} and Supply.get().reserved == 5
    assert (Order.select().count(), Order.get().notes) == (1, "More mugs")


def test_an_older_state_that_comes_late_changes_nothing(sending):
    sending.outcomes(order(updated_at=at(5), lines=lines(("MUG", 4))))
    before = everything()
    late = order(updated_at=at(4), lines=lines(("MUG", 1)), status="cancelled")
    assert sending.outcomes(late) == ["outdated"]
    assert everything() == before


def test_a_state_that_was_confirmed_since_isnt_set_back_by_one_between(sending):
    sending.outcomes(order(updated_at=at(1)))
    assert sending.outcomes(order(updated_at=at(5))) == ["unchanged"]
    assert sending.outcomes(order(updated_at=at(3), lines=lines(("MUG", 9)))) == ["outdated"]
    assert OrderLine.get().quantity == 2


def test_of_known_orders_that_come_together_each_counts_by_itself(sending):
    sending.outcomes(*[order(id=name, updated_at=at(5)) for name in "abc"])
    together = [order(id="a", updated_at=at(6)), order(id="b", updated_at=at(4)), order(id="c", updated_at=at(6))]
    assert sending.outcomes(*together) == ["unchanged", "outdated", "unchanged"]
    between = [order(id=name, updated_at=at(5), notes="Between") for name in "abc"]
    assert sending.outcomes(*between) == ["outdated", "updated", "outdated"]
    assert [row.notes for row in Order.select().order_by(Order.external_id)] == ["", "Between", ""]


def test_of_two_states_of_the_same_moment_the_one_that_comes_later_counts(sending):
    sending.outcomes(order())
    assert sending.outcomes(order(notes="B")) == ["updated"]
    assert sending.outcomes(order(notes="C")) == ["updated"]
    assert Order.get().notes == "C"


def test_orders_of_equal_moments_all_come_in(sending):
    sent = [order(id=str(number)) for number in range(100)]
    assert sending.outcomes(*sent) == ["created"] * 100
    assert sending.outcomes(*sent) == ["unchanged"] * 100
    assert Order.select().count() == 100


def test_new_edited_and_known_orders_may_come_together(sending):
    sending.outcomes(order(id="a"), order(id="b"))
    together = [order(id="c"), order(id="a", notes="N", updated_at=at(9)), order(id="b")]
    assert sending.outcomes(*together) == ["created", "updated", "unchanged"]
    runs = [(run.seen, run.created, run.updated, run.unchanged) for run in SyncRun.select().order_by(SyncRun.id)]
    assert runs == [(2, 2, 0, 0), (3, 1, 1, 1)]


def test_a_cancelled_order_gives_its_stock_back(sending):
    sending.outcomes(order())
    sending.outcomes(order(status="cancelled", updated_at=at(9)))
    assert (Order.get().status, Supply.get().reserved) == ("canceled", 0)


def test_an_order_on_which_work_has_begun_keeps_its_units_and_its_warehouse_is_asked(sending, world):
    sending.outcomes(order(lines=lines(("MUG", 2))))
    shipments.create(world.viewer, Order.get().id, ShipmentDraft(source=world.cast.logistics.id))
    assert sending.outcomes(order(updated_at=at(9), lines=lines(("MUG", 1)))) == ["updated"]
    line, asked = OrderLine.get(), CancelRequest.get()
    assert line.quantity - line.canceled_quantity == 2
    assert (asked.quantity, asked.status, asked.supplier_id) == (1, "asked", world.cast.logistics.id)


def test_two_stores_may_have_the_same_order(sending, foreign):
    assert sending.outcomes(order()) == foreign.outcomes(order()) == ["created"]
    assert {row.store_id for row in Order.select()} == {sending.channel.store_id, foreign.channel.store_id}


def test_whichever_comes_first_the_newest_state_stays(sending, app):
    for number in range(8):

        def send(minute, number=number):
            body = json.dumps(order(id=str(number), updated_at=at(minute), notes=str(minute))).encode()
            answer = app.test_client().post(sending.path, data=body, headers=signed(sending.secret, body))
            return answer.status_code

        assert at_once(4, send) == [200] * 4
    assert [row.notes for row in Order.select().order_by(Order.id)] == ["3"] * 8


def test_a_hundred_lost_answers_make_no_duplicate_and_lose_nothing(sending, database_url, tmp_path):
    web = Web(database_url, ENCRYPTION_KEY, tmp_path / "web.log").start()
    try:
        with FaultProxy(web.url) as proxy, httpx2.Client(base_url=proxy.url, trust_env=False, timeout=60) as client:

            def send(number: int) -> httpx2.Response:
                body = json.dumps(order(id=str(number), lines=lines(("GHOST", 1)))).encode()
                return client.post(sending.path, content=body, headers=signed(sending.secret, body))

            for number in range(100):
                fault = ("drop", "error", "truncate", "swallow_error", "refuse")[number % 5]
                proxy.plan(fault)
                with suppress(httpx2.TransportError):
                    assert send(number).status_code == 500
                assert send(number).json()["orders"][0]["outcome"] in ("created", "unchanged")
    finally:
        web.kill()
    assert sorted(int(row.external_id) for row in Order.select()) == list(range(100))
    assert OrderLine.select().count() == 100
