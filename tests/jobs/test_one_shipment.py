"""A shop that takes one shipment an order hears of the parcels that the merchant's policy wants, and each push ends."""

import pytest

from tests.jobs.due import again, another_shipment, follow, leave, never_read
from tests.servers.prestashop import KEY, PrestaShopServer
from webapp.actions import cancellations, channels, pushes, shipments
from webapp.actions.channels import ChannelDraft
from webapp.connectors import http
from webapp.jobs import push_to_channels
from webapp.models import Channel, Event, Order, Push, PushAttempt, Shipment

POLICIES = ("first", "last", "each")


@pytest.fixture
def prestashop():
    """A shop that has sold one order of two mugs."""
    http.configure(("127.0.0.1",))
    started = PrestaShopServer()
    started.sell(("MUG-BLUE", 2))
    yield started
    started.stop()


@pytest.fixture
def connected(app, cast, prestashop):
    """Connect it with a policy, and leave the push of the order's first parcel: `connected("first")`."""

    def make(policy) -> Push:
        draft = ChannelDraft("Bottega", prestashop.url, {"partial_policy": policy}, {"key": KEY})
        channel = never_read(channels.connect(cast.viewer(cast.admin), "prestashop", draft))
        (push,) = leave(channel)
        Order.update(status="partially_shipped").where(Order.id == push.order_id).execute()
        return push

    return make


def second(push, order_status="shipped") -> Push:
    """Let the order's second parcel leave."""
    made = follow(push, "shipment", shipment=another_shipment(push))
    Order.update(status=order_status).where(Order.id == push.order_id).execute()
    return made


def drain(push):
    push_to_channels.drain(push.channel_id)


def shown(shop):
    """Return the tracking number that the shop shows, and the states that were set."""
    return shop.row("order_carriers", id_order=1)["tracking_number"], shop.moves(1)


def outcome(push):
    return PushAttempt.get(PushAttempt.push == push.id).outcome


@pytest.mark.parametrize(
    ("policy", "after_one", "after_two", "outcomes"),
    [
        ("first", ("T-1", [4]), ("T-1", [4]), ("sent", "left_out")),
        ("last", ("", []), ("OTHER", [4]), ("left_out", "sent")),
        ("each", ("T-1", [4]), ("OTHER", [4]), ("sent", "sent")),
        ("", ("", []), ("OTHER", [4]), ("left_out", "sent")),
    ],
)
def test_the_policy_decides_which_parcel_is_told(prestashop, connected, policy, after_one, after_two, outcomes):
    first = connected(policy)
    drain(first)
    assert shown(prestashop) == after_one
    other = second(first)
    drain(first)
    assert shown(prestashop) == after_two
    assert (outcome(first), outcome(other)) == outcomes
    assert [again(push).status for push in (first, other)] == ["sent", "sent"]


@pytest.mark.parametrize(("policy", "tracking"), [("first", "T-1"), ("last", "OTHER"), ("each", "OTHER")])
def test_parcels_that_wait_together_end_the_same(prestashop, connected, policy, tracking):
    first = connected(policy)
    second(first)
    drain(first)
    assert shown(prestashop) == (tracking, [4])


def test_what_was_left_out_is_said_on_the_timeline(connected):
    push = connected("last")
    drain(push)
    told = Event.get(Event.subject == "push").message
    assert told == "Not told to the channel: it is told with another parcel"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_rest_that_was_canceled_leaves_the_order_as_shipped_in_the_shop(prestashop, connected, policy):
    first = connected(policy)
    drain(first)
    Order.update(status="canceled").where(Order.id == first.order_id).execute()
    status = follow(first, "status", shipment=None, payload={"status": "canceled"})
    drain(first)
    assert shown(prestashop) == ("T-1", [4])
    assert again(status).status == "sent"


@pytest.mark.parametrize("policy", POLICIES)
def test_when_a_person_cancels_the_rest_what_has_left_is_told_and_the_order_is_shipped_in_the_shop(
    prestashop, connected, cast, policy
):
    first = connected(policy)
    drain(first)
    cancellations.cancel(cast.viewer(cast.admin), first.order_id)
    assert Order.get_by_id(first.order_id).status == "shipped"
    drain(first)
    assert shown(prestashop) == ("T-1", [4])
    assert {push.status for push in Push.select()} == {"sent"}


def test_with_the_first_parcel_told_a_rest_that_was_canceled_changes_nothing_in_the_shop(prestashop, connected):
    first = connected("first")
    other = second(first)
    drain(first)
    follow(other, "status", shipment=None, payload={"status": "shipped"})
    drain(first)
    assert shown(prestashop) == ("T-1", [4])


def test_a_parcel_that_a_person_gave_up_is_not_told_with_the_rest_that_was_canceled(prestashop, connected, cast):
    first = connected("last")
    pushes.drop(cast.viewer(cast.admin), first.id)
    cancellations.cancel(cast.viewer(cast.admin), first.order_id)
    drain(first)
    assert shown(prestashop) == ("", [])


def test_what_arrived_before_the_rest_was_canceled_is_told_as_delivered_too(prestashop, connected, cast):
    first = connected("last")
    Shipment.update(status="delivered").where(Shipment.id == first.shipment_id).execute()
    follow(first, "delivery")
    drain(first)
    cancellations.cancel(cast.viewer(cast.admin), first.order_id)
    assert Order.get_by_id(first.order_id).status == "delivered"
    drain(first)
    assert shown(prestashop) == ("T-1", [4, 5])


def test_an_order_of_which_nothing_left_is_canceled_in_the_shop(prestashop, connected):
    first = connected("last")
    Push.delete().where(Push.id == first.id).execute()
    Shipment.update(status="canceled").where(Shipment.order == first.order_id).execute()
    follow(first, "status", shipment=None, payload={"status": "canceled"})
    drain(first)
    assert shown(prestashop) == ("", [6])


@pytest.mark.parametrize(("status", "moves"), [("shipped", [4]), ("delivered", [4, 5])])
def test_a_delivery_is_told_once_the_whole_order_has_arrived(prestashop, connected, status, moves):
    first = connected("each")
    second(first, status)
    delivery = follow(first, "delivery")
    drain(first)
    assert shown(prestashop) == ("OTHER", moves)
    assert again(delivery).status == "sent"


def test_a_tracking_number_by_hand_is_a_conflict_that_waits_for_a_person(prestashop, connected):
    prestashop.row("order_carriers", id_order=1)["tracking_number"] = "BY-HAND"
    push = connected("first")
    drain(push)
    held = again(push)
    assert held.status == "failed" and "BY-HAND" in held.last_error
    assert Channel.get_by_id(push.channel_id).enabled


def test_a_correction_reaches_the_shop_for_the_parcel_that_it_shows_and_no_other(prestashop, connected, cast):
    first = connected("first")
    other = second(first)
    drain(first)
    for push, code in ((other, "RIGHT-2"), (first, "RIGHT-1")):
        shipments.edit(cast.viewer(cast.admin), push.shipment_id, tracking_code=code)
    drain(first)
    assert shown(prestashop) == ("RIGHT-1", [4])
    told = PushAttempt.select().join(Push).where(Push.kind == "tracking").order_by(PushAttempt.id)
    assert [row.outcome for row in told] == ["left_out", "sent"]
