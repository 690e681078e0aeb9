"""What the pages of the packing desk show, as far as the viewer may see it."""

import datetime as dt
from dataclasses import dataclass, replace

from webapp.actions import carriers, parcels
from webapp.domain import masking
from webapp.domain.viewer import Viewer
from webapp.models import Order, OrderLine, Product, Shipment, desk, order_rows
from webapp.models.order_search import full_name
from webapp.models.shipment_search import bounded_count, from_source

SHOWN = 30
"""Cards of a column; the next ones move up as these are done."""


@dataclass(frozen=True)
class Card:
    """One order or shipment on the desk."""

    id: int
    reference: str
    recipient: str
    units: int
    since: dt.datetime
    asked: int = 0
    """Units that the stock is asked to cancel."""
    carrier: str = ""


@dataclass(frozen=True)
class Board:
    """The three columns, each with how much waits in all."""

    accept: list[Card]
    pack: list[Card]
    hand_over: list[Card]
    counts: tuple[int, int, int]


@dataclass(frozen=True)
class Line:
    """What is to be packed of one line, and how much of it was counted."""

    line: OrderLine
    open: int
    counted: int
    codes: list[str]
    own_sku: str
    asked: int

    @property
    def done(self) -> bool:
        """Tell whether all of it was counted."""
        return self.counted >= self.open


def board(viewer: Viewer, stock: int) -> Board:
    """Return what waits at a stock's desk, oldest first: a fixed number of statements."""
    accept, pack, hand_over = (make(viewer, stock) for make in (desk.to_accept, desk.to_pack, desk.to_hand_over))
    counts = (bounded_count(accept.clone()), bounded_count(pack.clone()), bounded_count(hand_over.clone()))
    fresh, begun = list(accept.limit(SHOWN)), list(pack.limit(SHOWN))
    cards = _cards(viewer, stock, [*fresh, *begun])
    waiting = _waiting(viewer, list(hand_over.limit(SHOWN)))
    return Board(cards[: len(fresh)], cards[len(fresh) :], waiting, counts)


def lines(viewer: Viewer, stock: int, order: Order) -> list[Line]:
    """Return what of an order waits to be packed in a stock, nothing counted yet; nothing where all of it is packed."""
    waiting = desk.open_lines(viewer, stock, [order.id])[order.id]
    codes = desk.codes(viewer, stock, [line for line, _units in waiting])
    asked = {line_id: int(units) for _order, line_id, units in order_rows.asked(viewer, [order.id])}
    return [Line(line, units, 0, *codes[line.id], asked.get(line.id, 0)) for line, units in waiting]


def counted(found: list[Line], counts: dict[int, int]) -> list[Line]:
    """Return the lines with what was counted of them."""
    return [replace(row, counted=counts.get(row.line.id, 0)) for row in found]


def unaccepted(viewer: Viewer, stock: int, order: Order) -> bool:
    """Tell whether the stock hasn't accepted all of the order yet."""
    return bool(desk.to_accept(viewer, stock).where(Order.id == order.id).exists())


def matching(found: list[Line], code: str) -> Line | None:
    """Return the line that a scanned code is of: one that still lacks units where several are; None for none."""
    fitting = [row for row in found if code.casefold() in {name.casefold() for name in row.codes}]
    return next((row for row in fitting if not row.done), fitting[0] if fitting else None)


def likely_carrier(viewer: Viewer, stock: int, order: Order) -> str:
    """Return the courier that the buyer chose, where the store knows it; else the one that the stock used last."""
    method = order.shipping_method.casefold()
    named = [name for name in carriers.names(viewer.store_id) if name.casefold() in method]
    if named:
        return max(named, key=len)
    mine = Shipment.visible_to(viewer).where(from_source(Shipment.supplier, stock), Shipment.carrier != "")
    last = mine.order_by(Shipment.id.desc()).first()
    return str(last.carrier) if last else ""


def likely_weight(viewer: Viewer, found: list[Line]) -> str:
    """Return the weight in kg of all open units, where each product says its own; else nothing."""
    mine = Product.select(Product.id, Product.weight_grams).where(Product.store == viewer.store_id)
    known = dict(mine.where(Product.id.in_([row.line.product_id for row in found if row.line.product_id])).tuples())
    grams = [(known.get(row.line.product_id) or 0) * row.open for row in found]
    return f"{sum(grams) / 1000:g}" if grams and all(grams) else ""


def next_order(viewer: Viewer, stock: int) -> Order | None:
    """Return the oldest order that waits to be packed."""
    order: Order | None = desk.to_pack(viewer, stock).first()
    return order


def packed_facts(shipment: Shipment) -> tuple[int, str]:
    """Return how many parcels a shipment has, and its weight as far as it was weighed."""
    drafts = parcels.drafts_of(shipment)
    known = [draft.weight_grams for draft in drafts if draft.weight_grams is not None]
    return max(1, len(drafts)), f"{sum(known) / 1000:g} kg" if known else ""


def _cards(viewer: Viewer, stock: int, orders: list[Order]) -> list[Card]:
    ids = [order.id for order in orders]
    units = {key: sum(count for _line, count in pairs) for key, pairs in desk.open_lines(viewer, stock, ids).items()}
    asked: dict[int, int] = {}
    for order_id, _line, count in order_rows.asked(viewer, ids):
        asked[order_id] = asked.get(order_id, 0) + int(count)
    return [
        Card(
            order.id,
            order.reference,
            full_name(masking.address(viewer, order.delivery_address)),
            units.get(order.id, 0),
            order.ordered_at,
            asked.get(order.id, 0),
        )
        for order in orders
    ]


def _waiting(viewer: Viewer, shipments: list[Shipment]) -> list[Card]:
    ids = [row.id for row in shipments]
    contents = desk.units_in(viewer, ids)
    return [
        Card(
            row.id,
            row.order.reference,
            full_name(masking.address(viewer, row.delivery_address)),
            contents.get(row.id, 0),
            row.created_at,
            carrier=row.carrier,
        )
        for row in shipments
    ]
