"""Keep to a channel's limit of calls: a number in its row, which every worker moves on with each call."""

import time

import peewee as pw

from webapp.connectors.channels import ConnectorError, kind_of
from webapp.models import Channel

AT_ONCE = 12
"""A twelfth of the minute's calls may come at once; after that they come evenly (the generic cell rate algorithm)."""

LONGEST_WAIT = 20.0
"""Seconds after which a call isn't waited for any more: it is tried again later."""

SECOND = 1_000_000


def limit_of(channel: Channel) -> int | None:
    """Return how many calls a minute the channel takes; None where it has no limit."""
    return channel.calls_per_minute or kind_of(channel.kind).calls_per_minute


def makes_wait(channel: Channel) -> bool:
    """Tell whether the next call would have to wait for its place in the limit."""
    limit, moment = limit_of(channel), time.time_ns() // 1000
    if not limit:
        return False
    return _wait(max(channel.calls_spent_until, moment) + _each(limit), limit, moment) > 0


def wait_for_turn(channel_id: int, calls_per_minute: int) -> None:
    """Wait until one more call keeps to the limit; raise ConnectorError where that takes too long."""
    wait = _take(channel_id, calls_per_minute, time.time_ns() // 1000)
    if wait > LONGEST_WAIT:
        _take(channel_id, -calls_per_minute, 0)
        told = f"The limit of {calls_per_minute} calls a minute is used up."
        raise ConnectorError(told, retry_after=wait)
    if wait > 0:
        time.sleep(wait)


def _take(channel_id: int, calls_per_minute: int, moment: int) -> float:
    """Take the next place at `moment` (microseconds), or give one back where the limit is negative.

    Return the seconds to wait for it.
    """
    each = _each(calls_per_minute)
    spent = Channel.calls_spent_until
    fresh = pw.Case(None, ((spent < moment, moment),), spent)
    query = Channel.update(calls_spent_until=fresh + each).where(Channel.id == channel_id)
    row = next(iter(query.returning(spent).execute()), None)
    if row is None:
        return 0.0
    return _wait(row.calls_spent_until, abs(calls_per_minute), moment)


def _wait(spent_until: int, calls_per_minute: int, moment: int) -> float:
    """Return the seconds until a call may be made after which the channel's number is `spent_until`."""
    allowance = _each(calls_per_minute) * max(1, calls_per_minute // AT_ONCE)
    return max(0.0, (spent_until - moment - allowance) / SECOND)


def _each(calls_per_minute: int) -> int:
    return 60 * SECOND // calls_per_minute
