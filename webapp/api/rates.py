"""How many requests each key has made in its present minute, counted in this process.

The fixed window of `limits` would do as well, but its storage starts a thread for nearly each request.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

WINDOW = 60.0


@dataclass(frozen=True)
class Rate:
    limit: int
    remaining: int
    reset: int
    """Seconds until the count begins anew."""
    allowed: bool


class Rates:
    """One window for each key: it begins with the first request and ends a minute later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[int, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def count(self, key_id: int, limit: int) -> Rate:
        """Count one request of the key; refused ones don't count."""
        moment = self._clock()
        with self._lock:
            began, made = self._windows.get(key_id, (moment, 0))
            if moment - began >= WINDOW:
                began, made = moment, 0
            allowed = made < limit
            made += allowed
            self._windows[key_id] = (began, made)
        return Rate(limit, max(0, limit - made), max(1, ceil(began + WINDOW - moment)), allowed)
