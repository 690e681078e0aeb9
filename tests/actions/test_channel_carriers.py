"""Carriers get their names on a channel, and what waited for one goes on."""

import pytest

from webapp.actions import channel_carriers, pushes, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.db import now
from webapp.domain.channel_carriers import CarrierNames, Named
from webapp.domain.errors import Forbidden, Invalid, NotFound
from webapp.jobs import outbox
from webapp.models import Channel, ChannelCarrier, Event, Push

LISTED = CarrierNames((("gls", "GLS"), ("brt", "BRT")), free=False)
FREE = CarrierNames(LISTED.known)


@pytest.fixture
def held(world):
    """Return a maker of pushes that wait for their carrier's name: `held("GLS Italy")`."""
    world.product("MUG", logistics=50)
    numbers = iter(range(100))

    def make(carrier) -> Push:
        order = world.order(("MUG", 1), external_id=f"h{next(numbers)}")
        made = shipments.create(world.viewer, order.id, ShipmentDraft(carrier=carrier, tracking_code="T"))
        shipments.ship(world.viewer, made.id)
        (push,) = outbox.claim(world.channel.id)
        pushes.fail(push, "No name.", permanent=True, next_try_at=now(), outcome="unmapped", reason="carrier_unmapped")
        return Push.get_by_id(push.id)

    return make


def save(world, choices, wants=LISTED, holds=False, viewer=None):
    return channel_carriers.save(viewer or world.viewer, world.channel.id, wants, choices, holds=holds)


def channel(world) -> Channel:
    return Channel.get_by_id(world.channel.id)


def test_a_choice_is_what_the_channel_is_told(world):
    assert channel_carriers.named_on(channel(world), LISTED, "GLS Italy") is None
    save(world, {"GLS Italy": "gls"})
    assert channel_carriers.named_on(channel(world), LISTED, "gls  italy") == Named("gls", "GLS")
    save(world, {"GLS Italy": "brt"})
    assert channel_carriers.named_on(channel(world), LISTED, "GLS Italy") == Named("brt", "BRT")
    save(world, {"GLS Italy": ""})
    assert ChannelCarrier.select().count() == 0
    told = [row.message for row in Event.select().where(Event.kind == "channel.carriers_changed").order_by(Event.id)]
    assert told == [f"Carriers of Shop changed: GLS Italy → {code}" for code in ("gls", "brt", "none")]


def test_a_name_that_the_channel_shows_is_kept_as_its_code(world):
    save(world, {"GLS Italy": "GLS", "Rossi": "Corriere Rossi"}, wants=FREE)
    assert channel_carriers.chosen(channel(world)) == {"gls italy": "gls", "rossi": "Corriere Rossi"}


def test_the_same_again_is_no_event(world):
    for _ in range(2):
        save(world, {"GLS Italy": "gls", "Rossi": ""})
    assert Event.select().where(Event.kind == "channel.carriers_changed").count() == 1


def test_what_waited_for_its_carrier_goes_on_at_once_and_the_rest_waits(world, held):
    mine, other, again = held("GLS Italy"), held("Rossi"), held("GLS Italy")
    assert channel_carriers.unmapped(channel(world)) == ["GLS Italy", "Rossi"]
    assert save(world, {"GLS Italy": "gls"}) == 2
    rows = [Push.get_by_id(push.id) for push in (mine, again, other)]
    assert [(row.status, row.reason, row.attempts) for row in rows] == [
        ("waiting", "", 0),
        ("waiting", "", 0),
        ("failed", "carrier_unmapped", 1),
    ]
    told = Event.select().where(Event.kind == "push.retried", Event.order == mine.order_id)
    assert told.get().actor_label == "Ada Admin"
    assert outbox.due_channels(now()) == [world.channel.id]
    assert channel_carriers.unmapped(channel(world)) == ["Rossi"]


def test_letting_names_go_as_they_are_frees_what_was_held_back(world, held):
    push = held("Rossi")
    assert save(world, {}, wants=FREE, holds=True) == 0 and channel(world).holds_unmapped
    assert save(world, {}, wants=FREE, holds=False) == 1
    assert Push.get_by_id(push.id).status == "waiting"


def test_what_failed_for_another_reason_is_left_alone(world, held):
    push = held("GLS Italy")
    Push.update(reason="refused").execute()
    assert save(world, {"GLS Italy": "gls"}) == 0 and Push.get_by_id(push.id).status == "failed"


def test_a_name_that_isnt_on_the_channels_list_is_refused_by_its_carrier(world):
    with pytest.raises(Invalid) as refused:
        save(world, {"GLS Italy": "nobody", "Rossi": "gls"})
    assert list(refused.value.errors) == ["GLS Italy"] and ChannelCarrier.select().count() == 0


def test_the_carriers_of_shipments_and_of_the_store_are_asked_for(world, held):
    held("GLS  Italy"), held(""), held("gls italy")
    names = channel_carriers.names(channel(world))
    assert [name for name in names if "ital" in name.casefold()].count("gls italy") == 1
    assert {"BRT", "DHL", "Poste Italiane"} <= set(names) and "" not in names


def test_it_is_for_those_who_manage_channels(world):
    with pytest.raises(Forbidden):
        save(world, {"GLS Italy": "gls"}, viewer=world.cast.viewer(world.cast.clerk))
    with pytest.raises(NotFound):
        save(world, {"GLS Italy": "gls"}, viewer=world.cast.viewer(world.cast.stranger))
    assert ChannelCarrier.select().count() == 0
