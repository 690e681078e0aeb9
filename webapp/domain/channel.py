"""The plain values that pass between a sales channel's connector and the rest."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class IncomingLine:
    """One line as the channel has it. Prices are minor units, net of nothing: what the buyer pays for one unit."""

    external_id: str
    sku: str
    title: str
    quantity: int
    """Units that the channel still wants; 0 where the line was canceled there."""
    unit_price_cents: int = 0
    ean: str = ""


@dataclass(frozen=True)
class IncomingOrder:
    """One order as the channel has it at `updated_at`."""

    external_id: str
    reference: str
    status: str
    """One of our own statuses, already mapped from the channel's word in `channel_status`."""
    channel_status: str
    currency: str
    ordered_at: dt.datetime
    updated_at: dt.datetime
    lines: tuple[IncomingLine, ...]
    total_cents: int = 0
    shipping_cents: int = 0
    customer: dict[str, str] = field(default_factory=dict)
    delivery_address: dict[str, str] = field(default_factory=dict)
    billing_address: dict[str, str] = field(default_factory=dict)
    shipping_method: str = ""
    notes: str = ""


@dataclass(frozen=True)
class IncomingProduct:
    """One thing that the channel sells: a product without variants, or one variant of a product."""

    external_id: str
    """The channel's number; where it takes two to name a variant, both with a slash between."""
    sku: str
    title: str
    """With the variant's own words."""
    ean: str = ""
    price_cents: int | None = None
    """As the shop lists it, in minor units; None where that can't be told."""
    image_url: str = ""


@dataclass(frozen=True)
class StockCount:
    """How many units of something the channel may sell; `external_id` as in `IncomingProduct`."""

    external_id: str
    quantity: int


@dataclass(frozen=True)
class Capabilities:
    """What the channel can take back."""

    partial_shipments: bool
    line_quantities: bool
    tracking_editable: bool
    inbound_webhook: bool
    can_cancel: bool
    delivered: bool
    reads_orders: bool = True
    """Orders are read there; otherwise the shop sends them by itself."""
    catalogue: bool = False
    """What the shop sells can be read."""
    stock_levels: bool = False
    """The shop can be told how much is in stock."""


@dataclass(frozen=True)
class OutgoingShipment:
    """One shipment to confirm. `reference` is ours, unique, and the same at each repeat."""

    order_external_id: str
    reference: str
    lines: tuple[tuple[str, int], ...]
    """Pairs of the channel's line id and the units shipped."""
    carrier: str
    """By the channel's own code where it has one."""
    tracking_code: str
    tracking_url: str = ""
    completes_order: bool = False
    """Nothing of the order is left to ship, and no later shipment of it is to be confirmed."""
    siblings: tuple[str, ...] = ()
    """Tracking codes of the order's other parcels, given where the channel takes one shipment an order."""
    carrier_name: str = ""
    """The carrier as people read it there; empty where that is the code itself."""
    tried: tuple[str, ...] = ()
    """Other tracking codes under which an earlier try may have left this very shipment. What is found under one of
    them counts as this shipment: a correction follows."""

    @property
    def courier(self) -> str:
        """Return the carrier's name for people."""
        return (self.carrier_name or self.carrier).strip()


@dataclass(frozen=True)
class Confirmation:
    """What the channel holds now. `found` tells that it was there before this call."""

    remote_id: str
    found: bool = False
    detail: str = ""


HookVerdict = Literal["genuine", "ping", "forged"]
"""What a call to a channel's webhook address is: proven to come from the shop, its unsigned first try, or neither."""
