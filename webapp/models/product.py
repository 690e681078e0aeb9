"""A product of a store, with the stock that the merchant keeps in house."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.store import Store


class Product(BaseModel):
    store = pw.ForeignKeyField(Store, backref="products", on_delete="CASCADE", index=False)
    sku = pw.CharField(max_length=64)
    ean = pw.CharField(max_length=14, default="")
    title = pw.CharField(max_length=255)
    price_cents = pw.BigIntegerField(default=0)
    """Net price in minor units of the store's currency."""
    vat_basis_points = pw.IntegerField(default=2200)
    own_quantity = pw.BigIntegerField(default=0)
    """Units on the merchant's own shelf."""
    own_reserved = pw.BigIntegerField(default=0)
    """Units of them that orders hold and that haven't shipped yet."""
    weight_grams = pw.IntegerField(null=True)
    kind = pw.CharField(max_length=16, default="simple")
    main_category_id = pw.BigIntegerField(null=True)
    main_category_path = pw.CharField(max_length=500, default="")
    width_mm = pw.IntegerField(null=True)
    height_mm = pw.IntegerField(null=True)
    depth_mm = pw.IntegerField(null=True)
    images = JsonField(default=list)
    """Addresses of pictures, the main one first."""
    tags = JsonField(default=list)
    """`[{id, value}]`, as Poleepo's clients write them."""
    active = pw.BooleanField(default=True)
    archived_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("store", "sku"), True),
            (("store", "ean"), False),
            (("store", "updated_at", "id"), False),
        )
        constraints = [
            pw.Check("own_quantity >= 0"),
            pw.Check("own_reserved >= 0"),
            pw.Check("price_cents >= 0"),
            pw.Check("vat_basis_points >= 0 AND vat_basis_points <= 10000"),
            pw.Check("kind IN ('simple', 'variant', 'bundle')"),
        ]
