"""What packing slips and pick lists say, as far as the viewer may see it: read in a fixed number of statements."""

import datetime as dt

from flask_babel import gettext as _

from webapp.domain import masking, papers
from webapp.domain.errors import Conflict, NotFound
from webapp.domain.papers import Item, PackingSlip, PickList, PickPart
from webapp.domain.viewer import Viewer
from webapp.domain.waybill import address_lines
from webapp.models import Order, OrderLine, Shipment, desk
from webapp.models.order_search import full_name
from webapp.web import access, shipment_page, stocks
from webapp.web.words import money

MOST_AT_ONCE = 200
"""Shipments or orders of one paper."""


def sender() -> tuple[str, ...]:
    """Return who sends it, whoever's shelf it lies on: the store, from which the buyer bought."""
    store = access.store()
    known = store.address
    parts = {"name": store.name, "address": known.get("street"), "postcode": known.get("postcode")}
    parts |= {"city": known.get("city"), "state_iso": known.get("state"), "country_iso": known.get("country")}
    return address_lines(parts)


def slips(viewer: Viewer, shipment_ids: list[int], *, prices: bool = False) -> list[PackingSlip]:
    """Return the packing slips of these shipments, in the order in which they are named.

    Raises NotFound for one that the viewer can't see, Conflict `canceled` for one that won't leave. Prices are left
    out unless they are asked for, and always for a viewer that may not see them.
    """
    found = _shipments(viewer, shipment_ids)
    contents = _contents(viewer, found, prices=prices)
    return [_slip(viewer, row, contents[row.id]) for row in found]


def parcels(viewer: Viewer, order_ids: list[int]) -> tuple[list[int], list[Order]]:
    """Return the shipments of these orders that the viewer sees, canceled ones left out, and the orders without any.

    Both follow the order of the ids. Raises NotFound for an order that the viewer can't see.
    """
    orders = _orders(viewer, order_ids)
    query = Shipment.visible_to(viewer).select(Shipment.id, Shipment.order)
    found: dict[int, list[int]] = {order_id: [] for order_id in order_ids}
    live = query.where(Shipment.order.in_(order_ids), Shipment.status != "canceled").order_by(Shipment.id)
    for shipment in live:
        found[shipment.order_id].append(shipment.id)
    return [number for ids in found.values() for number in ids], [orders[key] for key, ids in found.items() if not ids]


def pick_list(viewer: Viewer, stock: int | None, order_ids: list[int], shipment_ids: list[int]) -> PickList:
    """Return what is to be fetched: for shipments what is in them, for orders what waits to be packed in the stock."""
    shipments = _shipments(viewer, shipment_ids)
    contents = _contents(viewer, shipments)
    parts = [_part(viewer, row.order, contents[row.id]) for row in shipments]
    orders = _orders(viewer, order_ids)
    waiting = desk.open_lines(viewer, stock, list(orders))
    items = _items(viewer, stock, [pair for pairs in waiting.values() for pair in pairs])
    for order_id in order_ids:
        if waiting[order_id]:
            parts.append(_part(viewer, orders[order_id], [items[line.id] for line, _units in waiting[order_id]]))
    if not parts:
        raise Conflict("nothing_open", _("Nothing of these orders waits to be packed here."))
    return PickList(stocks.name(stock), clock_words(stocks.clock()), tuple(parts))


def weight_of(weights: list[int | None]) -> str:
    """Return what all of it weighs, as far as it was weighed; empty where nothing was."""
    known = [grams for grams in weights if grams is not None]
    return papers.kilograms(sum(known)) if known else ""


def day_words(date: dt.date) -> str:
    """Return a day as it stands on paper."""
    return f"{date.day} {date:%b} {date.year}"


def clock_words(moment: dt.datetime) -> str:
    """Return a moment as it stands on paper."""
    return f"{day_words(moment.date())}, {moment:%H:%M}"


def _bounded(ids: list[int]) -> list[int]:
    if len(ids) > MOST_AT_ONCE:
        raise Conflict("too_many", _("At most %(count)s fit on one paper.", count=MOST_AT_ONCE))
    return ids


def _orders(viewer: Viewer, ids: list[int]) -> dict[int, Order]:
    found = {row.id: row for row in Order.visible_to(viewer).where(Order.id.in_(_bounded(ids)))}
    if len(found) < len(set(ids)):
        raise NotFound("order")
    return found


def _shipments(viewer: Viewer, ids: list[int]) -> list[Shipment]:
    query = Shipment.visible_to(viewer).select(Shipment, Order).join(Order)
    rows = {row.id: row for row in query.where(Shipment.id.in_(_bounded(ids)))}
    if len(rows) < len(set(ids)):
        raise NotFound("shipment")
    canceled = [str(row.id) for row in rows.values() if row.status == "canceled"]
    if canceled:
        told = _("Shipment %(numbers)s is canceled: nothing is to be printed for it.", numbers=", ".join(canceled))
        raise Conflict("canceled", told)
    return [rows[number] for number in ids]


def _contents(viewer: Viewer, shipments: list[Shipment], *, prices: bool = False) -> dict[int, list[Item]]:
    """Return shipment id -> its items; what a stock itself calls them where all leave the same one."""
    contents = shipment_page.contents(viewer, [row.id for row in shipments])
    sources = {row.supplier_id or 0 for row in shipments}
    stock = sources.pop() if len(sources) == 1 else None
    orders = {row.order_id: row.order for row in shipments}
    found = {}
    for row in shipments:
        items = _items(viewer, stock, contents[row.id], orders[row.order_id] if prices else None)
        found[row.id] = [items[line.id] for line, _units in contents[row.id]]
    return found


def _items(
    viewer: Viewer, stock: int | None, pairs: list[tuple[OrderLine, int]], priced: Order | None = None
) -> dict[int, Item]:
    """Return line id -> the item, with its price where the order is given."""
    codes = desk.codes(viewer, stock, [line for line, _units in pairs])
    found = {}
    for line, units in pairs:
        names, own = codes[line.id]
        ean = line.ean or next((name for name in names if name.isdigit() and len(name) in (8, 12, 13, 14)), "")
        cents = masking.money(viewer, line.unit_price_cents) if priced else None
        price = money(cents, priced.currency) if priced and cents is not None else ""
        found[line.id] = Item(line.sku, ean, line.title, units, price, own)
    return found


def _slip(viewer: Viewer, shipment: Shipment, items: list[Item]) -> PackingSlip:
    order = shipment.order
    return PackingSlip(
        sender=sender(),
        recipient=address_lines(masking.address(viewer, shipment.delivery_address)),
        order=order.reference,
        order_code=papers.order_code(order.reference, order.id),
        shipment=str(shipment.id),
        ordered_on=day_words(stocks.clock(order.ordered_at).date()),
        carrier=shipment.carrier,
        tracking=shipment.tracking_code,
        items=tuple(items),
        notes=masking.text(viewer, order.notes),
    )


def _part(viewer: Viewer, order: Order, items: list[Item]) -> PickPart:
    recipient = full_name(masking.address(viewer, order.delivery_address))
    return PickPart(order.reference, papers.order_code(order.reference, order.id), recipient, tuple(items))
