"""One comparison of a channel's last days with what is here: what a reading can mend is mended, all is listed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from webapp.actions import order_content, order_state, orders, reconciliations
from webapp.connectors.channels import Connector, ConnectorError
from webapp.db import now
from webapp.domain import order_status, reconciling
from webapp.domain.channel import IncomingOrder
from webapp.jobs.connections import connector_for
from webapp.jobs.lease import LostError, StoppedError
from webapp.models import Channel, Order, OrderLine, Push

log = structlog.get_logger()

LOOK_UPS = 50
"""So many single orders are asked for at most."""

EDGE = dt.timedelta(days=1)
"""Orders so close to the start of the compared time may have fallen out of it by the shop's own clock."""


@dataclass
class Comparison:
    """What one comparison found so far."""

    channel: Channel
    hold: Callable[[], None]
    """Called before each call of the channel; it raises where the comparison has to end."""
    pause: Callable[[], None] = lambda: None
    """Called where nothing that was read waits to be compared, so that the channel may be read for something else."""
    seen: set[str] = field(default_factory=set)
    differences: list[dict[str, Any]] = field(default_factory=list)
    look_ups: int = LOOK_UPS
    began: dt.datetime = field(default_factory=now)

    def run(self) -> None:
        """Compare. Raises ConnectorError, and whatever `hold` raises, with what was found by then kept."""
        connector, until = connector_for(self.channel), now()
        since = until - dt.timedelta(days=reconciling.DAYS)
        self.hold()
        for page in connector.read_orders(since, until):
            self._page(connector, page)
            self.hold()
            self.pause()
        self._look_for_the_others(connector, since + EDGE, until)

    def _page(self, connector: Connector, page: list[IncomingOrder]) -> None:
        ours = self._ours([incoming.external_id for incoming in page])
        for incoming in page:
            self.seen.add(incoming.external_id)
            try:
                self._order(connector, incoming, ours.get(incoming.external_id))
            except (ConnectorError, LostError, StoppedError):
                raise
            except Exception as error:  # One odd order must not keep the others from being compared.
                log.exception("reconcile.order_failed", channel=self.channel.id, reference=incoming.reference)
                told = f"It couldn't be taken in ({type(error).__name__}): the operator finds the reason in the log."
                self._note("failed", None, incoming.reference, told)

    def _order(self, connector: Connector, incoming: IncomingOrder, order: Order | None) -> None:
        """Take over what differs, and list it unless the next reading would have brought it anyway."""
        if order is not None and self._is_older(incoming, order):
            return
        if order is None:
            made = orders.import_order(self.channel, incoming)
            if self._is_late(incoming):
                self._note("missing", made.order_id, incoming.reference, "Taken in.", mended=True)
        elif words := _differences(order, incoming):
            # What was read may have been the same when our row was changed by something else.
            Order.update(import_digest="").where(Order.id == order.id).execute()
            orders.import_order(self.channel, incoming)
            if self._is_late(incoming):
                told = f"Taken over: {', '.join(words)}."
                self._note("differs", order.id, order.reference, told, mended=True)
        elif orders.import_order(self.channel, incoming).outcome == "updated" and self._is_late(incoming):
            self._note("differs", order.id, order.reference, "Taken over: its lines.", mended=True)
        if order is not None:
            self._statuses(connector, Order.get_by_id(order.id), incoming)

    def _statuses(self, connector: Connector, order: Order, incoming: IncomingOrder) -> None:
        told = _told(order)
        kind = reconciling.state(order.status, incoming.status, told=told, open_here=order_status.OPEN)
        if kind == "not_told" and self.look_ups > 0:  # The page may be older than the last confirmation.
            self.look_ups -= 1
            self.hold()
            incoming = connector.read_order(order.external_id)
            kind = reconciling.state(order.status, incoming.status, told=told, open_here=order_status.OPEN)
        if kind is None:
            return
        words = TOLD[kind]
        if kind == "not_told" and _wants_the_rest(order, incoming):
            kind, words = "canceled_here", REST_CANCELED
        elif kind == "not_told":
            reconciliations.leave_untold(self.channel, order)
        says = incoming.channel_status or order_status.name(incoming.status)
        self._note(kind, order.id, order.reference, words.format(says=says))

    def _look_for_the_others(self, connector: Connector, since: dt.datetime, until: dt.datetime) -> None:
        """Ask for each order of the time that the channel didn't list; those that it doesn't have are listed."""
        mine = (Order.store == self.channel.store_id) & (Order.channel == self.channel.id)
        held = Order.select(Order.id, Order.external_id, Order.reference).where(
            mine, Order.ordered_at > since, Order.created_at < until, Order.ordered_at < until
        )
        missing = [row for row in held.order_by(Order.id).tuples() if row[1] not in self.seen]
        for order_id, external_id, reference in missing:
            if self.look_ups <= 0:
                self._note("unknown_there", order_id, reference, "It isn't in the channel's list of changed orders.")
                continue
            self.look_ups -= 1
            self.hold()
            self.pause()
            try:
                incoming = connector.read_order(external_id)
            except ConnectorError as error:
                if not error.permanent:
                    raise
                self._note("unknown_there", order_id, reference, f"{error} It stays here as it is.")
            else:
                self._page(connector, [incoming])

    def _ours(self, names: list[str]) -> dict[str, Order]:
        mine = (Order.store == self.channel.store_id) & (Order.channel == self.channel.id)
        return {row.external_id: row for row in Order.select().where(mine, Order.external_id.in_(names))}

    def _is_late(self, incoming: IncomingOrder) -> bool:
        """Tell whether a reading should have brought this already."""
        cursor: dict[str, str] = self.channel.read_cursor or {}
        return "until" in cursor and incoming.updated_at < dt.datetime.fromisoformat(cursor["until"])

    def _is_older(self, incoming: IncomingOrder, order: Order) -> bool:
        """Tell whether the order was read again in a pause, after this page of it."""
        read = order.channel_updated_at
        return order.updated_at > self.began and read is not None and read > incoming.updated_at

    def _note(self, kind: str, order_id: int | None, reference: str, told: str, *, mended: bool = False) -> None:
        row = {"kind": kind, "order_id": order_id, "reference": reference, "told": told[:500], "mended": mended}
        self.differences.append(row)


TOLD = {
    "canceled_there": "The channel says “{says}”. It is open here: the warehouse has begun, and was asked or refused.",
    "canceled_here": "The channel says “{says}”. It is canceled here: cancel it there as well, or sell it again.",
    "not_told": "The channel says “{says}”, though it was told of the shipment. Tell it again from the order’s page.",
}
"""What is said of a difference that stays."""

REST_CANCELED = "The channel says “{says}”. The rest is canceled here: refund it there as well."
"""What is said where a part has left and was told."""


def _differences(order: Order, incoming: IncomingOrder) -> list[str]:
    """Return what a known order has otherwise than the channel, in words."""
    facts = order_content.facts(incoming)
    words = reconciling.different({name: getattr(order, name) for name in facts}, facts)
    if incoming.status == "canceled":
        return words
    lines = OrderLine.select().where(OrderLine.store == order.store_id, OrderLine.order == order.id)
    ours = {row.external_id: row.quantity if row.channel_quantity is None else row.channel_quantity for row in lines}
    swapped = {row.external_id for row in lines if row.swap}
    theirs = {row.external_id: row.quantity for row in incoming.lines if row.external_id not in swapped}
    ours = {key: units for key, units in ours.items() if key not in swapped}
    return [*words, "lines"] if reconciling.different_lines(ours, theirs) else words


def _wants_the_rest(order: Order, incoming: IncomingOrder) -> bool:
    """Tell whether a part of the order has left on the channel too, which still wants what is canceled here."""
    wanted = sum(line.quantity for line in incoming.lines)
    return incoming.status == "partially_shipped" and wanted > order_state.units_ordered(order)


def _told(order: Order) -> bool:
    """Tell whether the channel was told of a shipment of the order, and nothing more is on its way to it."""
    mine = (Push.store == order.store_id) & (Push.order == order.id)
    told = Push.select().where(mine, Push.kind == "shipment", Push.status.in_(("sent", "dropped")))
    return told.exists() and not Push.select().where(mine, Push.status.in_(("waiting", "sending", "failed"))).exists()
