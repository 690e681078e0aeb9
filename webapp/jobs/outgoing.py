"""From a shipment's rows to what a connector is given: its carrier by the channel's name for it, and what was tried."""

from collections.abc import Iterable
from dataclasses import replace

import peewee as pw

from webapp.connectors.channels import ConnectorError
from webapp.domain.channel import Capabilities, Confirmation, OutgoingShipment
from webapp.domain.channel_carriers import Named
from webapp.jobs import one_shipment
from webapp.jobs.claimed import Claimed
from webapp.models import Order, Push, Shipment
from webapp.models.prepared import prepared, slot

UNMAPPED = "carrier_unmapped"

BY_HAND = Confirmation("", detail="A person told the channel of this shipment, so this is told there by hand too.")
"""What a delivery or a correction ends with where nobody knows what the channel calls the shipment."""


def shipment(claimed: Claimed, order: Order, shipment_id: int, *, whole: bool = False) -> OutgoingShipment:
    """Return the shipment to tell of; with the order's other parcels where the channel takes one shipment an order.

    Raises a permanent ConnectorError, before anything is sent, for a carrier that has no name on the channel.
    """
    rows = _shipment().rows(store=order.store_id, id=shipment_id)
    name, code, url, _ = rows[0]
    carrier = _carrier(claimed, name)
    made = OutgoingShipment(
        order_external_id=order.external_id,
        reference=f"XD-{order.store_id}-{shipment_id}",
        lines=claimed.lines(shipment_id),
        carrier=carrier.code,
        carrier_name=carrier.name,
        tracking_code=code,
        tracking_url=url,
        tried=_tried((payload for *_, payload in rows), code),
    )
    return replace(made, siblings=one_shipment.siblings(order, shipment_id)) if whole else made


def is_last(push: Push, order: Order) -> bool:
    """Tell whether the order is all shipped, and this the last of its shipments that the channel is told of."""
    if order.status not in ("shipped", "delivered", "returned"):
        return False
    later = Push.select().where(
        Push.store == push.store_id, Push.order == order.id, Push.kind == "shipment", Push.id > push.id
    )
    return not later.exists()


def remote_id(push: Push) -> str:
    """Return the channel's name for the shipment, as the last push that told or corrected it brought it back.

    That push left before this one, or a person gave it up. Empty where the channel's policy leaves this parcel out,
    or where a person told the channel.
    """
    told = _told(push)
    if not told:
        raise ConnectorError("The channel wasn't told of the shipment itself, which was given up.", permanent=True)
    return next((name for name in told if name), "")


def is_by_hand(push: Push, can: Capabilities) -> bool:
    """Tell whether a person told the channel of the shipment, and nobody knows under which name.

    Where the channel takes one shipment an order, the order itself is that name.
    """
    told = _told(push)
    return can.partial_shipments and bool(told) and not any(told)


def _told(push: Push) -> list[str]:
    """Return what the channel called the shipment each time that it was told of it, the last time first."""
    rows = Push.select(Push.remote_id).where(
        Push.store == push.store_id,
        Push.shipment == push.shipment_id,
        Push.kind.in_(("shipment", "tracking")),
        Push.status == "sent",
    )
    return [str(row.remote_id) for row in rows.order_by(Push.id.desc())]


def _carrier(claimed: Claimed, name: str) -> Named:
    named = claimed.carrier(name)
    if named is None:
        told = f"{name} has no name on {claimed.channel.name}: choose one."
        raise ConnectorError(told, permanent=True, reason=UNMAPPED)
    return named


def _tried(payloads: Iterable[str | None], code: str) -> tuple[str, ...]:
    """Return the other tracking codes under which the channel may hold this shipment since an earlier try."""
    told = (Push.payload.python_value(payload) or {} for payload in payloads)
    codes = dict.fromkeys(code for payload in told for code in payload.get("tried", ()))
    return tuple(tried for tried in codes if tried != code)


@prepared
def _shipment() -> pw.Query:
    """What is told of a shipment, beside each push's payload about it: who corrects a code writes both at once."""
    columns = (Shipment.carrier, Shipment.tracking_code, Shipment.tracking_url, Push.payload)
    about = (Push.store == Shipment.store) & (Push.shipment == Shipment.id)
    query = Shipment.select(*columns).join(Push, pw.JOIN.LEFT_OUTER, on=about)  # One told instead may have none.
    return query.where(Shipment.store == slot("store"), Shipment.id == slot("id"))
