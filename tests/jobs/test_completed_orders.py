"""A shop that must be told when an order is complete hears it with the last parcel, and not before."""

import pytest

from tests.jobs.due import again, another_shipment, follow, leave, never_read
from tests.servers.woocommerce import KEY, SECRET, WooShop
from webapp.actions import cancellations, channels
from webapp.actions.channels import ChannelDraft
from webapp.connectors import http
from webapp.jobs import push_to_channels
from webapp.models import Order, OrderLine, Push


@pytest.fixture
def woo():
    """A shop without fulfilments: only its order's status tells the buyer that all has left."""
    http.configure(("127.0.0.1",))
    started = WooShop()
    started.fulfilments = False
    yield started
    started.stop()


@pytest.fixture
def sold(woo):
    return woo.sell(("MUG-BLUE", 2))


@pytest.fixture
def first(app, cast, woo, sold):
    """The push of the first of the order's two units."""
    draft = ChannelDraft("Casa Bella", woo.url, {"key": KEY}, {"secret": SECRET})
    (push,) = leave(never_read(channels.connect(cast.viewer(cast.admin), "woocommerce", draft)))
    Order.update(external_id=str(sold["id"])).where(Order.id == push.order_id).execute()
    line = str(sold["line_items"][0]["id"])
    OrderLine.update(external_id=line).where(OrderLine.order == push.order_id).execute()
    return push


def second(push):
    """Let the order's second unit leave."""
    Order.update(status="shipped").where(Order.id == push.order_id).execute()
    return follow(push, "shipment", shipment=another_shipment(push))


def test_the_last_parcel_completes_the_order(woo, sold, first):
    push_to_channels.drain(first.channel_id)
    assert (again(first).status, sold["status"], len(sold["notes"])) == ("sent", "processing", 1)
    last = second(first)
    push_to_channels.drain(first.channel_id)
    assert (again(last).status, sold["status"], len(sold["notes"])) == ("sent", "completed", 2)
    assert woo.mails == [f"{sold['id']} note", f"{sold['id']} note", f"{sold['id']} completed"]


def test_a_parcel_that_is_told_late_leaves_the_completing_to_the_last(woo, sold, first):
    last = second(first)
    push_to_channels.drain(first.channel_id)
    assert [again(push).status for push in (first, last)] == ["sent", "sent"]
    assert woo.mails == [f"{sold['id']} note", f"{sold['id']} note", f"{sold['id']} completed"]


def test_an_order_in_one_parcel_is_completed_at_once(woo, sold, first):
    Order.update(status="shipped").where(Order.id == first.order_id).execute()
    push_to_channels.drain(first.channel_id)
    assert (sold["status"], len(sold["notes"])) == ("completed", 1)


@pytest.mark.parametrize("settled", ["completed", "refunded"])
def test_a_rest_that_is_canceled_completes_the_order_unless_somebody_has_settled_it(woo, sold, first, cast, settled):
    push_to_channels.drain(first.channel_id)
    assert sold["status"] == "processing"
    sold["status"] = "processing" if settled == "completed" else settled
    cancellations.cancel(cast.viewer(cast.admin), first.order_id)
    push_to_channels.drain(first.channel_id)
    assert (sold["status"], len(sold["notes"])) == (settled, 1)
    assert {push.status for push in Push.select()} == {"sent"}
