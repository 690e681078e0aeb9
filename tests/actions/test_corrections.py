"""Tracking that is corrected after the shipment left: told to the channel after the confirmation, never twice."""

import pytest

from webapp.actions import pushes, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.jobs import outbox
from webapp.models import Event, Push


@pytest.fixture
def push(world) -> Push:
    """The confirmation of a shipment that left with the code OLD."""
    world.product("MUG", logistics=5)
    made = shipments.create(world.viewer, world.order(("MUG", 2)).id, ShipmentDraft(carrier="BRT", tracking_code="OLD"))
    shipments.ship(world.viewer, made.id)
    return Push.get()


def claim(push) -> Push:
    (claimed,) = outbox.claim(push.channel_id)
    assert claimed.id == push.id
    return claimed


def edit(world, push, **values):
    shipments.edit(world.viewer, push.shipment_id, **values)


def all_pushes():
    return [(row.kind, row.status, row.payload.get("tried")) for row in Push.select().order_by(Push.id)]


def lose(push):
    """Let a try end without a clear answer."""
    pushes.fail(claim(push), "No answer.", permanent=False, next_try_at=now())


@pytest.mark.parametrize(
    "values", [{"tracking_code": "NEW"}, {"carrier": "GLS"}, {"tracking_url": "https://x.example"}]
)
def test_what_was_confirmed_is_corrected_in_a_push_of_its_own(world, push, values):
    pushes.finish(claim(push), "sent", remote_id="7")
    edit(world, push, **values)
    assert all_pushes() == [("shipment", "sent", None), ("tracking", "waiting", ["OLD"])]
    made = Push.get(Push.kind == "tracking")
    assert (made.shipment_id, made.order_id, made.channel_id) == (push.shipment_id, push.order_id, push.channel_id)


@pytest.mark.parametrize("values", [{"parcel_id": "P"}, {"reference": "R"}, {"tracking_code": "OLD"}])
def test_what_no_channel_shows_leaves_nothing(world, push, values):
    pushes.finish(claim(push), "sent", remote_id="7")
    edit(world, push, **values)
    assert all_pushes() == [("shipment", "sent", None)]


def test_a_confirmation_that_nobody_tried_yet_goes_out_with_what_is_right(world, push):
    edit(world, push, tracking_code="NEW")
    assert all_pushes() == [("shipment", "waiting", None)]


def test_one_that_is_being_sent_is_corrected_afterwards_and_its_repeat_knows_the_old_code(world, push):
    claim(push)
    edit(world, push, tracking_code="NEW")
    assert all_pushes() == [("shipment", "sending", ["OLD"]), ("tracking", "waiting", ["OLD"])]
    assert outbox.claim(push.channel_id) == []


def test_one_without_a_clear_answer_is_repeated_with_the_old_code_known_and_corrected_afterwards(world, push):
    lose(push)
    edit(world, push, tracking_code="NEW")
    assert all_pushes() == [("shipment", "waiting", ["OLD"]), ("tracking", "waiting", ["OLD"])]
    assert claim(push).payload == {"tried": ["OLD"]}


def test_retry_now_doesnt_make_a_lost_answer_forgotten(world, push):
    lose(push)
    pushes.retry_now(world.viewer, push.id)
    edit(world, push, tracking_code="NEW")
    assert all_pushes() == [("shipment", "waiting", ["OLD"]), ("tracking", "waiting", ["OLD"])]


@pytest.mark.parametrize("reason", ["refused", "carrier_unmapped"])
def test_one_that_never_stood_on_the_channel_goes_out_at_once_with_what_is_right(world, push, reason):
    pushes.fail(claim(push), "No.", permanent=True, next_try_at=now(), outcome="refused", reason=reason)
    edit(world, push, carrier="GLS")
    row = Push.get()
    assert (row.status, row.reason, row.attempts) == ("waiting", "", 0)


def test_a_conflict_waits_for_a_person_whatever_is_edited(world, push):
    pushes.fail(claim(push), "Other.", permanent=True, next_try_at=now(), reason="conflict", remote_id="7")
    edit(world, push, tracking_code="NEW")
    assert all_pushes() == [("shipment", "failed", None)]


def test_a_correction_that_still_waits_goes_out_with_the_latest(world, push):
    pushes.finish(claim(push), "sent", remote_id="7")
    edit(world, push, tracking_code="NEW")
    edit(world, push, tracking_code="NEWER")
    assert all_pushes() == [("shipment", "sent", None), ("tracking", "waiting", ["OLD", "NEW"])]


def test_a_correction_that_is_under_way_is_followed_by_another(world, push):
    pushes.finish(claim(push), "sent", remote_id="7")
    edit(world, push, tracking_code="NEW")
    claim(Push.get(Push.kind == "tracking"))
    edit(world, push, tracking_code="NEWER")
    assert all_pushes()[1:] == [("tracking", "sending", ["OLD", "NEW"]), ("tracking", "waiting", ["OLD", "NEW"])]


def test_a_correction_that_was_refused_is_tried_with_the_next_one(world, push):
    pushes.finish(claim(push), "sent", remote_id="7")
    edit(world, push, tracking_code="B A D")
    wrong = claim(Push.get(Push.kind == "tracking"))
    pushes.fail(wrong, "No.", permanent=True, next_try_at=now(), reason="refused")
    edit(world, push, tracking_code="GOOD")
    assert all_pushes()[1:] == [("tracking", "waiting", ["OLD", "B A D"])]


@pytest.mark.parametrize("settle", [pushes.drop, pushes.done_elsewhere])
def test_a_channel_that_a_person_told_is_corrected_by_that_person(world, push, settle):
    settle(world.viewer, push.id, "Typed into the shop.")
    edit(world, push, tracking_code="NEW")
    assert [kind for kind, _, _ in all_pushes()] == ["shipment"]
    told = Event.get(Event.kind == "push.uncorrected")
    assert "correct it there. It may still show OLD." in told.message and told.order_id == push.order_id


def test_one_that_a_person_put_there_under_a_known_name_is_corrected_by_us(world, push):
    pushes.done_elsewhere(world.viewer, push.id, "Typed into the shop.", "7")
    edit(world, push, tracking_code="NEW")
    assert [kind for kind, _, _ in all_pushes()] == ["shipment", "tracking"]


def test_the_logistics_service_corrects_its_own(world, push):
    pushes.finish(claim(push), "sent", remote_id="7")
    shipments.edit(world.cast.viewer(world.cast.clerk), push.shipment_id, tracking_code="NEW")
    assert [kind for kind, _, _ in all_pushes()] == ["shipment", "tracking"]
