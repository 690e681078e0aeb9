"""Tell the webhooks: each in a thread of its own, so that a slow receiver holds up nobody else."""

import datetime as dt
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

from webapp.actions import deliveries, webhooks
from webapp.actions.deliveries import Outcome
from webapp.connectors.http import BlockedError
from webapp.connectors.receivers import Receiver
from webapp.db import db, now
from webapp.domain import signing
from webapp.jobs import fan_out, mailbox
from webapp.models import Delivery, Webhook

log = structlog.get_logger()

TURN = 10.0
"""Seconds after which a webhook that still has messages lets others have the thread first."""

SLOW_WAIT = dt.timedelta(seconds=5)
"""How long a webhook's other messages wait after one that got no answer."""


class Deliverer:
    """Makes the messages and sends them."""

    def __init__(self, threads: int = 16) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="deliver")
        self._busy: dict[int, Future[None]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def tick(self) -> None:
        """Make what is to be told, and start a turn for each webhook that isn't being served here already."""
        with self._lock:
            if self._stopping.is_set():
                return
            fan_out.fan_out()
            self._busy = {webhook: work for webhook, work in self._busy.items() if not work.done()}
            with db.connection_context():
                due = mailbox.due_webhooks(now())
            for webhook_id in due:
                if webhook_id not in self._busy:
                    self._busy[webhook_id] = self._pool.submit(self._turn, webhook_id)

    def close(self) -> None:
        """Let the calls that are under way end and record them; the rest is given back."""
        self._stopping.set()
        with self._lock:
            self._pool.shutdown(wait=False, cancel_futures=True)
            running = [work for work in self._busy.values() if not work.done()]
        wait(running)

    def _turn(self, webhook_id: int) -> None:
        limit = time.monotonic() + TURN
        try:
            with db.connection_context():
                while not self._stopping.is_set() and time.monotonic() < limit and send_batch(webhook_id):
                    pass
        except Exception:  # The next tick begins anew; what couldn't be recorded is taken up when its lease ends.
            log.exception("webhook.turn_broke", webhook=webhook_id)


def send_batch(webhook_id: int, limit: int = mailbox.BATCH) -> int:
    """Claim a batch of one webhook, send it, record it; return how many were tried (0: nothing was due)."""
    batch = mailbox.claim(webhook_id, limit)
    if not batch:
        return 0
    webhook = Webhook.get_by_id(webhook_id)
    begun, tried, pause = now(), [], dt.timedelta()
    try:
        keys = webhooks.secrets_of(webhook, begun)
        receiver = Receiver(webhook.url)
        while batch and not pause and now() - begun < mailbox.BEGIN_WITHIN:
            delivery = batch.pop(0)
            outcome = _post(receiver, keys, delivery)
            tried.append((delivery, outcome))
            pause = _pause_after(outcome)
    except ValueError:
        told = "The signing secret can't be read with the present encryption keys."
        tried = [(delivery, Outcome(None, error=told, refused=True)) for delivery in batch]
        batch = []
    except BlockedError as blocked:
        tried = [(delivery, Outcome(None, error=str(blocked), refused=True)) for delivery in batch]
        batch = []
    finally:
        if tried:
            deliveries.finish(webhook, tried)
        mailbox.give_back(batch, pause)
    return len(tried)


def _post(receiver: Receiver, keys: list[str], delivery: Delivery) -> Outcome:
    began, forged = time.monotonic(), delivery.message_id.startswith(deliveries.FORGED)
    keys = [signing.new_secret()] if forged else keys
    answer = receiver.post(delivery.body, signing.headers(keys, delivery.message_id, delivery.body, now()))
    return Outcome(
        answer.status_code,
        answer.text,
        answer.error,
        round((time.monotonic() - began) * 1000),
        answer.retry_after,
        answer.refused,
        forged,
    )


def _pause_after(outcome: Outcome) -> dt.timedelta:
    """Return how long the webhook's other messages wait: as long as was asked for, or a little after silence."""
    if outcome.good:
        return dt.timedelta()
    if outcome.retry_after:
        return dt.timedelta(seconds=min(outcome.retry_after, 86_400))
    return SLOW_WAIT if outcome.status_code is None and not outcome.refused else dt.timedelta()
