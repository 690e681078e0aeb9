"""The change feed: what changed behind a number, in commit order, at once or as soon as there is something."""

import threading
import time
from typing import Any

from flask import Blueprint, Response, current_app, make_response

from webapp.api import auth, bodies
from webapp.domain.viewer import Level, Viewer
from webapp.models import Change, Store
from webapp.wire.events import change_row

blueprint = Blueprint("api_changes", __name__)
auth.guard(blueprint)

MOST = 500
LONGEST_WAIT = 25
LOOK_EVERY = 0.1
"""Seconds between two looks while somebody waits: a look reads one number."""


class _Places:
    """The places of those who wait: half of the process's threads, so that the others go on answering."""

    def __init__(self) -> None:
        self._lock, self._taken = threading.Lock(), 0

    def take(self, most: int) -> bool:
        with self._lock:
            free = self._taken < most
            self._taken += free
            return free

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1


_places = _Places()


@blueprint.get("/changes")
def index() -> Response:
    """List changes behind `after`; with `wait`, hold the answer until there is one or the seconds are over."""
    viewer = auth.need("orders", Level.READ)
    values = bodies.query({"after", "wait", "max"})
    after = bodies.number(values, "after", 0, 0, 10**18)
    size = bodies.number(values, "max", 100, 1, MOST)
    wait = bodies.number(values, "wait", 0, 0, LONGEST_WAIT)
    last = _last(viewer)
    found = list(Change.visible_to(viewer, after).limit(size))
    if not found and wait and _places.take(current_app.config["CROSSDOCK"].database_threads // 2):
        try:
            found, last = _wait(viewer, after, size, last, time.monotonic() + wait)
        finally:
            _places.leave()
    following = found[-1].number if found else after
    if len(found) < size:  # All was read: who goes on needn't pass the numbers of others again.
        following = max(following, last)
    data = [change_row(change) for change in found]
    return make_response({"success": True, "message": None, "data": data, "next": following, "last": last})


def _wait(viewer: Viewer, after: int, size: int, last: int, limit: float) -> tuple[list[Any], int]:
    """Look until there is something for the viewer; return it with the store's last number, read before it."""
    while time.monotonic() < limit:
        time.sleep(LOOK_EVERY)
        newest = _last(viewer)
        if newest != last:
            last = newest
            found = list(Change.visible_to(viewer, after).limit(size))
            if found:
                return found, last
    return [], last


def _last(viewer: Viewer) -> int:
    number: int = Store.select(Store.change_seq).where(Store.id == viewer.store_id).scalar()
    return number
