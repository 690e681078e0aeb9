"""Carriers' names on a channel: what the merchant chose, and the pushes that waited for it."""

from collections.abc import Iterable, Mapping

import peewee as pw

from webapp.actions import carriers, channels, editing, record
from webapp.db import now, transaction
from webapp.domain import tracking
from webapp.domain.channel_carriers import CarrierNames, Named, default, fault, named
from webapp.domain.errors import Invalid
from webapp.domain.viewer import Viewer
from webapp.models import Channel, ChannelCarrier, Event, Push, Shipment, bulk
from webapp.models.prepared import prepared, slot

LONGEST = 120
RECENT = 20_000
"""Shipments in which carriers are looked for: the store's last ones."""

MOST = 200
"""Carriers that a page shows; a store that types more than these has typed them wrong."""


def named_on(channel: Channel, wants: CarrierNames, carrier: str) -> Named | None:
    """Return how the channel hears of a carrier; None where it has no name there and may not go without."""
    chosen = dict(_choice().rows(store=channel.store_id, channel=channel.id, key=tracking.key(carrier)))
    return named(wants, chosen, carrier, as_it_is=not channel.holds_unmapped)


@prepared
def _choice() -> pw.Query:
    mine = (ChannelCarrier.store == slot("store")) & (ChannelCarrier.channel == slot("channel"))
    columns = (ChannelCarrier.name_key, ChannelCarrier.code)
    return ChannelCarrier.select(*columns).where(mine, ChannelCarrier.name_key == slot("key"))


def chosen(channel: Channel) -> dict[str, str]:
    """Return the merchant's choices: folded name -> the channel's code."""
    rows = ChannelCarrier.select(ChannelCarrier.name_key, ChannelCarrier.code).where(_of(channel))
    return dict(rows.tuples())


def names(channel: Channel) -> list[str]:
    """Return the carriers that can need a name there: the store's own, and those of its shipments; by name."""
    recent = Shipment.select(Shipment.carrier).where(Shipment.store == channel.store_id)
    recent = recent.order_by(Shipment.id.desc()).limit(RECENT).alias("recent")
    used = pw.Select([recent], [recent.c.carrier]).distinct().limit(MOST).bind(Shipment._meta.database)
    waiting = _by_key(unmapped(channel))
    found = {key: key for key in chosen(channel)} | _by_key(name for (name,) in used.tuples()) | waiting
    found |= {carrier.key: carrier.name for carrier in carriers.in_use(channel.store_id)}
    kept = sorted(found, key=lambda key: (key not in waiting, key))[:MOST]
    return [found[key] for key in sorted(kept)]


def _by_key(names: Iterable[str]) -> dict[str, str]:
    return {tracking.key(name): " ".join(name.split()) for name in names if name.strip()}


def unmapped(channel: Channel) -> list[str]:
    """Return the carriers for which confirmations wait, since they have no name on the channel."""
    rows = Push.select(Shipment.carrier).join(Shipment).where(_held_back(channel)).distinct()
    return sorted(carrier for (carrier,) in rows.tuples() if carrier.strip())


def version(channel: Channel) -> str:
    """Return a word that changes with the choices."""
    return editing.version(chosen=chosen(channel), holds=channel.holds_unmapped)


def save(
    viewer: Viewer,
    channel_id: int,
    wants: CarrierNames,
    choices: Mapping[str, str],
    *,
    holds: bool,
    seen: str = "",
) -> int:
    """Keep these choices, carrier's name -> the channel's, an empty one for none; return how many pushes go on now.

    Raises Invalid by carrier's name where the channel can't be told such a name, and Conflict `changed_meanwhile` where
    somebody else chose since the person saw the version `seen`. Safe to repeat.
    """
    channel = channels.find(viewer, channel_id)
    wrong = {name: [told] for name, code in choices.items() if (told := fault(wants, code))}
    if wrong:
        raise Invalid(wrong)
    known = {name: (default(wants, code) or code)[:LONGEST] if code else "" for name, code in choices.items()}
    with transaction():
        channel = editing.held(channel)
        editing.need_unchanged(seen, version(channel))
        before = chosen(channel)
        changed = {name: code for name, code in known.items() if before.get(tracking.key(name), "") != code}
        for name, code in changed.items():
            _put(channel, tracking.key(name), code)
        if changed or holds != channel.holds_unmapped:
            Channel.update(holds_unmapped=holds, updated_at=now()).where(Channel.id == channel.id).execute()
            told = "; ".join(f"{name} → {code or 'none'}" for name, code in sorted(changed.items()))
            message = f"Carriers of {channel.name} changed" + (f": {told}" if told else "")
            record.event(viewer, "channel.carriers_changed", message, subject="channel", subject_id=channel.id)
        return _let_go(viewer, channels.find(viewer, channel_id), wants)


def _put(channel: Channel, key: str, code: str) -> None:
    if not code:
        ChannelCarrier.delete().where(_of(channel), ChannelCarrier.name_key == key).execute()
        return
    row = {"store": channel.store_id, "channel": channel.id, "name_key": key, "code": code, "updated_at": now()}
    ChannelCarrier.insert(row).on_conflict(
        conflict_target=[ChannelCarrier.store, ChannelCarrier.channel, ChannelCarrier.name_key],
        preserve=[ChannelCarrier.code, ChannelCarrier.updated_at],
    ).execute()


def _let_go(viewer: Viewer, channel: Channel, wants: CarrierNames) -> int:
    """Let all pushes go on whose carrier has a name now."""
    names_now = chosen(channel)
    ready = [
        carrier
        for carrier in unmapped(channel)
        if named(wants, names_now, carrier, as_it_is=not channel.holds_unmapped) is not None
    ]
    if not ready:
        return 0
    theirs = Shipment.select(Shipment.id).where(Shipment.store == channel.store_id, Shipment.carrier.in_(ready))
    again = {"status": "waiting", "attempts": 0, "next_try_at": now(), "reason": ""}
    query = Push.update(**again).where(_held_back(channel), Push.shipment.in_(theirs))
    gone = list(query.returning(Push.id, Push.order).execute())
    told = "Push to the channel goes on: its carrier has a name there now"
    bulk.insert(Event, (record.event_row(viewer, "push.retried", told, "push", row.id, row.order_id) for row in gone))
    return len(gone)


def _held_back(channel: Channel) -> pw.Expression:
    mine = (Push.store == channel.store_id) & (Push.channel == channel.id)
    return mine & (Push.status == "failed") & (Push.reason == "carrier_unmapped")


def _of(channel: Channel) -> pw.Expression:
    return (ChannelCarrier.store == channel.store_id) & (ChannelCarrier.channel == channel.id)
