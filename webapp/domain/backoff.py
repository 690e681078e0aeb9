"""When to try again: the delays of the Standard Webhooks table, spread by chance."""

import datetime as dt
import random

DELAYS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds to wait after the first, second … failed try; the last one repeats."""

SPREAD = 0.2


LONGEST_BESIDE_ASKED = 60.0
"""Seconds that we wait at most where the other side has said itself how long it wants to be left alone."""


def next_try(attempts: int, now: dt.datetime, rng: random.Random, asked: dt.timedelta = dt.timedelta()) -> dt.datetime:
    """Return the moment of the next try after `attempts` (at least one) have failed, ± 20 %.

    Where the other side has `asked` for some time, its word counts, and ours grows to a minute alone.
    """
    delay = DELAYS[min(max(attempts, 1), len(DELAYS)) - 1] * rng.uniform(1 - SPREAD, 1 + SPREAD)
    if asked:
        delay = max(asked.total_seconds(), min(delay, LONGEST_BESIDE_ASKED))
    return now + dt.timedelta(seconds=delay)


def asked_wait(retry_after: float | None) -> dt.timedelta:
    """Return how long the other side asked us to wait: at most a day, or nobody would notice that it asks for years."""
    return dt.timedelta(seconds=min(max(retry_after or 0.0, 0.0), DELAYS[-1]))


LONGEST_PAUSE = dt.timedelta(minutes=30)


def reading_pause(usual: dt.timedelta, failing_for: dt.timedelta, retry_after: float | None = None) -> dt.timedelta:
    """Return how long to wait before a channel is read again, `failing_for` after the first failure in a row.

    It grows with the trouble, half as long again as that has lasted, so that a shop in trouble is left alone and one
    that is back is read again soon. What the shop asked for comes first.
    """
    return max(usual, min(failing_for / 2, LONGEST_PAUSE), asked_wait(retry_after))


HOOKS_TRUSTED = dt.timedelta(days=1)
HOOKS_BUSY = dt.timedelta(minutes=10)
QUIET_PAUSE = dt.timedelta(minutes=5)


def quiet_pause(usual: dt.timedelta, since_hook: dt.timedelta | None, *, found: bool) -> dt.timedelta:
    """Return how long a channel rests after a good reading, its last webhook `since_hook` ago (None: there was none).

    A shop whose webhooks worked within a day wakes the reader itself, so that it is asked less often. Not while it is
    busy: what its webhook tells may show in its lists some minutes later.
    """
    if since_hook is None or found or not HOOKS_BUSY < since_hook < HOOKS_TRUSTED:
        return usual
    return max(usual, QUIET_PAUSE)
