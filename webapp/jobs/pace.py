"""Keep to a channel's limit of calls: a number in its row, which every worker moves on with each call."""

import time

import peewee as pw

from webapp.connectors.channels import ConnectorError
from webapp.models import Channel

AT_ONCE = 12
"""A twelfth of the minute's calls may come at once; after that they come evenly (the generic cell rate algorithm)."""

LONGEST_WAIT = 20.0
"""Seconds after which a call isn't waited for any more: it is tried again later."""

SECOND = 1_000_000


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
    each = 60 * SECOND // calls_per_minute
    spent = Channel.calls_spent_until
    fresh = pw.Case(None, ((spent < moment, moment),), spent)
    query = Channel.update(calls_spent_until=fresh + each).where(Channel.id == channel_id)
    row = next(iter(query.returning(spent).execute()), None)
    if row is None:
        return 0.0
    allowance = abs(each) * max(1, abs(calls_per_minute) // AT_ONCE)
    return max(0.0, (row.calls_spent_until - moment - allowance) / SECOND)
