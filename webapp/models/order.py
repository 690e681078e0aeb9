"""An order, its lines, and the one place that decides who sees them."""

from typing import Any

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.domain.viewer import Viewer
from webapp.models.channel import Channel
from webapp.models.product import Product
from webapp.models.store import Store


class Order(BaseModel):
    store = pw.ForeignKeyField(Store, backref="orders", on_delete="CASCADE", index=False)
    channel = pw.ForeignKeyField(Channel, null=True, backref="orders", on_delete="RESTRICT")
    external_id = pw.CharField(max_length=120)
    """The channel's own id; with the channel, what makes a repeated import find its row."""
    reference = pw.CharField(max_length=120)
    """What buyer and merchant call the order, for example "#1042"."""
    status = pw.CharField(max_length=24, default="awaiting_payment")
    currency = pw.CharField(max_length=3)
    total_cents = pw.BigIntegerField(default=0)
    shipping_cents = pw.BigIntegerField(default=0)
    customer = JsonField(default=dict)
    """`name surname company email phone tax_id`."""
    delivery_address = JsonField(default=dict)
    """`name surname company address postcode city state_iso country_iso phone`."""
    billing_address = JsonField(default=dict)
    recipient = pw.CharField(max_length=200, default="")
    """Name, surname, company and city of the delivery address, folded: what a search for the recipient looks in."""
    buyer = pw.CharField(max_length=300, default="")
    """The customer's name and e-mail, folded: searched only for viewers who may see the customer."""
    notes = pw.TextField(default="")
    shipping_method = pw.CharField(max_length=120, default="")
    payment_method = pw.CharField(max_length=60, default="")
    """As typed with an order that was taken in by hand."""
    cash_on_delivery_cents = pw.BigIntegerField(null=True)
    """What the courier collects; NULL where nothing is."""
    channel_status = pw.CharField(max_length=64, default="")
    """The channel's own word, as last read."""
    import_digest = pw.CharField(max_length=64, default="")
    """Digest of what was read last; an equal one means that nothing changed."""
    channel_updated_at = UtcDateTimeField(null=True)
    """When the channel changed what was taken over last, by the channel's own clock."""
    ordered_at = UtcDateTimeField()
    paid_at = UtcDateTimeField(null=True)
    """When the payment was accepted: from then on the supply days count."""
    ship_by = UtcDateTimeField(null=True)
    """When its last supply day ends; NULL while it isn't to be packed: see `webapp/domain/lead_time.py`."""
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "sales_order"  # "order" is a reserved word in SQL.
        indexes = (
            (("store", "channel", "external_id"), True),
            (("store", "id"), False),
            (("store", "status", "id"), False),
            (("store", "updated_at", "id"), False),
            (("store", "reference"), False),
            (("store", "ordered_at", "id"), False),
            (("store", "status", "ordered_at", "id"), False),
            (("store", "total_cents", "id"), False),
            (("store", "channel", "ordered_at"), False),
        )
        constraints = [
            pw.Check(
                "status IN ('awaiting_payment', 'payment_accepted', 'in_process', 'partially_shipped', 'shipped',"
                " 'delivered', 'canceled', 'on_hold', 'returned')"
            )
        ]

    @classmethod
    def visible_to(cls, viewer: Viewer, *columns: Any) -> "pw.ModelSelect[Any]":
        """Select the store's orders that the viewer may see.

        A viewer bound to a supplier sees an order while at least one line of it is allocated to that supplier.
        Every list, single row, search, export, webhook and label starts from this query.
        """
        query = cls.select(*columns).where(cls.store == viewer.store_id)
        if viewer.supplier_id is None:
            return query
        from webapp.models.allocation import Allocation  # The two tables point at each other.

        mine = Allocation.serving(viewer, pw.SQL("1")).where(Allocation.order == cls.id)
        # EXISTS and not IN: SQLite would list all of the supplier's orders before it reads the first of the page.
        return query.where(pw.fn.EXISTS(mine))

    @classmethod
    def all_visible_to(cls, viewer: Viewer) -> "pw.ModelSelect[Any]":
        """Select the ids of the same orders, for whoever counts them all.

        It starts from the supplier's few orders and not from all of the store's.
        """
        from webapp.models.allocation import Allocation

        query = cls.select(cls.id).where(cls.store == viewer.store_id)
        return query if viewer.supplier_id is None else query.where(cls.id.in_(Allocation.serving(viewer)))


Order.add_index(
    Order.index(Order.store, Order.external_id, name="order_by_hand", unique=True, where=Order.channel.is_null())
)  # A form that is sent twice makes one order.
Order.add_index(Order.index(Order.store, Order.ship_by, name="sales_order_due", where=Order.ship_by.is_null(False)))
"""Only what is still to leave is in it: it stays small however many orders have left."""


class OrderLine(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order = pw.ForeignKeyField(Order, backref="lines", on_delete="CASCADE")
    external_id = pw.CharField(max_length=120)
    sku = pw.CharField(max_length=64)
    ean = pw.CharField(max_length=14, default="")
    title = pw.CharField(max_length=255)
    quantity = pw.IntegerField()
    """Units ordered, as the channel has them."""
    canceled_quantity = pw.IntegerField(default=0)
    unit_price_cents = pw.BigIntegerField(default=0)
    product = pw.ForeignKeyField(Product, null=True, backref="lines", on_delete="RESTRICT")
    """NULL while no product has the line's SKU: a task for the merchant."""
    channel_quantity = pw.IntegerField(null=True)
    """Units that the channel wanted when it was read last; NULL while that is what was ordered first."""
    swap = JsonField(null=True)
    """`{sku, ean, title, unit_price_cents, quantity}` that the channel put in its place after work had begun."""

    class Meta:
        indexes = ((("store", "order", "external_id"), True), (("store", "sku"), False))
        constraints = [
            pw.Check("quantity > 0"),
            pw.Check("canceled_quantity >= 0 AND canceled_quantity <= quantity"),
        ]

    @classmethod
    def visible_to(cls, viewer: Viewer, order_ids: list[int], *columns: Any) -> "pw.ModelSelect[Any]":
        """Select the lines of these orders that the viewer may see, in the order of their ids."""
        query = cls.select(*columns).where(cls.store == viewer.store_id, cls.order.in_(order_ids)).order_by(cls.id)
        if viewer.supplier_id is None:
            return query
        from webapp.models.allocation import Allocation

        mine = Allocation.serving(viewer, Allocation.line).where(Allocation.order.in_(order_ids))
        return query.where(cls.id.in_(mine))
