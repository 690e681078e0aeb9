"""Is it alive, is it ready: for load balancers and whoever watches the installation."""

from typing import Any

import peewee as pw
from flask import Blueprint, current_app
from playhouse.pool import MaxConnectionsExceeded

from webapp.db import now, runner
from webapp.jobs import outbox
from webapp.models import Heartbeat, Mail

blueprint = Blueprint("health", __name__)

SILENT_AFTER = 60
"""Seconds without a heartbeat after which the worker counts as down."""


@blueprint.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "alive"}


@blueprint.get("/readyz")
def ready() -> tuple[dict[str, Any], int]:
    try:
        pending = [row.name for row in runner().status() if not row.applied]
        beat = Heartbeat.select(pw.fn.MAX(Heartbeat.beaten_at)).scalar()
        age = (now() - Heartbeat.beaten_at.python_value(beat)).total_seconds() if beat else None
        facts: dict[str, Any] = {
            "database": "reachable",
            "migrations_pending": pending,
            "oldest_due_push_seconds": outbox.oldest_due_seconds(),
            "mails_in_trouble": Mail.select(Mail.id).where(Mail.in_trouble()).count(),
            "worker_last_heartbeat_seconds": age,
        }
    except (pw.PeeweeException, MaxConnectionsExceeded):
        current_app.logger.exception("The database can't be used")
        return {"status": "not ready", "database": "unreachable"}, 503
    good = not pending and age is not None and age < SILENT_AFTER
    return {"status": "ready" if good else "not ready", **facts}, 200 if good else 503
