"""Sales channels: connect, change, pause, disconnect, ask for a reading."""

from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from webapp.actions import credentials, editing, record, stock_levels
from webapp.db import now, transaction
from webapp.domain import signing
from webapp.domain.difference import difference
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Channel, Push, SyncRun


@dataclass(frozen=True)
class ChannelDraft:
    name: str
    base_url: str
    settings: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    """Whole on connecting; on changing, what is missing or empty stays as it is."""
    calls_per_minute: int | None = None
    """What all workers together may call; None where the kind's own number holds."""


def connect(viewer: Viewer, kind: str, draft: ChannelDraft, reads: bool = True) -> Channel:
    """Connect a channel; its orders come in from the next tick of the worker on.

    One that isn't read sends its orders by itself: it gets a signing secret.
    """
    _whole_store(viewer)
    secrets = draft.secrets if reads else {**draft.secrets, signing.SECRET: signing.new_secret()}
    try:
        with transaction():
            channel: Channel = Channel.create(
                store=viewer.store_id,
                kind=kind,
                settings=draft.settings,
                credentials=credentials.seal(secrets),
                **({} if reads else {"read_every_seconds": 0}),
                **_columns(draft),
            )
            _tell(viewer, channel, "channel.connected", f"Channel {channel.name} connected")
    except pw.IntegrityError:
        raise Invalid({"name": ["You have a channel of this name already."]}) from None
    return channel


def update(viewer: Viewer, channel_id: int, draft: ChannelDraft, seen: str = "") -> Channel:
    """Change name, address, options and secrets.

    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    channel = find(viewer, channel_id)
    try:
        with transaction():
            channel = editing.held(channel)
            editing.need_unchanged(seen, version(channel))
            secrets = merged(channel, draft)
            # Where nothing was typed the column stays as it is: what can't be read today can be once its key is back.
            fresh = {"credentials": credentials.seal(secrets)} if any(draft.secrets.values()) else {}
            data = record.between(channel, {"settings": draft.settings, **_columns(draft)})
            Channel.update(
                settings=draft.settings,
                updated_at=now(),
                next_read_at=now(),
                **_columns(draft),
                **fresh,
            ).where(Channel.id == channel.id).execute()
            _tell(viewer, channel, "channel.changed", f"Channel {draft.name} changed", data)
    except pw.IntegrityError:
        raise Invalid({"name": ["You have a channel of this name already."]}) from None
    return find(viewer, channel_id)


def merged(channel: Channel, draft: ChannelDraft) -> dict[str, str]:
    """Return the channel's secrets with those that were typed anew in their places.

    Stored secrets go to the stored address alone, else a changed one could collect them: raise Invalid where the
    address changes and a secret isn't typed again. Secrets of ours sign and are never sent.
    """
    typed = {name: value for name, value in draft.secrets.items() if value}
    try:
        present = credentials.opened(channel)
        stored = {name for name, value in present.items() if value}
    except ValueError:
        present = dict.fromkeys(draft.secrets, "")  # Nobody can read them: what is typed now replaces them.
        stored = set() if typed else set(present)
    if draft.base_url.strip().rstrip("/") != channel.base_url.rstrip("/"):
        told = "The address changes, so type this anew: the stored one belongs to the present address."
        if unsaid := stored - typed.keys() - signing.OURS:
            raise Invalid({name: [told] for name in sorted(unsaid)})
    return present | typed


def pause(viewer: Viewer, channel_id: int) -> None:
    """Stop reading and telling the channel; what is due waits."""
    _switch(viewer, channel_id, False)


def resume(viewer: Viewer, channel_id: int) -> None:
    """Go on reading and telling the channel."""
    _switch(viewer, channel_id, True)


def wake(viewer: Viewer, channel_id: int) -> None:
    """End the rest of a channel that gave no clear answers or asked for time: one call tries it now."""
    channel = find(viewer, channel_id)
    with transaction():
        if Channel.update(rest_until=None).where(Channel.id == channel.id, Channel.rest_until.is_null(False)).execute():
            _tell(viewer, channel, "channel.woken", f"Channel {channel.name}: another try asked for")


def disconnect(viewer: Viewer, channel_id: int) -> None:
    """End the connection and forget its secrets; orders stay. Refused while shipments still have to be told."""
    channel = find(viewer, channel_id)
    with transaction():
        channel = editing.held(channel)  # Who leaves a push for it is waited for, and then counts; see pushes.hears.
        if channel.archived_at is not None:
            raise NotFound("channel")
        due = waiting_pushes(channel)
        if due:
            waits = "1 confirmation still waits" if due == 1 else f"{due} confirmations still wait"
            raise Conflict("pushes_waiting", f"{waits} to be sent to {channel.name}. Send or give up those first.")
        stock_levels.switch(channel, False)  # First: it locks the store's row, as whoever marks stock does before.
        # Neither touches a key of the channel: an import holds that, and goes on to the store's row.
        gone = {"archived_at": now(), "enabled": False, "credentials": ""}
        Channel.update(**gone).where(Channel.id == channel.id).execute()
        _end_waiting(channel)
        _tell(viewer, channel, "channel.disconnected", f"Channel {channel.name} disconnected")


def tell_stock(viewer: Viewer, channel_id: int) -> None:
    """Tell the channel from now on how much of its products is in stock, and all of it at once."""
    _switch_stock(viewer, channel_id, True)


def stop_telling_stock(viewer: Viewer, channel_id: int) -> None:
    """Leave the channel's own numbers alone from now on."""
    _switch_stock(viewer, channel_id, False)


def request_sync(viewer: Viewer, channel_id: int, trigger: str = "manual") -> SyncRun:
    """Ask the worker to read the channel at once: what changed, or with `backfill` all that it has.

    A request that waits already is returned. Refused while the channel is paused.
    """
    channel = find(viewer, channel_id)
    if not channel.read_every_seconds:
        raise Conflict("not_read", f"{channel.name} sends its orders by itself, so there is nothing to read.")
    if not channel.enabled:
        raise Conflict("channel_paused", f"{channel.name} is paused. Resume it first.")
    with transaction():
        asked = (SyncRun.channel == channel.id) & (SyncRun.trigger == trigger)
        waiting: SyncRun | None = SyncRun.select().where(asked, SyncRun.status == "waiting").first()
        if waiting is not None:
            return waiting
        run: SyncRun = SyncRun.create(store=channel.store_id, channel=channel.id, trigger=trigger, status="waiting")
    return run


def find(viewer: Viewer, channel_id: int) -> Channel:
    """Return a connected channel of the viewer's store."""
    _whole_store(viewer)
    query = Channel.select().where(Channel.store == viewer.store_id, Channel.id == channel_id)
    channel: Channel | None = query.where(Channel.archived_at.is_null()).first()
    if channel is None:
        raise NotFound("channel")
    return channel


def version(channel: Channel) -> str:
    """Return a word that changes with what people set, secrets included; pausing it isn't among that."""
    names = ("name", "base_url", "calls_per_minute", "settings", "credentials")
    return editing.version(**{name: getattr(channel, name) for name in names})


def waiting_pushes(channel: Channel) -> int:
    """Return how many pushes the channel still has to be told of, failed ones included."""
    query = Push.select().where(
        Push.store == channel.store_id, Push.channel == channel.id, Push.status.in_(("waiting", "sending", "failed"))
    )
    return int(query.count())


def _end_waiting(channel: Channel) -> None:
    told = [{"reference": "", "message": "The channel was disconnected before it was read."}]
    SyncRun.update(status="failed", errors=told, finished_at=now()).where(
        SyncRun.channel == channel.id, SyncRun.status == "waiting"
    ).execute()


def _switch(viewer: Viewer, channel_id: int, on: bool) -> None:
    channel = find(viewer, channel_id)
    with transaction():
        Channel.update(enabled=on, next_read_at=now(), updated_at=now()).where(Channel.id == channel.id).execute()
        word = "resumed" if on else "paused"
        _tell(viewer, channel, f"channel.{word}", f"Channel {channel.name} {word}")


def _switch_stock(viewer: Viewer, channel_id: int, on: bool) -> None:
    channel = find(viewer, channel_id)
    with transaction():
        stock_levels.switch(channel, on)
        data = difference({"tells_stock": not on}, {"tells_stock": on})
        word = "is told" if on else "is no longer told"
        _tell(viewer, channel, "channel.changed", f"Channel {channel.name} {word} how much is in stock", data)


def _columns(draft: ChannelDraft) -> dict[str, str | int | None]:
    name = " ".join(draft.name.split())
    told = {"name": name, "name_key": name.casefold()[:120], "base_url": draft.base_url.strip()}
    return {**told, "calls_per_minute": draft.calls_per_minute}


def _whole_store(viewer: Viewer) -> None:
    if viewer.supplier_id is not None or viewer.role == "key":
        raise Forbidden("scope_missing", "Channels are managed by the store's merchants and admins.")


def _tell(viewer: Viewer, channel: Channel, kind: str, message: str, data: dict[str, Any] | None = None) -> None:
    record.event(viewer, kind, message, subject="channel", subject_id=channel.id, data=data)
