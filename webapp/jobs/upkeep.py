"""Small chores: show that the worker lives, forget what has expired, give waiting orders their stock."""

import datetime as dt
import os
import socket
from collections.abc import Callable

import peewee as pw
import structlog

from webapp.actions import allocations, api_requests, batches, holds, mails, reconciliations
from webapp.db import db, now
from webapp.domain.viewer import Viewer, system
from webapp.models import Delivery, Heartbeat, IdempotentRequest, Product, PushAttempt, Store, Supply

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
    """Join lines that missed it to their products, and repeat the allocation for those that got stock lately.

    A crash may have left either out.
    """
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
            _patiently(allocations.allocate_waiting, store_id, product_id)
        for (store_id,) in list(Store.select(Store.id).tuples()):
            for product_id in allocations.lost_products(store_id):
                _patiently(allocations.link_sku, store_id, product_id)


def _patiently(give: Callable[[Viewer, int], int], store_id: int, product_id: int) -> None:
    try:
        give(system(store_id, "Worker"), product_id)
    except (pw.OperationalError, pw.InterfaceError):
        raise
    except Exception:  # One odd product must not keep the others' orders waiting.
        log.exception("allocation.failed", product=product_id)


def release_holds() -> None:
    """Let orders go on whose hold has come to its end."""
    with db.connection_context():
        holds.release_due(now())
