"""What pushes that were claimed together need of the database, read for all of them at once.

A shipment itself isn't among it: until the channel is called a person may correct it, so it is read for each call.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import peewee as pw

from webapp.actions import channel_carriers
from webapp.connectors.channels import kind_of
from webapp.domain.channel_carriers import Named
from webapp.models import Channel, Order, OrderLine, Push, ShipmentLine
from webapp.models.prepared import among, prepared, slot


class Claimed:
    """Pushes of one channel, from their claim on; each question is asked when it first comes up."""

    def __init__(self, pushes: Sequence[Push]) -> None:
        self._store, self._channel = pushes[0].store_id, pushes[0].channel_id
        self._orders = sorted({push.order_id for push in pushes})
        self._shipments = sorted({push.shipment_id for push in pushes if push.shipment_id})
        self._names: dict[str, Named | None] = {}

    @cached_property
    def channel(self) -> Channel:
        """The channel, as it is set now."""
        return _channel().models(Channel, store=self._store, id=self._channel)[0]

    @cached_property
    def orders(self) -> dict[int, Order]:
        """The orders by their ids."""
        return {order.id: order for order in _orders().models(Order, store=self._store, ids=self._orders)}

    def lines(self, shipment_id: int) -> tuple[tuple[str, int], ...]:
        """Return a shipment's lines: the channel's id of the order line, units."""
        if shipment_id in self._shipments:
            return self._lines[shipment_id]
        return self._read_lines([shipment_id])[shipment_id]  # It is told of instead of what was claimed.

    def carrier(self, name: str) -> Named | None:
        """Return how the channel hears of a carrier; None where it has no name there."""
        if name not in self._names:
            wants = kind_of(self.channel.kind).carriers
            self._names[name] = channel_carriers.named_on(self.channel, wants, name)
        return self._names[name]

    @cached_property
    def _lines(self) -> dict[int, tuple[tuple[str, int], ...]]:
        return self._read_lines(self._shipments)

    def _read_lines(self, shipments: list[int]) -> dict[int, tuple[tuple[str, int], ...]]:
        found = defaultdict[int, tuple[tuple[str, int], ...]](tuple)
        for shipment, line, units in _sent_lines().rows(store=self._store, shipments=shipments):
            found[shipment] += ((str(line), int(units)),)
        return found


@prepared
def _channel() -> pw.Query:
    return Channel.select().where(Channel.store == slot("store"), Channel.id == slot("id"))


@prepared
def _orders() -> pw.Query:
    return Order.select().where(Order.store == slot("store"), among(Order.id, "ids"))


@prepared
def _sent_lines() -> pw.Query:
    mine = (ShipmentLine.store == slot("store")) & among(ShipmentLine.shipment, "shipments")
    columns = (ShipmentLine.shipment, OrderLine.external_id, ShipmentLine.quantity)
    return ShipmentLine.select(*columns).join(OrderLine).where(mine).order_by(ShipmentLine.id)
