"""The shops' webhooks: each that is genuine wakes the reader, and nothing else. What it says is never believed."""

import datetime as dt

from webapp.db import now, transaction
from webapp.models import Channel, SyncRun

SOON = dt.timedelta(seconds=2)
"""How long after a webhook the channel is read: what one sale sends in a row wakes the reader once."""


def find(token: str) -> Channel | None:
    """Return the channel that an address names, a disconnected one too; None where no channel has it."""
    if not (token.isascii() and token.isalnum()):
        return None  # No token has such signs, and PostgreSQL refuses some of them.
    channel: Channel | None = Channel.select().where(Channel.hook_token == token).first()
    return channel


def wake(channel_id: int) -> None:
    """Have the channel read soon, since a genuine webhook came; safe to repeat.

    While its readings fail, the pause that the shop asked for or that trouble brings stays as it is.
    """
    moment = now()
    with transaction():
        Channel.update(hook_at=moment).where(Channel.id == channel_id).execute()
        read_soon(channel_id)


def read_soon(channel_id: int) -> None:
    """Have the channel read within seconds, but not before the pause is over that its failures brought."""
    if not is_failing(channel_id):
        _read_by(channel_id, now() + SOON)


def wake_again(channel_id: int, began: dt.datetime) -> None:
    """Have the channel read soon again where a webhook came after a reading `began`, which may have missed its order.

    The reading's end moved the next one away, so this comes after it.
    """
    _read_by(channel_id, now() + SOON, Channel.hook_at > began)


def refuse(channel_id: int) -> None:
    """Count a call that couldn't prove where it came from, for the merchant to see."""
    refused = {"hooks_refused": Channel.hooks_refused + 1, "hook_refused_at": now()}
    Channel.update(refused).where(Channel.id == channel_id).execute()


def _read_by(channel_id: int, moment: dt.datetime, *conditions: object) -> None:
    late = (Channel.id == channel_id) & (Channel.next_read_at > moment)
    Channel.update(next_read_at=moment).where(late, *conditions).execute()


def is_failing(channel_id: int) -> bool:
    """Tell whether the last reading of the whole channel failed."""
    whole = (SyncRun.channel == channel_id) & (SyncRun.external_id == "") & (SyncRun.trigger != "catalogue")
    ended = SyncRun.select(SyncRun.status).where(whole, SyncRun.status.in_(("done", "failed")))
    last = ended.order_by(SyncRun.id.desc()).first()
    return last is not None and last.status == "failed"
