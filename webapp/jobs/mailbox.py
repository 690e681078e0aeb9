"""Claim messages to webhooks: a conditional update with a lease, so that a worker that dies strands nothing."""

import datetime as dt
import secrets

import peewee as pw

from webapp.db import locking, now, transaction
from webapp.models import Delivery, Webhook

LEASE = dt.timedelta(seconds=90)
"""How long a claim lasts; a sender begins no call later than `BEGIN_WITHIN` after it claimed."""

BEGIN_WITHIN = dt.timedelta(seconds=60)

BATCH = 50


def due_webhooks(moment: dt.datetime) -> list[int]:
    """Return the webhooks that have a message to send now, the longest-waiting first."""
    rows = (
        Delivery.select(Delivery.webhook, pw.fn.MIN(Delivery.next_try_at))
        .where(_due(moment), Delivery.webhook.in_(_live()))
        .group_by(Delivery.webhook)
        .order_by(pw.fn.MIN(Delivery.next_try_at))
    )
    return [webhook for webhook, _ in rows.tuples()]


def claim(webhook_id: int, limit: int = BATCH) -> list[Delivery]:
    """Take up to `limit` due messages of a webhook, the oldest first. The attempt is counted here."""
    moment, token = now(), secrets.token_hex(12)
    picked = (
        Delivery.select(Delivery.id)
        .where(Delivery.webhook == webhook_id, Delivery.webhook.in_(_live()), _due(moment))
        .order_by(Delivery.id)
        .limit(limit)
    )
    with transaction():
        ids = [row.id for row in locking(picked, "FOR UPDATE SKIP LOCKED")]
        if not ids:
            return []
        Delivery.update(
            status="sending", lease_until=moment + LEASE, lease_token=token, attempts=Delivery.attempts + 1
        ).where(Delivery.id.in_(ids)).execute()
    return list(Delivery.select().where(Delivery.id.in_(ids), Delivery.lease_token == token).order_by(Delivery.id))


def give_back(deliveries: list[Delivery], wait: dt.timedelta = dt.timedelta()) -> None:
    """Let go of messages that weren't tried after all; the attempt doesn't count."""
    if deliveries:
        Delivery.update(
            status="waiting",
            lease_until=None,
            lease_token="",
            attempts=Delivery.attempts - 1,
            next_try_at=now() + wait,
        ).where(
            Delivery.id.in_([row.id for row in deliveries]),
            Delivery.status == "sending",
            Delivery.lease_token == deliveries[0].lease_token,
        ).execute()


def _live() -> pw.ModelSelect:
    return Webhook.select(Webhook.id).where(Webhook.enabled, Webhook.archived_at.is_null())


def _due(moment: dt.datetime) -> pw.Expression:
    waiting = (Delivery.status == "waiting") & (Delivery.next_try_at <= moment)
    stranded = (Delivery.status == "sending") & (Delivery.lease_until < moment)
    return waiting | stranded
