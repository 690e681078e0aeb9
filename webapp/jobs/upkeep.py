"""Small chores: show that the worker lives, forget what has expired, give waiting orders their stock."""

import datetime as dt
import os
import socket

import peewee as pw
import structlog

from webapp.actions import allocations, api_requests, batches, holds, mails, reconciliations
from webapp.db import db, now
from webapp.domain.viewer import system
from webapp.models import Delivery, Heartbeat, IdempotentRequest, Product, PushAttempt, Supply

log = structlog.get_logger()

KEEP_ANSWERS = dt.timedelta(hours=72)
"""How long the answer to an Idempotency-Key is kept."""

KEEP_MESSAGES = dt.timedelta(days=30)
"""How long a message that a webhook has taken stays in its log and can be sent again."""

KEEP_EXCHANGES = dt.timedelta(days=30)
"""How long it can be read what was said to a channel; that it was told stays."""

WORKER = f"{socket.gethostname()}:{os.getpid()}"


def beat() -> None:
    """Note that this worker is alive, and forget workers that have been silent for a day."""
    with db.connection_context():
        moment = now()
        updated = Heartbeat.update(beaten_at=moment).where(Heartbeat.worker == WORKER).execute()
        if not updated:
            Heartbeat.insert(worker=WORKER, beaten_at=moment).execute()
        Heartbeat.delete().where(Heartbeat.beaten_at < moment - dt.timedelta(days=1)).execute()


def forget_old() -> None:
    """Delete what is past its time: answers to idempotent requests, keys' calls, sent messages, exchanges, mails."""
    moment = now()
    with db.connection_context():
        IdempotentRequest.delete().where(IdempotentRequest.created_at < moment - KEEP_ANSWERS).execute()
        api_requests.forget_old()
        reconciliations.forget_old()
        batches.forget_old()
        mails.forget_old()
        Delivery.delete().where(Delivery.status == "sent", Delivery.created_at < moment - KEEP_MESSAGES).execute()
        old = (PushAttempt.created_at < moment - KEEP_EXCHANGES) & (
            PushAttempt.exchanges != pw.Value("[]", converter=False)
        )
        PushAttempt.update(exchanges=[]).where(old).execute()


def allocate_waiting() -> None:
    """Repeat the allocation of waiting lines for products that got stock lately: a crash may have left it out."""
    lately = now() - dt.timedelta(minutes=10)
    with db.connection_context():
        restocked = (
            Product.select(Product.store, Product.id)
            .left_outer_join(Supply)
            .where((Product.updated_at > lately) | (Supply.updated_at > lately))
            .distinct()
            .tuples()
        )
        for store_id, product_id in list(restocked):
            try:
                allocations.allocate_waiting(system(store_id, "Worker"), product_id)
            except (pw.OperationalError, pw.InterfaceError):
                raise
            except Exception:  # One odd product must not keep the others' orders waiting.
                log.exception("allocation.failed", product=product_id)


def release_holds() -> None:
    """Let orders go on whose hold has come to its end."""
    with db.connection_context():
        holds.release_due(now())
