"""Make messages from the change feed: for each webhook those behind its number that its key may see."""

import structlog

from webapp.actions import deliveries, key_admission
from webapp.actions.deliveries import Message
from webapp.db import db
from webapp.domain.webhook_events import event_of, wants
from webapp.models import ApiKey, Change, Store, Webhook
from webapp.wire import events

log = structlog.get_logger()

BATCH = 200
"""Changes that are turned into messages at once."""


def fan_out() -> int:
    """Bring every webhook up to its store's last number; return how many messages were made. Safe to repeat."""
    with db.connection_context():
        behind = (
            Webhook.select(Webhook, ApiKey)
            .join(ApiKey)
            .switch(Webhook)
            .join(Store, on=(Webhook.store == Store.id))
            .where(Webhook.archived_at.is_null(), Webhook.last_change < Store.change_seq, ApiKey.revoked_at.is_null())
        )
        return sum(_catch_up(webhook) for webhook in list(behind))


def _catch_up(webhook: Webhook) -> int:
    """Make all messages of one webhook, batch by batch."""
    made = 0
    while (count := _batch(webhook)) is not None:
        made += count
    return made


def _batch(webhook: Webhook) -> int | None:
    """Make the next messages; return their number, or None once the webhook is up to date or another worker has it."""
    key = webhook.api_key
    # Read before the changes: numbers commit in order, so every change up to it is seen by the query below.
    last = Store.select(Store.change_seq).where(Store.id == webhook.store_id).scalar()
    if last <= webhook.last_change:
        return None
    viewer = key_admission.viewer_for(key)
    found = list(Change.visible_to(viewer, webhook.last_change).limit(BATCH))
    upto = found[-1].number if len(found) == BATCH else max(last, found[-1].number if found else 0)
    wanted = [row for row in found if key.enabled and wants(webhook.events, event_of(row.subject, row.action))]
    made = [
        Message(event, change.number, body)
        for change, (event, body) in zip(wanted, events.bodies(viewer, wanted), strict=True)
    ]
    if not deliveries.enqueue(webhook, made, upto):
        return None
    webhook.last_change = upto
    return len(made)
