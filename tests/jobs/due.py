"""An outbox with pushes that are due, written in bulk, and ways to wait for what a worker makes of them."""

import time

from tests.servers.sandbox import SandboxShop
from webapp.db import now
from webapp.models import Channel, Order, OrderLine, Push, Shipment, ShipmentLine


def leave(channel: Channel, count: int = 1, first: int = 1) -> list[Push]:
    """Leave due shipment pushes for orders `first`, `first + 1`, … of a channel: one unit of the two that each wants.

    A unit is left, so a shop that takes what it is told, like the sandbox shop, would take the same shipment twice.
    """
    numbers = [str(number) for number in range(first, first + count)]
    facts = {"store": channel.store_id}
    moment = now()
    ordered = {**facts, "channel": channel.id, "status": "partially_shipped", "currency": "EUR", "ordered_at": moment}
    orders = _insert(Order, [{**ordered, "external_id": n, "reference": f"#{n}"} for n in numbers])
    rows = list(zip(orders, numbers, strict=True))
    line = {**facts, "sku": "MUG-BLUE", "title": "Mug", "quantity": 2}
    lines = _insert(OrderLine, [{**line, "order": order, "external_id": n} for order, n in rows])
    left = {**facts, "status": "shipped", "carrier": "BRT", "shipped_at": moment}
    shipments = _insert(Shipment, [{**left, "order": order, "tracking_code": f"T-{n}"} for order, n in rows])
    packed = zip(shipments, lines, strict=True)
    _insert(ShipmentLine, [{**facts, "shipment": shipment, "line": line, "quantity": 1} for shipment, line in packed])
    push = {**facts, "channel": channel.id, "kind": "shipment", "next_try_at": moment}
    told = zip(orders, shipments, strict=True)
    ids = _insert(Push, [{**push, "order": order, "shipment": shipment} for order, shipment in told])
    return list(Push.select().where(Push.id.in_(ids)).order_by(Push.id))


def never_read(channel: Channel) -> Channel:
    """Keep workers from importing what the channel has sold: its orders are those of `leave`."""
    Channel.update(next_read_at=now().replace(year=9999)).where(Channel.id == channel.id).execute()
    return channel


def follow(push: Push, kind: str, **values) -> Push:
    """Leave a later push of the same order: about the same shipment, unless `shipment` says otherwise."""
    facts = {"store": push.store_id, "channel": push.channel_id, "order": push.order_id, "shipment": push.shipment_id}
    return Push.create(**{**facts, "kind": kind, **values})


def another_shipment(push: Push) -> int:
    """Pack and hand over the order's other unit; return the shipment's id."""
    left = {"status": "shipped", "shipped_at": now(), "tracking_code": "OTHER"}
    made = Shipment.create(store=push.store_id, order=push.order_id, **left)
    line = OrderLine.get(OrderLine.order == push.order_id)
    ShipmentLine.create(store=push.store_id, shipment=made.id, line=line.id, quantity=1)
    return made.id


def sell(shop: SandboxShop, count: int) -> list[str]:
    """Let a shop that is empty sell as many orders of two mugs; order n holds line n, as `leave` takes it."""
    return [shop.sell(("MUG-BLUE", 2)) for _ in range(count)]


def again(push: Push) -> Push:
    """Return the push as the database has it now."""
    return Push.get_by_id(push.id)


def statuses() -> list[str]:
    """Return the status of every push, in the order of their ids."""
    return [status for (status,) in Push.select(Push.status).order_by(Push.id).tuples()]


def wait_until(true, seconds: float = 60) -> None:
    """Ask until it is true; fail after so long."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"it didn't come true in {seconds} s"
        time.sleep(0.02)


def _insert(table, rows: list[dict]) -> list[int]:
    return [row.id for row in table.insert_many(rows).returning(table.id).execute()]
