"""Messages to webhooks: make them from the change feed, record how each try went, send again what was missed."""

import datetime as dt
import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from webapp.actions import conformance, record, webhooks
from webapp.db import now, transaction
from webapp.domain import backoff, webhook_events
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.viewer import Viewer, system
from webapp.models import Delivery, DeliveryAttempt, Webhook

TRIES = len(backoff.DELAYS) + 1
"""The first try and one after each delay of the Standard Webhooks table."""

PAUSE_AFTER = dt.timedelta(days=5)
"""How long a webhook may fail, without one success in between, before it is paused."""

MOST_REPLAYED = 10_000

FORGED = "forged"
"""How the ids of messages begin whose signature is wrong on purpose."""


@dataclass(frozen=True)
class Message:
    """One message to be: its event, the number of its change, and exactly what will be sent."""

    event: str
    number: int | None
    body: str


@dataclass(frozen=True)
class Outcome:
    """How a try went. No status code means that no whole answer came."""

    status_code: int | None
    answer: str = ""
    error: str = ""
    milliseconds: int = 0
    retry_after: float | None = None
    refused: bool = False
    """Nothing was sent and nothing will be: the address isn't allowed, or the secret can't be read."""
    forged: bool = False
    """It was signed with a wrong secret on purpose: a receiver that refuses it does well."""

    @property
    def good(self) -> bool:
        if self.forged:
            return self.status_code in (400, 401, 403)
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def gone(self) -> bool:
        return self.status_code == 410 and not self.forged


def enqueue(webhook: Webhook, messages: list[Message], last_change: int) -> bool:
    """Write messages and move the webhook's place in the feed, together; False where another worker was faster."""
    moment = now()
    with transaction():
        moved = (
            Webhook.update(last_change=last_change)
            .where(Webhook.id == webhook.id, Webhook.last_change == webhook.last_change)
            .execute()
        )
        if moved and messages:
            Delivery.insert_many(
                {
                    "store": webhook.store_id,
                    "webhook": webhook.id,
                    "message_id": f"msg_{webhook.id}_{message.number}",
                    "event": message.event,
                    "number": message.number,
                    "body": message.body,
                    "next_try_at": moment,
                    "created_at": moment,
                }
                for message in messages
            ).execute()
    return bool(moved)


def send_test(viewer: Viewer, webhook_id: int, body: str, *, forged: bool = False) -> Delivery:
    """Write a test message, which is sent like any other; a forged one is signed with a wrong secret."""
    webhook = webhooks.find(viewer, webhook_id)
    if not webhook.enabled:
        raise Conflict("webhook_paused", "This webhook is paused: resume it first.")
    delivery: Delivery = Delivery.create(
        store=webhook.store_id,
        webhook=webhook.id,
        message_id=f"{FORGED if forged else 'msg'}_{webhook.id}_test_{secrets.token_hex(8)}",
        event=webhook_events.TEST,
        body=body,
    )
    return delivery


def find(viewer: Viewer, webhook_id: int, delivery_id: int) -> Delivery:
    """Return a message of a webhook that the viewer manages; raise NotFound otherwise."""
    webhook = webhooks.find(viewer, webhook_id)
    mine = Delivery.select().where(Delivery.store == webhook.store_id, Delivery.webhook == webhook.id)
    delivery: Delivery | None = mine.where(Delivery.id == delivery_id).first()
    if delivery is None:
        raise NotFound("delivery")
    return delivery


def resend(viewer: Viewer, webhook_id: int, delivery_id: int) -> Delivery:
    """Send one message again under the same `webhook-id`, with the whole table of tries before it."""
    find(viewer, webhook_id, delivery_id)
    if not _requeue(Delivery.id == delivery_id):
        raise Conflict("not_waiting", "This message is being sent right now.")
    return Delivery.get_by_id(delivery_id)


def replay(
    viewer: Viewer, webhook_id: int, first: int | None = None, last: int | None = None, failed: bool = False
) -> int:
    """Send again all that failed, or the messages with numbers from `first` to `last`; return how many those are."""
    webhook = webhooks.find(viewer, webhook_id)
    if not failed and (first is None or last is None or first > last):
        raise Invalid({"first": ["Give the first and the last number of the range, or ask for all that failed."]})
    where = Delivery.webhook == webhook.id
    where &= (Delivery.status == "failed") if failed else Delivery.number.between(first, last)
    count = Delivery.select().where(where).count()
    if count > MOST_REPLAYED:
        raise Invalid({"first": [f"These are {count:,} messages; replay at most {MOST_REPLAYED:,} at once."]})
    with transaction():
        count = _requeue(where)
        told = f"{count} messages of the webhook to {webhook.url} are sent again"
        record.event(viewer, "webhook.replayed", told[:500], subject="webhook", subject_id=webhook.id)
    return count


def finish(webhook: Webhook, tried: Iterable[tuple[Delivery, Outcome]]) -> None:
    """Record a batch of tries in one transaction; what another worker has taken meanwhile stays so."""
    rows, moment = list(tried), now()
    good = [delivery for delivery, outcome in rows if outcome.good]
    with transaction():
        if good:
            Delivery.update(
                status="sent", sent_at=moment, lease_until=None, lease_token="", last_error="", last_status_code=200
            ).where(
                Delivery.id.in_([row.id for row in good]),
                Delivery.status == "sending",
                Delivery.lease_token == good[0].lease_token,
            ).execute()
        for delivery, outcome in rows:
            if not outcome.good:
                _failed(delivery, outcome, moment)
        DeliveryAttempt.insert_many(_attempt(delivery, outcome, moment) for delivery, outcome in rows).execute()
        if any(outcome.forged and outcome.good for _, outcome in rows):
            conformance.tick({(webhook.store_id, webhook.api_key_id, "signature"): moment})
        rows = [row for row in rows if not row[1].forged]
        _judge(webhook, rows, moment)


def _failed(delivery: Delivery, outcome: Outcome, moment: dt.datetime) -> None:
    over = outcome.gone or outcome.refused or outcome.forged or delivery.attempts >= TRIES
    values: dict[str, Any] = {"status": "failed"}
    if not over:
        following = backoff.next_try(delivery.attempts, moment, random.Random())  # noqa: S311 - spreads retries.
        following = max(following, moment + backoff.asked_wait(outcome.retry_after))
        values = {"status": "waiting", "next_try_at": following}
    told = outcome.error or f"The receiver answered {outcome.status_code}."
    if outcome.forged and outcome.status_code is not None:
        told = f"The receiver answered {outcome.status_code} to a message whose signature was wrong."
    Delivery.update(
        lease_until=None, lease_token="", last_error=told[:1000], last_status_code=outcome.status_code, **values
    ).where(
        Delivery.id == delivery.id, Delivery.status == "sending", Delivery.lease_token == delivery.lease_token
    ).execute()


def _judge(webhook: Webhook, rows: list[tuple[Delivery, Outcome]], moment: dt.datetime) -> None:
    """Keep since when the webhook fails; pause it when it is gone or has failed for days, and say so."""
    if not rows:
        return
    last = rows[-1][1]
    if last.good:
        Webhook.update(failing_since=None, last_success_at=moment).where(Webhook.id == webhook.id).execute()
        return
    Webhook.update(failing_since=moment).where(Webhook.id == webhook.id, Webhook.failing_since.is_null()).execute()
    since = Webhook.get_by_id(webhook.id).failing_since or moment
    if any(outcome.gone for _, outcome in rows):
        _pause(webhook, "The receiver answered 410: it wants nothing more.", moment)
    elif moment - since >= PAUSE_AFTER:
        _pause(webhook, f"It has failed since {since:%d %b %Y, %H:%M} UTC without one success.", moment)


def _pause(webhook: Webhook, reason: str, moment: dt.datetime) -> None:
    paused = Webhook.update(enabled=False, paused_at=moment, pause_reason=reason).where(
        Webhook.id == webhook.id, Webhook.enabled
    )
    if paused.execute():
        told = f"Webhook to {webhook.url} paused. {reason}"
        viewer = system(webhook.store_id, "Worker")
        record.event(viewer, "webhook.paused", told[:500], subject="webhook", subject_id=webhook.id)


def _requeue(where: Any) -> int:
    query = Delivery.update(
        status="waiting", attempts=0, next_try_at=now(), last_error="", lease_until=None, lease_token=""
    )
    return int(query.where(where, Delivery.status != "sending").execute())


def _attempt(delivery: Delivery, outcome: Outcome, moment: dt.datetime) -> dict[str, Any]:
    return {
        "store": delivery.store_id,
        "delivery": delivery.id,
        "status_code": outcome.status_code,
        "answer": outcome.answer[:1000],
        "error": outcome.error[:500],
        "milliseconds": outcome.milliseconds,
        "created_at": moment,
    }
