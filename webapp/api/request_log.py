"""Note each call of a key, and write the notes in batches beside the requests: reading costs no write."""

import atexit
import threading
import time

import peewee as pw
import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from webapp.actions import api_requests
from webapp.actions.api_requests import Call
from webapp.db import db, now

log = structlog.get_logger()

EVERY = 1.0
"""Seconds between two batches."""

MOST = 5000
"""Calls that wait at the most; while the database is away the oldest are let go."""


class RequestLog:
    """The calls of this process that aren't written yet."""

    def __init__(self, at_once: bool) -> None:
        self._at_once = at_once
        self._waiting: list[Call] = []
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, call: Call) -> None:
        """Keep one call for the next batch."""
        with self._lock:
            self._waiting.append(call)
            del self._waiting[:-MOST]
            if self._thread is None and not self._at_once:  # Started here, so that it lives in the forked process.
                self._thread = threading.Thread(target=self._run, name="request-log", daemon=True)
                self._thread.start()
        if self._at_once:
            self.write()

    def write(self) -> None:
        """Write what waits; calls that can't be written stay for the next time."""
        with self._writing:
            with self._lock:
                batch, self._waiting = self._waiting, []
            if not batch:
                return
            try:
                api_requests.write(batch)
            except pw.PeeweeException as error:
                log.warning("api.log_not_written", reason=str(error).partition("\n")[0])
                with self._lock:
                    self._waiting = (batch + self._waiting)[-MOST:]

    def _run(self) -> None:
        while True:
            time.sleep(EVERY)
            try:
                self._write_apart()
            except Exception:  # The thread is the only one that writes: it must outlive whatever happens to one batch.
                log.exception("api.log_not_written")

    def _write_apart(self) -> None:
        if not self._waiting:  # Nothing to write is no reason to ask for a connection.
            return
        try:
            with db.connection_context():
                self.write()
        except pw.PeeweeException as error:
            log.warning("api.log_not_written", reason=str(error).partition("\n")[0])


def register(app: Flask) -> None:
    """Give the app a log; what waits is written when the process ends."""
    made = RequestLog(at_once=bool(app.config["TESTING"]))
    app.extensions["request_log"] = made
    if not app.config["TESTING"]:
        atexit.register(made._write_apart)


def begin() -> None:
    """Note when the request began."""
    g.began = time.monotonic()


def end(response: Response) -> Response:
    """Note how the request ended, if a key made it."""
    if "api_key" in g:
        told = response.get_json(silent=True) if response.status_code >= 400 else None
        current_app.extensions["request_log"].note(
            Call(
                store_id=g.api_key.store_id,
                api_key_id=g.api_key.id,
                request_id=str((told or {}).get("request_id", "")),
                method=request.method,
                path=request.path,
                query=request.query_string.decode(errors="replace"),
                body=_body(),
                status_code=response.status_code,
                code=str((told or {}).get("code", "")),
                milliseconds=round((time.monotonic() - g.began) * 1000),
                address=request.remote_addr or "",
                area=g.get("area", ""),
                replayed="Idempotent-Replayed" in response.headers,
                created_at=now(),
            )
        )
    return response


def _body() -> str:
    """Return the JSON that was sent; files, what isn't text and what was too large stay out of the log."""
    if request.mimetype != "application/json":
        return ""
    try:
        sent = request.get_data()
    except HTTPException:  # Too large, or broken off: the answer tells already, and no note may change it.
        return ""
    return sent[: api_requests.LONGEST_BODY].decode(errors="replace").replace("\x00", "")
