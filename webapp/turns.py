"""What only reads takes turns within a process: two at once share one interpreter, and each makes the other late."""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE = 0.05
"""Seconds that a request waits for the one before it. What takes longer holds up no more than one in this way."""


class Turns:
    """A WSGI application that lets another one read one thing at a time. Changes, which may wait, never queue up."""

    def __init__(self, app: "WSGIApplication", patience: float = PATIENCE) -> None:
        self._app, self._patience = app, patience
        self._turn = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        turn = self._take()
        try:
            return self._app(environ, start_response)
        finally:
            turn.release()

    def _take(self) -> threading.Lock:
        turn = self._turn
        if not turn.acquire(timeout=self._patience):
            turn = self._turn = threading.Lock()  # The slow one keeps the old turn to itself; all others queue anew.
            turn.acquire()
        return turn
