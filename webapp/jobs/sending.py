"""One try to tell a channel: from a push to the connector's call, and from its answer to the row."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import peewee as pw
import structlog

from webapp.actions import pushes
from webapp.connectors.channels import Connector, ConnectorError, Named
from webapp.db import now
from webapp.domain import backoff, push_reason
from webapp.domain.channel import Confirmation
from webapp.jobs import correcting, one_shipment, outgoing
from webapp.jobs.claimed import Claimed
from webapp.jobs.connections import connector_for
from webapp.jobs.line import Line
from webapp.jobs.outgoing import UNMAPPED
from webapp.models import Channel, Order, Push

log = structlog.get_logger()

Made = TypeVar("Made")

ATTEMPTS = 12
"""After so many tries a push waits for a person."""


def opened(channel: Channel, line: Line) -> Connector | ConnectorError:
    """Return the channel's connector; where there is none, why: each of its pushes then fails for that reason."""
    try:
        return _safely(lambda: connector_for(channel, line))
    except ConnectorError as failure:
        return failure


def send(push: Push, connector: Connector | ConnectorError, line: Line, claimed: Claimed) -> ConnectorError | None:
    """Make one try and record it; return what went wrong. No transaction is open while the channel is called."""
    began = time.monotonic()

    def spent() -> int:
        return round((time.monotonic() - began) * 1000)

    try:
        outcome, done = _safely(lambda: _call(push, connector, claimed))
    except ConnectorError as failure:
        _record(push, failure, spent(), line.take())
        return failure
    told = {"detail": done.detail, "remote_id": done.remote_id}
    pushes.finish(push, outcome, **told, milliseconds=spent(), exchanges=line.take())
    return None


def _record(push: Push, failure: ConnectorError, milliseconds: int, exchanges: list[Any]) -> None:
    moment, asked = now(), backoff.asked_wait(failure.retry_after)
    given_up = failure.permanent or (push.attempts >= ATTEMPTS and not asked)
    following = backoff.next_try(push.attempts, moment, random.Random(), asked)  # noqa: S311 - spreads retries alone.
    message = str(failure) if failure.permanent or not given_up else f"Given up after {push.attempts} tries. {failure}"
    pushes.fail(
        push,
        message,
        permanent=given_up,
        next_try_at=following,
        milliseconds=milliseconds,
        outcome="unmapped" if failure.reason == UNMAPPED else "refused" if failure.permanent else "unknown",
        reason=push_reason.of(failure.reason, permanent=failure.permanent, given_up=given_up),
        remote_id=failure.remote_id,
        exchanges=exchanges,
    )
    log.warning("push.failed", push=push.id, attempts=push.attempts, given_up=given_up)


def _safely(work: Callable[[], Made]) -> Made:
    """Do it; a bug in a connector costs the push a try, and nothing else."""
    try:
        return work()
    except (ConnectorError, pw.OperationalError, pw.InterfaceError):
        raise  # Without a database nothing can be recorded.
    except Exception as error:
        log.exception("push.crashed")
        told = f"Something broke on our side ({type(error).__name__}): the operator finds it in the log."
        raise ConnectorError(told) from error


def _call(push: Push, connector: Connector | ConnectorError, claimed: Claimed) -> tuple[str, Confirmation]:
    """Call the channel; return the try's outcome with what the channel holds now."""
    if isinstance(connector, ConnectorError):
        raise connector
    if isinstance(connector, Named):  # With its moment, so that a database that was set back gives no name twice.
        name = f"XD-{push.store_id}-{push.id}-{push.created_at:%Y%m%d%H%M%S}"
        connector = connector.named(name, push.created_at)
    order = claimed.orders[push.order_id]
    if not connector.capabilities.partial_shipments and one_shipment.leaves_out(push, order, claimed.channel):
        return "left_out", one_shipment.LEFT_OUT
    if push.shipment_id and push.kind != "shipment" and outgoing.is_by_hand(push, connector.capabilities):
        return "by_hand", outgoing.BY_HAND
    if push.kind == "tracking":
        return correcting.correct(push, order, connector, claimed)
    done = _told(push, order, connector, claimed)
    return "found" if done.found else "sent", done


def _told(push: Push, order: Order, connector: Connector, claimed: Claimed) -> Confirmation:
    whole = not connector.capabilities.partial_shipments
    if push.kind == "delivery":
        return connector.confirm_delivery(order.external_id, outgoing.remote_id(push))
    instead = one_shipment.shipped_instead(push, order, claimed.channel) if whole else None
    shipment_id = push.shipment_id if push.kind == "shipment" else instead
    if shipment_id is None:
        return _status(push, order, connector)
    shipment = outgoing.shipment(claimed, order, shipment_id, whole=whole)
    if push.payload.get("overwrite") and push.remote_id and connector.capabilities.tracking_editable:
        connector.correct_tracking(shipment, push.remote_id)
    return connector.confirm_shipment(replace(shipment, completes_order=outgoing.is_last(push, order)))


def _status(push: Push, order: Order, connector: Connector) -> Confirmation:
    """Tell the order's status; where the channel takes one shipment an order, the whole order arrives at once."""
    can, status = connector.capabilities, push.payload["status"]
    if status == "delivered" and can.delivered and not can.partial_shipments:
        return connector.confirm_delivery(order.external_id, "")
    return connector.set_status(order.external_id, status)
