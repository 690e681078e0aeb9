"""A shop with orders for the web tests: imported by the real action, so that allocation and events are real too."""

import datetime as dt
import itertools

from webapp.actions import orders
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.models import Channel, Order, Product, Push, Store, Supplier, Supply

_numbers = itertools.count(1001)

ORDERED = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def channel(store: Store, name: str = "Sandbox shop") -> Channel:
    """Connect a shop that nobody calls."""
    return Channel.create(store=store, name=name, name_key=name.casefold(), kind="sandbox", base_url="http://127.0.0.1")


def stocked(store: Store, sku: str, supplier: Supplier | None = None, units: int = 100) -> Product:
    """Create a product that one supplier (none: the own shelf) holds units of."""
    own = units if supplier is None else 0
    product = Product.create(store=store, sku=sku, title=f"Title of {sku}", own_quantity=own)
    if supplier is not None:
        Supply.create(store=store, product=product, supplier=supplier, supplier_sku=f"S-{sku}", quantity=units)
    return product


def incoming(*lines: tuple[str, int], **facts) -> IncomingOrder:
    """Return an order of (SKU, units) as a shop would give it, each unit at 10.00."""
    number = next(_numbers)
    values = {
        "external_id": f"ext-{number}",
        "reference": f"#{number}",
        "status": "payment_accepted",
        "channel_status": "PaymentSettled",
        "currency": "EUR",
        "ordered_at": ORDERED,
        "updated_at": ORDERED,
        "total_cents": 1000 * sum(units for _, units in lines) + 500,
        "shipping_cents": 500,
        "customer": {"name": "Bea", "surname": "Buyer", "email": "bea@example.com", "phone": "+39 055 1"},
        "delivery_address": {
            "name": "Rocco",
            "surname": "Recipient",
            "address": "Via Roma 1",
            "postcode": "50121",
            "city": "Firenze",
            "country_iso": "IT",
        },
        **facts,
    }
    rows = tuple(
        IncomingLine(f"line-{place}", sku, f"Title of {sku}", units, 1000)
        for place, (sku, units) in enumerate(lines, start=1)
    )
    return IncomingOrder(lines=rows, **values)


def order(shop: Channel, *lines: tuple[str, int], **facts) -> Order:
    """Import such an order."""
    return Order.get_by_id(orders.import_order(shop, incoming(*lines, **facts)).order_id)


def split_order(cast, shop: Channel, **facts) -> Order:
    """Import an order of which the logistics service and its rival serve a line each."""
    if not Product.select().where(Product.store == cast.store, Product.sku == "MINE").exists():
        stocked(cast.store, "MINE", cast.logistics)
        stocked(cast.store, "RIVALSKU", cast.rival)
    return order(shop, ("MINE", 2), ("RIVALSKU", 3), **facts)


def failed_push(of: Order, **facts) -> Push:
    """Leave a push of the order's that waits for a person."""
    values = {"kind": "status", "status": "failed", "attempts": 12, "last_error": "The shop says no.", **facts}
    return Push.create(store=of.store_id, channel=of.channel_id, order=of.id, **values)
