"""One try to tell a channel: from a push to the connector's call, and from its answer to the row."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import peewee as pw
import structlog

from webapp.actions import pushes
from webapp.connectors.channels import Connector, ConnectorError, Named
from webapp.db import now
from webapp.domain import backoff
from webapp.domain.channel import Confirmation, OutgoingShipment
from webapp.jobs import one_shipment
from webapp.jobs.connections import connector_for
from webapp.models import Channel, Order, OrderLine, Push, Shipment, ShipmentLine

log = structlog.get_logger()

Made = TypeVar("Made")

ATTEMPTS = 12
"""After so many tries a push waits for a person."""


def opened(channel: Channel) -> Connector | ConnectorError:
    """Return the channel's connector; where there is none, why: each of its pushes then fails for that reason."""
    try:
        return _safely(lambda: connector_for(channel))
    except ConnectorError as failure:
        return failure


def send(push: Push, connector: Connector | ConnectorError) -> ConnectorError | None:
    """Make one try and record it; return what went wrong. No transaction is open while the channel is called."""
    began = time.monotonic()

    def spent() -> int:
        return round((time.monotonic() - began) * 1000)

    try:
        done = _safely(lambda: _call(push, connector))
    except ConnectorError as failure:
        _record(push, failure, spent())
        return failure
    outcome = "left_out" if done is one_shipment.LEFT_OUT else "found" if done.found else "sent"
    pushes.finish(push, outcome, detail=done.detail, remote_id=done.remote_id, milliseconds=spent())
    return None


def _record(push: Push, failure: ConnectorError, milliseconds: int) -> None:
    moment, given_up = now(), failure.permanent or push.attempts >= ATTEMPTS
    following = backoff.next_try(push.attempts, moment, random.Random())  # noqa: S311 - spreads retries, guards nothing.
    following = max(following, moment + backoff.asked_wait(failure.retry_after))
    message = str(failure) if failure.permanent or not given_up else f"Given up after {push.attempts} tries. {failure}"
    pushes.fail(
        push,
        message,
        permanent=given_up,
        next_try_at=following,
        milliseconds=milliseconds,
        outcome="refused" if failure.permanent else "unknown",
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


def _call(push: Push, connector: Connector | ConnectorError) -> Confirmation:
    if isinstance(connector, ConnectorError):
        raise connector
    if isinstance(connector, Named):  # With its moment, so that a database that was set back gives no name twice.
        name = f"XD-{push.store_id}-{push.id}-{push.created_at:%Y%m%d%H%M%S}"
        connector = connector.named(name, push.created_at)
    order = Order.get((Order.store == push.store_id) & (Order.id == push.order_id))
    if not connector.capabilities.partial_shipments:
        return _call_whole(push, order, connector)
    if push.kind == "status":
        return connector.set_status(order.external_id, push.payload["status"])
    if push.kind == "delivery":
        return connector.confirm_delivery(order.external_id, _remote_id(push))
    return connector.confirm_shipment(
        replace(_outgoing(order, push.shipment_id), completes_order=_is_last(push, order))
    )


def _call_whole(push: Push, order: Order, connector: Connector) -> Confirmation:
    """Call a channel that takes one shipment an order, where its policy wants that."""
    if one_shipment.leaves_out(push, order):
        return one_shipment.LEFT_OUT
    shipment_id = one_shipment.shipped_instead(push, order) or push.shipment_id
    if push.kind == "delivery":
        return connector.confirm_delivery(order.external_id, _remote_id(push))
    if shipment_id is None:
        return connector.set_status(order.external_id, push.payload["status"])
    others = one_shipment.siblings(order, shipment_id)
    return connector.confirm_shipment(
        replace(_outgoing(order, shipment_id), completes_order=_is_last(push, order), siblings=others)
    )


def _is_last(push: Push, order: Order) -> bool:
    """Tell whether the order is all shipped, and this the last of its shipments that the channel is told of."""
    if order.status not in ("shipped", "delivered", "returned"):
        return False
    later = Push.select().where(
        Push.store == push.store_id, Push.order == order.id, Push.kind == "shipment", Push.id > push.id
    )
    return not later.exists()


def _outgoing(order: Order, shipment_id: int) -> OutgoingShipment:
    shipment = Shipment.get((Shipment.store == order.store_id) & (Shipment.id == shipment_id))
    rows = (
        ShipmentLine.select(OrderLine.external_id, ShipmentLine.quantity)
        .join(OrderLine)
        .where(ShipmentLine.store == order.store_id, ShipmentLine.shipment == shipment.id)
        .order_by(ShipmentLine.id)
        .tuples()
    )
    return OutgoingShipment(
        order_external_id=order.external_id,
        reference=f"XD-{shipment.store_id}-{shipment.id}",
        lines=tuple(rows),
        carrier=shipment.carrier,
        tracking_code=shipment.tracking_code,
        tracking_url=shipment.tracking_url,
    )


def _remote_id(push: Push) -> str:
    """Return the channel's name for the shipment that was delivered, as its own push brought it back.

    That push left before this one, or a person gave it up.
    """
    told = Push.select(Push.remote_id).where(
        Push.store == push.store_id, Push.shipment == push.shipment_id, Push.kind == "shipment", Push.status == "sent"
    )
    row = told.order_by(Push.id.desc()).first()
    if row is None:
        raise ConnectorError("The channel wasn't told of the shipment itself, which was given up.", permanent=True)
    return str(row.remote_id)
