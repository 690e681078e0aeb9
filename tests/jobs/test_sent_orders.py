"""The whole way of a shop that sends by itself: its order comes in, and it hears of the shipment once."""

import json

import pytest

from tests.api.inbound.shop import order, shop_of
from tests.servers.fault_proxy import FaultProxy
from tests.servers.signed_receiver import SignedReceiver
from webapp.actions import channels, orders, pushes, shipments
from webapp.actions.channels import ChannelDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.connectors import http
from webapp.db import now
from webapp.jobs import import_orders, push_to_channels
from webapp.models import Channel, Order, Product, Push, SyncRun


@pytest.fixture
def viewer(cast):
    return cast.viewer(cast.admin)


@pytest.fixture
def receiver(app):
    http.configure(("127.0.0.1",))
    started = SignedReceiver("whsec_unset")
    started.orders.add("1042")
    yield started
    started.stop()


@pytest.fixture
def proxy(receiver):
    with FaultProxy(receiver.url.partition("/crossdock")[0]) as made:
        yield made


@pytest.fixture
def sending(app, viewer, cast, receiver, proxy):
    """The shop, which is told through the proxy, with ten mugs on its own shelf."""
    Product.create(store=cast.store, sku="MUG", title="Mug", own_quantity=10)
    made = shop_of(app, viewer, url=proxy.url + "/crossdock?from=us")
    receiver.secret = made.secret
    return made


def push(sending) -> None:
    """Tell what is due, also what waits for its next try."""
    Push.update(next_try_at=now()).where(Push.status == "waiting").execute()
    Channel.update(rest_until=None).execute()
    push_to_channels.drain(sending.channel.id)


def test_a_shipment_is_told_once_whatever_is_lost_on_the_way(sending, viewer, receiver, proxy):
    sending.outcomes(order())
    box = shipments.create(viewer, Order.get().id, ShipmentDraft(carrier="BRT", tracking_code="T-1"))
    shipments.ship(viewer, box.id)
    for fault in ("drop", "error", "refuse", "swallow_error", "busy", None):
        proxy.plan(fault)
        push(sending)
    assert [one.status for one in Push.select().where(Push.kind == "shipment")] == ["sent"]
    (told,) = receiver.told("shipment.confirmed")
    assert (told["order"]["id"], told["tracking_code"], told["completes_order"]) == ("1042", "T-1", True)
    assert told["lines"] == [{"id": "l1", "quantity": 2}]
    assert len(receiver.calls) == 3 and len(set(receiver.calls)) == 1
    shipments.deliver(viewer, box.id)
    push(sending)
    assert receiver.told("shipment.delivered") == [{"order": {"id": "1042"}, "reference": told["reference"]}]


def test_a_status_that_comes_back_is_told_again_under_another_id(sending, viewer, receiver):
    sending.outcomes(order())
    for status in ("on_hold", "in_process", "on_hold"):
        orders.set_status(viewer, Order.get().id, status)
    push(sending)
    assert [one["status"] for one in receiver.told("order.status_changed")] == ["on_hold", "in_process", "on_hold"]
    assert len(set(receiver.calls)) == 3


def test_a_push_that_is_helped_by_hand_keeps_its_id(sending, viewer, receiver, proxy):
    sending.outcomes(order())
    orders.set_status(viewer, Order.get().id, "canceled")
    proxy.plan("drop")
    push(sending)
    receiver.answer = (422, {}, b"no such order")
    push(sending)
    assert Push.get().status == "failed" and "no such order" in Push.get().last_error
    receiver.answer = None
    pushes.retry_now(viewer, Push.get().id)
    push(sending)
    assert Push.get().status == "sent" and len(receiver.calls) == 2 and len(receiver.taken) == 1


def test_what_the_shop_sends_back_of_what_it_was_told_changes_nothing(sending, viewer, receiver):
    sending.outcomes(order())
    orders.set_status(viewer, Order.get().id, "in_process")
    push(sending)
    word = receiver.told("order.status_changed")[0]["status"]
    later = order(status=word, updated_at="2026-11-21T09:00:00Z")
    sending.outcomes(later)
    assert Order.get().status == "in_process" and Push.select().count() == 1


def test_a_shop_without_an_address_leaves_nothing_to_tell(app, viewer, cast):
    Product.create(store=cast.store, sku="MUG", title="Mug", own_quantity=10)
    silent = shop_of(app, viewer, "Silent")
    silent.outcomes(order())
    orders.set_status(viewer, Order.get().id, "on_hold")
    assert Push.select().count() == 0
    draft = ChannelDraft("Silent", "http://127.0.0.1:9")
    channels.update(viewer, silent.channel.id, draft)
    orders.set_status(viewer, Order.get().id, "canceled")
    assert [json.dumps(one.payload) for one in Push.select()] == ['{"status": "canceled"}']


def test_the_worker_never_reads_it(sending, viewer):
    sending.outcomes(order())
    channels.pause(viewer, sending.channel.id)
    channels.resume(viewer, sending.channel.id)
    assert import_orders._due(now()) == []
    import_orders.Importer().tick()
    assert [run.trigger for run in SyncRun.select()] == ["call"]
