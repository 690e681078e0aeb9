"""Lists as CSV files: the rows that the list's filters select, as far as the viewer may see them, however many."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from webapp.domain import masking
from webapp.domain.viewer import Viewer
from webapp.models import Channel, Order, OrderLine, Product, Shipment, ShipmentLine, order_rows
from webapp.models.order_search import OrderSearch
from webapp.models.product_search import ProductSearch
from webapp.web import access, csv_files, order_list, order_query, shipment_query, stocks
from webapp.web.csv_files import Cell, amount
from webapp.web.product_query import search_of_request

blueprint = Blueprint("exports", __name__, url_prefix="/exports")
blueprint.before_request(access.require_login)

CHUNK = 500
"""Rows that are read at once."""

Rows = Iterator[list[Sequence[Cell]]]

PERSON = ("name", "surname", "company", "email", "phone", "tax_id")
ADDRESS = ("name", "surname", "company", "address", "postcode", "city", "state_iso", "country_iso", "phone")

ORDERS: tuple[str, ...] = ("order", "channel", "channel_order_id", "status", "ordered_at", "updated_at", "currency")
ORDERS += ("total", "shipping", "shipping_method")
ORDERS += (*(f"customer_{part}" for part in PERSON), *(f"delivery_{part}" for part in ADDRESS))
ORDERS += ("notes", "sku", "ean", "title", "quantity", "unit_price", "with_stock")
"""One row for each line: how an order's own columns repeat is how spreadsheets filter and sum them."""

SHIPMENTS: tuple[str, ...] = ("shipment", "order", "status", "supplier", "carrier", "tracking_code", "tracking_url")
SHIPMENTS += ("reference", "created_at", "shipped_at", "delivered_at", "units", "contents")

PRODUCTS: tuple[str, ...] = ("sku", "ean", "title", "net price", "vat rate", "weight in g", "own stock", "own reserved")
PRODUCTS += ("at suppliers", "reserved at suppliers", "archived", "updated_at")
"""By these names an import knows what it can change."""


@blueprint.get("/orders.csv")
def orders() -> Response:
    """The filters are those of the list of orders; its form of ticks sends them as `query`, beside the ticked ones."""
    if "query" not in request.args:
        return _orders_file(order_query.asked().search)
    asked = order_query.of_text(request.args["query"])
    if request.args.get("matching") == "1":
        return _orders_file(asked.search)
    if ids := stocks.ticked("order")[: order_list.TICKS]:
        return _orders_file(OrderSearch(), ids)
    return order_list.none_ticked(asked.query)


def _orders_file(search: OrderSearch, ids: list[int] | None = None) -> Response:
    return csv_files.answer(_name("orders"), ORDERS, _orders(access.viewer(), search, ids))


@blueprint.get("/shipments.csv")
def shipments() -> Response:
    """The filters are those of the list of shipments."""
    rows = _shipments(access.viewer(), shipment_query.asked(), _("Own stock"))
    return csv_files.answer(_name("shipments"), SHIPMENTS, rows)


@blueprint.get("/products.csv")
def products() -> Response:
    """The filters are those of the list of products. Prices and the own shelf are the store's business."""
    viewer = access.viewer()
    return csv_files.answer(_name("products"), PRODUCTS, _products(viewer, search_of_request()))


def _name(noun: str) -> str:
    return f"{noun}-{stocks.clock():%Y-%m-%d}"


def _orders(viewer: Viewer, search: OrderSearch, ids: list[int] | None) -> Rows:
    """Yield the rows of what the search finds; where ids are given, of these orders alone."""
    names = dict(Channel.select(Channel.id, Channel.name).where(Channel.store == viewer.store_id).tuples())
    last: int | None = None
    while True:
        query = search.select(viewer, Order).order_by(Order.id.desc()).limit(CHUNK)
        if ids is not None:
            query = query.where(Order.id.in_(ids))
        found = list(query if last is None else query.where(Order.id < last))
        if not found:
            return
        last = found[-1].id
        lines = defaultdict(list)
        for order_id, *line in order_rows.lines(viewer, [order.id for order in found]):
            lines[order_id].append(_line(viewer, line))
        rows: list[Sequence[Cell]] = []
        for order in found:
            head = _head(viewer, order, names.get(order.channel_id, ""))
            rows += [[*head, *line] for line in lines[order.id]]
        yield rows


def _head(viewer: Viewer, order: Order, channel: str) -> list[Cell]:
    """Return an order's own columns; what a whole order costs isn't for who sees only its own lines of it."""
    whole = viewer.supplier_id is None
    customer = masking.customer(viewer, order.customer)
    address = masking.address(viewer, order.delivery_address)
    costs = (order.total_cents, order.shipping_cents) if whole else (None, None)
    return [
        *(order.reference, channel, order.external_id, order.status, order.ordered_at, order.updated_at),
        *(order.currency, *(amount(masking.money(viewer, cents)) for cents in costs), order.shipping_method),
        *(_said(customer, part) for part in PERSON),
        *(_said(address, part) for part in ADDRESS),
        masking.text(viewer, order.notes),
    ]


def _line(viewer: Viewer, line: Sequence[Any]) -> list[Cell]:
    """Return a line's columns: the units that the viewer's own stock serves, or all of them for the whole store's."""
    _, sku, ean, title, live, cents, held, *_ = line
    units = int(live) if viewer.supplier_id is None else int(held)
    return [sku, ean, title, units, amount(masking.money(viewer, cents)), int(held)]


def _said(values: dict[str, Any], part: str) -> str:
    return str(values.get(part) or "")


def _shipments(viewer: Viewer, asked: shipment_query.Asked, own: str) -> Rows:
    last: int | None = None
    while True:
        query = asked.select(viewer).order_by(Shipment.id.desc()).limit(CHUNK)
        found = list(query if last is None else query.where(Shipment.id < last))
        if not found:
            return
        last = found[-1].id
        contents = _contents(viewer, [shipment.id for shipment in found])
        yield [_shipment(shipment, contents[shipment.id], own) for shipment in found]


def _shipment(shipment: Shipment, contents: list[tuple[str, int]], own: str) -> list[Cell]:
    return [
        *(shipment.id, shipment.order.reference, shipment.status),
        shipment.supplier.name if shipment.supplier_id else own,
        *(shipment.carrier, shipment.tracking_code, shipment.tracking_url, shipment.reference),
        *(shipment.created_at, shipment.shipped_at, shipment.delivered_at),
        sum(units for _, units in contents),
        ", ".join(f"{units} × {sku}" for sku, units in contents),
    ]


def _contents(viewer: Viewer, shipment_ids: list[int]) -> dict[int, list[tuple[str, int]]]:
    rows = ShipmentLine.select(ShipmentLine.shipment, OrderLine.sku, ShipmentLine.quantity).join(OrderLine)
    mine = (ShipmentLine.store == viewer.store_id) & ShipmentLine.shipment.in_(shipment_ids)
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for shipment_id, sku, units in rows.where(mine).order_by(ShipmentLine.id).tuples():
        found[shipment_id].append((sku, units))
    return found


def _products(viewer: Viewer, search: ProductSearch) -> Rows:
    after = ""
    while found := search.page(viewer, after, CHUNK):
        after = search.place_of(found[-1])
        yield [_product(viewer, product) for product in found]


def _product(viewer: Viewer, product: Product) -> list[Cell]:
    own: list[Cell] = [None, None, product.weight_grams, None, None]
    if viewer.supplier_id is None:
        price, rate = masking.money(viewer, product.price_cents), product.vat_basis_points
        own = [amount(price), amount(rate), product.weight_grams, product.own_quantity, product.own_reserved]
    elsewhere = (int(product.held_elsewhere), int(product.reserved_elsewhere))
    return [product.sku, product.ean, product.title, *own, *elsewhere, product.archived_at, product.updated_at]
