"""Which state of an order is the newest, where its shop sends it by itself: what comes late changes nothing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from webapp.domain.channel import IncomingOrder
from webapp.models import Order


def held_back(order: Order, incoming: IncomingOrder, digest: str) -> str:
    """Return why there is nothing to take over, `outdated` or `unchanged`; else an empty text, and the order is locked.

    To be called inside the transaction that takes it over.
    """
    held = Order.channel_updated_at
    fresh = Order.update(channel_updated_at=incoming.updated_at).where(
        Order.store == order.store_id, Order.id == order.id, held.is_null() | (held <= incoming.updated_at)
    )
    if not fresh.execute():
        return "outdated"
    row = Order.select(Order.import_digest).where(Order.store == order.store_id, Order.id == order.id).get()
    return "unchanged" if row.import_digest == digest else ""


def confirm(store_id: int, unchanged: Mapping[str, tuple[int, str, dt.datetime]]) -> dict[str, int]:
    """Note until when orders that came again were as they are, so that nothing from before counts any more.

    Takes, by the channel's id, ours with its digest and the moment; returns ours of those that are still so.
    """
    by_moment: dict[dt.datetime, list[str]] = defaultdict(list)
    for name, (_, _, moment) in unchanged.items():
        by_moment[moment].append(name)
    confirmed: dict[str, int] = {}
    for moment, names in by_moment.items():
        ids, held = {name: unchanged[name][0] for name in names}, Order.channel_updated_at
        same = Order.id.in_(list(ids.values())) & Order.import_digest.in_([unchanged[name][1] for name in names])
        newer = Order.update(channel_updated_at=moment).where(held.is_null() | (held <= moment))
        if newer.where(Order.store == store_id, same).execute() == len(ids):
            confirmed |= ids
    return confirmed
