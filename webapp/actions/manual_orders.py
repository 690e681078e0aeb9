"""Take in an order that came by telephone or mail: as if a channel had sent it, but no channel hears of it."""

from dataclasses import dataclass, field

import peewee as pw

from webapp.actions import allocations, order_content, record
from webapp.actions.order_parts import need_write
from webapp.db import now, transaction
from webapp.domain import rights
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.domain.errors import Invalid
from webapp.domain.viewer import Viewer
from webapp.models import Order, Product, Store, sku_link

STATUSES = ("awaiting_payment", "payment_accepted")
"""What an order may begin with."""


MOST_CENTS = 100_000_000_000_00
"""The sum of one order; more is a slip of the hand."""


@dataclass(frozen=True)
class LineDraft:
    """Units of a product by its SKU or a linked one; the price is what the buyer pays for one."""

    sku: str
    units: int
    unit_price_cents: int


@dataclass(frozen=True)
class OrderDraft:
    """What was typed."""

    once: str
    """A word of the form's own: sent twice, it makes one order."""
    lines: tuple[LineDraft, ...]
    customer: dict[str, str]
    delivery_address: dict[str, str]
    billing_address: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    """Empty numbers the order by itself: M-123."""
    status: str = "payment_accepted"
    shipping_cents: int = 0
    shipping_method: str = ""
    payment_method: str = ""
    cash_on_delivery_cents: int | None = None
    notes: str = ""

    @property
    def total_cents(self) -> int:
        """Return what the buyer pays in all."""
        return self.shipping_cents + sum(line.units * line.unit_price_cents for line in self.lines)


def create(viewer: Viewer, draft: OrderDraft) -> Order:
    """Take the order in and give it its stock; safe to repeat with the same `once`.

    Raises Invalid for SKUs that no product in use has.
    """
    need_write(viewer)
    rights.need_whole_store(viewer, "takes orders in")
    try:
        with transaction():
            return _create(viewer, draft)
    except pw.IntegrityError:
        mine = (Order.store == viewer.store_id) & Order.channel.is_null() & (Order.external_id == draft.once)
        made: Order | None = Order.select().where(mine).first()
        if made is None:
            raise
        return made


def _create(viewer: Viewer, draft: OrderDraft) -> Order:
    incoming = _incoming(viewer, draft)
    if max(draft.total_cents, draft.cash_on_delivery_cents or 0) > MOST_CENTS:
        raise Invalid({"lines": ["Units and prices make a sum that is too large for one order."]})
    order = Order.create(
        store=viewer.store_id,
        external_id=draft.once,
        status=draft.status,
        payment_method=draft.payment_method,
        cash_on_delivery_cents=draft.cash_on_delivery_cents,
        paid_at=incoming.ordered_at if draft.status == "payment_accepted" else None,
        **order_content.facts(incoming),
    )
    if not draft.reference:
        order.reference = f"M-{order.id}"
        Order.update(reference=order.reference).where(Order.id == order.id).execute()
    order_content.add_lines(order, list(incoming.lines))
    told = f"Taken in by hand as {order.reference}"
    about = {"subject": "order", "subject_id": order.id, "order_id": order.id}
    record.event(viewer, "order.created", told, public=True, **about)
    held = allocations.assign(viewer, order)
    told_to = allocations.suppliers_in(held)
    record.changed(viewer.store_id, "order", order.id, order_id=order.id, supplier_ids=told_to, moved=held)
    return order


def _incoming(viewer: Viewer, draft: OrderDraft) -> IncomingOrder:
    """Return the order as a channel would have given it, each line with its product's title and EAN."""
    products = _products(viewer, draft)
    moment = now()
    lines = tuple(
        IncomingLine(
            str(place), line.sku, products[line.sku].title, line.units, line.unit_price_cents, products[line.sku].ean
        )
        for place, line in enumerate(draft.lines, start=1)
    )
    return IncomingOrder(
        external_id=draft.once,
        reference=draft.reference,
        status=draft.status,
        channel_status="",
        currency=Store.get_by_id(viewer.store_id).currency,
        ordered_at=moment,
        updated_at=moment,
        lines=lines,
        total_cents=draft.total_cents,
        shipping_cents=draft.shipping_cents,
        customer=draft.customer,
        delivery_address=draft.delivery_address,
        billing_address=draft.billing_address,
        shipping_method=draft.shipping_method,
        notes=draft.notes,
    )


def _products(viewer: Viewer, draft: OrderDraft) -> dict[str, Product]:
    skus = [line.sku for line in draft.lines]
    ids, archived = sku_link.named(viewer.store_id, skus), sku_link.named(viewer.store_id, skus, archived=True)
    rows = {
        row.id: row
        for row in Product.select().where(Product.store == viewer.store_id, Product.id.in_(list(ids.values())))
    }
    wrong = {
        f"lines.{place}.sku": [
            f"The product with the SKU {line.sku} is archived: restore it first, or choose another."
            if line.sku in archived
            else f"You have no product with the SKU {line.sku}: create it first, or choose another."
        ]
        for place, line in enumerate(draft.lines)
        if line.sku not in ids
    }
    if not draft.lines:
        wrong["lines"] = ["Add at least one line."]
    if draft.status not in STATUSES:
        wrong["status"] = ["An order begins awaiting payment or paid."]
    if wrong:
        raise Invalid(wrong)
    return {sku: rows[product_id] for sku, product_id in ids.items()}
