"""Corrections, carriers' names and conflicts on their way to a real shop."""

import pytest

from tests.jobs.due import again, follow, leave, sell, statuses
from webapp.actions import channel_carriers, pushes, shipments
from webapp.connectors.channels import kind_of
from webapp.jobs import push_to_channels
from webapp.models import Channel, Event, Push, PushAttempt, Shipment


@pytest.fixture
def admin(cast):
    return cast.viewer(cast.admin)


@pytest.fixture
def push(channel, shop) -> Push:
    sell(shop, 1)
    (left,) = leave(channel)
    return left


def drain(push) -> int:
    return push_to_channels.drain(push.channel_id)


def shown(shop) -> list[tuple[str, str]]:
    return [(one["carrier"], one["tracking_code"]) for one in shop.order("1")["fulfilments"]]


def outcomes(kind) -> list[str]:
    rows = PushAttempt.select().join(Push).where(Push.kind == kind).order_by(PushAttempt.id)
    return [row.outcome for row in rows]


def test_a_corrected_code_reaches_the_shop_after_the_confirmation(shop, admin, push):
    drain(push)
    shipments.edit(admin, push.shipment_id, tracking_code="RIGHT", carrier="GLS")
    assert shown(shop) == [("BRT", "T-1")]
    assert drain(push) == 1
    assert shown(shop) == [("GLS", "RIGHT")]
    assert (statuses(), outcomes("tracking")) == (["sent", "sent"], ["sent"])
    assert Event.select().where(Event.message == "Corrected tracking told to the channel").count() == 1


def test_a_code_corrected_before_anything_was_sent_is_the_only_one_that_the_shop_hears(shop, admin, push):
    shipments.edit(admin, push.shipment_id, tracking_code="RIGHT")
    drain(push)
    assert (shown(shop), statuses()) == ([("BRT", "RIGHT")], ["sent"])


def test_a_code_corrected_between_a_lost_answer_and_its_repeat_makes_no_second_shipment(shop, admin, push):
    shop.break_next(drop=1)
    drain(push)
    assert (shown(shop), again(push).status) == ([("BRT", "T-1")], "waiting")
    shipments.edit(admin, push.shipment_id, tracking_code="RIGHT")
    pushes.retry_now(admin, push.id)
    assert drain(push) == 2
    assert (shown(shop), statuses()) == ([("BRT", "RIGHT")], ["sent", "sent"])
    assert (outcomes("shipment"), outcomes("tracking")) == (["unknown", "found"], ["sent"])


def test_a_correction_whose_answer_is_lost_is_found_by_its_repeat(shop, admin, push):
    drain(push)
    shipments.edit(admin, push.shipment_id, tracking_code="RIGHT")
    shop.break_next(drop=1)
    drain(push)
    pushes.retry_now(admin, Push.get(Push.kind == "tracking").id)
    drain(push)
    assert (shown(shop), outcomes("tracking")) == ([("BRT", "RIGHT")], ["unknown", "found"])


def test_where_the_channel_takes_no_correction_the_order_says_what_it_still_shows(channel, admin, push):
    Channel.update(kind="vendure").execute()
    Push.update(status="sent", remote_id="7").execute()
    shipments.edit(admin, push.shipment_id, tracking_code="RIGHT")
    assert drain(push) == 1
    assert (statuses(), outcomes("tracking")) == (["sent", "sent"], ["uncorrected"])
    told = Event.get(Event.message.startswith("Not told to the channel")).message
    assert "Vendure can't be told a corrected tracking code. It may still show T-1: correct it there by hand." in told


def test_a_code_cant_be_taken_back(shop, admin, push):
    drain(push)
    shipments.edit(admin, push.shipment_id, tracking_code="")
    drain(push)
    assert (shown(shop), outcomes("tracking")) == ([("BRT", "T-1")], ["uncorrected"])


def test_a_carrier_without_a_name_is_a_task_before_anything_is_sent(shop, channel, admin, push):
    Shipment.update(carrier="GLS Italy").execute()
    delivery = follow(push, "delivery")
    drain(push)
    row = again(push)
    assert (row.status, row.reason, shown(shop)) == ("failed", "carrier_unmapped", [])
    assert row.last_error == f"GLS Italy has no name on {channel.name}: choose one."
    assert (outcomes("shipment"), again(delivery).status) == (["unmapped"], "waiting")
    assert channel_carriers.save(admin, channel.id, kind_of("sandbox").carriers, {"GLS Italy": "GLS"}, holds=False) == 1
    assert drain(push) == 2
    assert (shown(shop), statuses()) == ([("GLS", "T-1")], ["sent", "sent"])


def test_a_usual_carrier_goes_by_the_shops_name_for_it(shop, push):
    Shipment.update(carrier="Bartolini").execute()
    drain(push)
    assert shown(shop) == [("BRT", "T-1")]


@pytest.fixture
def conflict(shop, push) -> Push:
    """The shop holds this very shipment, with another code."""
    drain(push)
    Push.update(status="waiting", remote_id="").execute()
    Shipment.update(tracking_code="OURS").execute()
    drain(push)
    assert (again(push).status, again(push).reason, again(push).remote_id) == ("failed", "conflict", "1")
    return push


def test_a_conflict_can_be_overwritten(shop, admin, conflict):
    assert shown(shop) == [("BRT", "T-1")]
    pushes.overwrite(admin, conflict.id)
    drain(conflict)
    assert (shown(shop), again(conflict).status) == ([("BRT", "OURS")], "sent")


def test_a_conflict_can_be_left_as_it_is_and_the_delivery_is_told_of_what_stands_there(shop, admin, conflict):
    pushes.done_elsewhere(admin, conflict.id, "The shop is right.")
    delivery = follow(conflict, "delivery")
    drain(conflict)
    assert (shown(shop), again(delivery).status) == ([("BRT", "T-1")], "sent")
    assert shop.order("1")["fulfilments"][0]["delivered"]


def test_what_a_person_told_under_a_name_that_nobody_knows_is_told_on_by_that_person(shop, admin, push):
    pushes.done_elsewhere(admin, push.id, "Typed into the shop.")
    delivery = follow(push, "delivery")
    drain(push)
    assert (again(delivery).status, outcomes("delivery"), shown(shop)) == ("sent", ["by_hand"], [])


def test_many_tries_without_an_answer_are_a_reason_of_their_own(shop, push):
    Push.update(attempts=11).execute()
    shop.break_next(fail=1)
    drain(push)
    assert (again(push).status, again(push).reason) == ("failed", "exhausted")
