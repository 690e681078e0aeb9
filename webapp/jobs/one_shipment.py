"""What is told, and what is left out, where a channel takes no more than one shipment an order."""

import peewee as pw

from webapp.domain import partial_policy
from webapp.domain.channel import Confirmation
from webapp.models import Channel, Order, Push, PushAttempt, Shipment

LEFT_OUT = Confirmation("", detail="The channel takes one shipment an order: as its setting says, not with this one.")
"""What such a push ends with. It counts as sent, so it holds nothing back."""


def leaves_out(push: Push, order: Order, channel: Channel) -> bool:
    """Tell whether the channel's policy leaves this to another parcel; a delivery is told once all have arrived."""
    if push.kind == "delivery":
        return order.status not in ("delivered", "returned")
    if push.kind != "shipment":
        return False
    others = Push.select().where(
        Push.store == push.store_id,
        Push.order == order.id,
        Push.kind == "shipment",
        Push.shipment != push.shipment_id,
    )
    return not partial_policy.tells(
        channel.settings.get("partial_policy", ""),
        order.status,
        earlier=others.where(Push.id < push.id).exists(),
        later=others.where(Push.id > push.id).exists(),
    )


def shipped_instead(push: Push, order: Order, channel: Channel) -> int | None:
    """Return the shipment to tell of where the rest of an order was canceled after a part had left.

    To such a channel the order is then shipped: canceling it there would take back what has left, and by its policy
    it may have waited for a last parcel. What a person settled by hand isn't told.
    """
    if push.kind != "status" or push.payload.get("status") not in ("canceled", "shipped"):
        return None
    rows = _left(order).order_by(Shipment.shipped_at, Shipment.id)
    settled = _settled(order)
    told = [row.id for row in rows if row.id not in settled]
    return partial_policy.told_of(channel.settings.get("partial_policy", ""), told) if told else None


def _settled(order: Order) -> set[int]:
    """Return the shipments of which a person gave the telling up, or told the channel otherwise."""
    elsewhere = PushAttempt.select().where(
        PushAttempt.store == order.store_id, PushAttempt.push == Push.id, PushAttempt.outcome == "elsewhere"
    )
    mine = (Push.store == order.store_id) & (Push.order == order.id) & (Push.kind == "shipment")
    rows = Push.select(Push.shipment).where(mine, (Push.status == "dropped") | pw.fn.EXISTS(elsewhere))
    return {row.shipment_id for row in rows}


def siblings(order: Order, shipment_id: int) -> tuple[str, ...]:
    """Return the tracking codes of the order's other parcels that left: one of them may be what the channel shows."""
    return tuple(row.tracking_code for row in _left(order).where(Shipment.id != shipment_id) if row.tracking_code)


def _left(order: Order) -> pw.ModelSelect:
    mine = (Shipment.store == order.store_id) & (Shipment.order == order.id)
    return Shipment.select().where(mine, Shipment.status.in_(("shipped", "delivered")))
