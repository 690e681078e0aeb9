"""When a channel is left alone: after calls in a row that had no clear answer, and longer the longer it lasts."""

import datetime as dt

TOLERATED = 5
"""So many calls in a row without a clear answer and the channel rests."""

RESTS = (30, 60, 120, 300, 600)
"""Seconds of the first, second … rest; after each, one call tries whether the channel is back. The last repeats."""


def rest(silent: int) -> dt.timedelta:
    """Return how long to leave the channel alone after `silent` calls in a row without a clear answer."""
    if silent < TOLERATED:
        return dt.timedelta()
    return dt.timedelta(seconds=RESTS[min(silent - TOLERATED, len(RESTS) - 1)])


def is_trying(silent: int) -> bool:
    """Tell whether the next call is a trial, so that one call alone may be made."""
    return silent >= TOLERATED
