"""The right to read a channel: one worker at a time holds it, and one that dies loses it when it runs out."""

import datetime as dt

from webapp.db import now, transaction
from webapp.models import Channel, SyncRun

LENGTH = dt.timedelta(minutes=5)
"""Longer than the longest page takes; a reading of many pages renews its lease before each."""

STOPPED = "The worker stopped in the middle of it. Nothing is lost: the same is read again."


class LostError(Exception):
    """Another worker reads the channel by now."""


class StoppedError(Exception):
    """The worker is told to stop: another one begins anew."""


class Lease:
    """What one worker holds. Its end tells it from the lease of any other worker."""

    def __init__(self, channel_id: int, until: dt.datetime) -> None:
        self._channel_id, self._until = channel_id, until

    def renew(self) -> None:
        """Hold on for a full length from now; raise LostError where another worker has taken over."""
        until = now() + LENGTH
        if not self._change(lease_until=until):
            raise LostError("This took too long, so another worker reads the channel now.")
        self._until = until

    def put_off(self, next_read_at: dt.datetime) -> None:
        """Go on holding the channel, which was read in between; by schedule it is read again then."""
        self._change(next_read_at=next_read_at)

    def release(self, next_read_at: dt.datetime | None = None) -> None:
        """Let others read the channel, by schedule not before `next_read_at`; a lease that is lost stays another's."""
        self._change(lease_until=None, **({"next_read_at": next_read_at} if next_read_at else {}))

    def _change(self, **values: dt.datetime | None) -> bool:
        mine = (Channel.id == self._channel_id) & (Channel.lease_until == self._until)
        return bool(Channel.update(**values).where(mine).execute())


def claim(channel_id: int) -> Lease | None:
    """Return the lease; None where another worker holds it or the channel was disconnected.

    What a worker that died left running is closed: a reading that somebody asked for waits again.
    """
    moment = now()
    free = Channel.lease_until.is_null() | (Channel.lease_until < moment)
    mine = (Channel.id == channel_id) & Channel.archived_at.is_null() & free
    with transaction():
        if not Channel.update(lease_until=moment + LENGTH).where(mine).execute():
            return None
        left = (SyncRun.channel == channel_id) & (SyncRun.status == "running")
        SyncRun.update(status="waiting").where(left, SyncRun.trigger != "schedule").execute()
        ended = {"status": "failed", "finished_at": moment, "errors": [{"reference": "", "message": STOPPED}]}
        SyncRun.update(**ended).where(left).execute()
    return Lease(channel_id, moment + LENGTH)
