"""Claim what is due in the outbox: a conditional update with a lease, so that a worker that dies strands nothing."""

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

import peewee as pw

from webapp.db import locking, now, transaction
from webapp.jobs import breaker
from webapp.models import Channel, Push
from webapp.models.prepared import among, prepared, slot

LEASE = dt.timedelta(seconds=30)
"""How long a claim lasts unless it is renewed. After it any worker may take the push again."""

BATCH = 8
"""Pushes of one claim. So many of each thread wait for the end of the lease where a worker dies."""

UNDER_WAY = pw.SQL("('waiting', 'sending')")
"""As the index of what is still to be told has it, word for word, so that SQLite sees that it fits."""


def due_channels(moment: dt.datetime) -> list[int]:
    """Return the channels that have a push to send now, the longest-waiting first."""
    rows = (
        Push.select(Push.channel, pw.fn.MIN(Push.next_try_at))
        .where(_ready(moment))
        .group_by(Push.channel)
        .order_by(pw.fn.MIN(Push.next_try_at))
        .tuples()
    )
    return [channel for channel, _ in rows]


def claim(channel_id: int, limit: int = BATCH, lease: dt.timedelta = LEASE) -> list[Push]:
    """Take up to `limit` pushes of a channel that are ready, for the length of the lease, in the order of their ids.

    The attempt is counted here: one that ends with the worker's death counts too.
    """
    moment = now()
    stored = Push.lease_until.db_value
    with transaction() as taking:
        most = breaker.admit(channel_id, limit, moment, lease)  # A channel's row before its pushes, as in the actions.
        ready = _claimable(most).rows(channel=channel_id, moment=stored(moment)) if most else []
        ids = [row[0] for row in ready]
        if not ids:
            taking.rollback()  # A trial with nothing to try stays free.
            return []
        token = secrets.token_hex(12)
        taken = _take().models(Push, until=stored(moment + lease), token=token, ids=ids)
    return sorted(taken, key=lambda push: push.id)


@prepared
def _claimable(limit: int) -> pw.Query:
    query = Push.select(Push.id).where(Push.channel == slot("channel"), _due(slot("moment")))
    return locking(query.order_by(Push.id).limit(limit), "FOR UPDATE SKIP LOCKED")


@prepared
def _take() -> pw.Query:
    lease = {"lease_until": slot("until"), "lease_token": slot("token")}
    query = Push.update(status="sending", attempts=Push.attempts + 1, **lease)
    return query.where(among(Push.id, "ids")).returning(*Push._meta.sorted_fields)


def renew(tokens: Iterable[str], until: dt.datetime) -> None:
    """Prolong these claims, as far as no other worker has taken their pushes."""
    Push.update(lease_until=until).where(Push.status == "sending", Push.lease_token.in_(list(tokens))).execute()


def keep(push: Push, until: dt.datetime) -> bool:
    """Prolong the claim of one push; return False where another worker has taken it."""
    return bool(Push.update(lease_until=until).where(_ours(push)).execute())


def give_back(push: Push) -> None:
    """Let go of a push that wasn't tried after all; the attempt doesn't count."""
    Push.update(status="waiting", lease_until=None, lease_token="", attempts=Push.attempts - 1).where(
        _ours(push)
    ).execute()


def oldest_due_seconds() -> float | None:
    """Return how long the longest-waiting push could have been sent already, in seconds; None where none could."""
    moment = now()
    oldest = Push.select(pw.fn.MIN(Push.next_try_at)).where(_ready(moment)).scalar()
    if oldest is None:
        return None
    since: dt.datetime = Push.next_try_at.python_value(oldest)
    return (moment - since).total_seconds()


def _ready(moment: dt.datetime) -> pw.Expression:
    """Match what can be sent at this moment: what is due, for a channel that neither is paused nor rests."""
    live = Channel.select(Channel.id).where(breaker.awake(moment))
    return _due(moment) & Push.channel.in_(live)


def _due(moment: Any) -> pw.Expression:
    """Match what is due at this moment, which may be a slot, and not held back.

    One order's pushes leave in their order, so the earliest that is on its way holds back the others. One that failed
    waits for a person, and so does what is told of the same shipment; the order's other shipments needn't.
    """
    waiting = (Push.status == "waiting") & (Push.next_try_at <= moment)
    stranded = (Push.status == "sending") & (Push.lease_until < moment)
    begun = Push.status.in_(UNDER_WAY) & (waiting | stranded)
    earlier = Push.alias()
    underway = earlier.status.in_(UNDER_WAY)
    untold = (earlier.status == "failed") & (earlier.shipment == Push.shipment)
    # Without the store, which the order's id says already: PostgreSQL would take an index that begins with it.
    ahead = (earlier.order == Push.order) & (earlier.id < Push.id)
    held_back = pw.fn.EXISTS(earlier.select(pw.SQL("1")).where(ahead, underway | untold))
    return begun & ~held_back


def _ours(push: Push) -> pw.Expression:
    """Match the push as long as the claim that it came with is the last one."""
    return (Push.id == push.id) & (Push.status == "sending") & (Push.lease_token == push.lease_token)
