"""What every sales channel's connector takes and gives: plain values, never a model."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from webapp.domain import partial_policy
from webapp.domain.channel import (
    Capabilities,
    Confirmation,
    HookVerdict,
    IncomingOrder,
    IncomingProduct,
    OutgoingShipment,
    StockCount,
)
from webapp.domain.channel_carriers import CarrierNames

KINDS = ("woocommerce", "shopify", "prestashop", "vendure", "medusa", "generic", "sandbox")
"""The folders beside this file, in the order in which a merchant is asked. Adding a channel means copying one and
naming it here."""


@dataclass(frozen=True)
class Field:
    """One thing that a merchant types to connect a channel of some kind."""

    name: str
    label: str
    hint: str = ""
    secret: bool = False
    """Secrets are sealed before they are stored, and never shown again."""
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Values with their words, where one of a few is picked instead of typed."""


PARTIAL_POLICY = Field(
    "partial_policy",
    "An order that leaves in several parcels",
    "The shop takes one shipment an order.",
    default=partial_policy.POLICIES[0][0],
    choices=partial_policy.POLICIES,
)
"""To be among the fields of each kind that takes no partial shipments."""


@dataclass(frozen=True)
class Kind:
    """What a kind of channel says about itself before one is connected."""

    kind: str
    name: str
    summary: str
    address_hint: str
    fields: tuple[Field, ...]
    capabilities: Capabilities
    calls_per_minute: int | None = None
    """What the shop's maker allows one program, or what is safely within it; None where no number is published."""
    carriers: CarrierNames = field(default_factory=CarrierNames)
    """How it wants couriers to be named; any name will do unless it says otherwise."""
    needs_address: bool = True
    """False where the shop may be told nothing, and then has no address."""
    webhook_place: str = ""
    """Where in the shop a merchant pastes the channel's webhook address; for kinds with `inbound_webhook`."""


class ConnectorError(Exception):
    """The channel didn't do it. `permanent` is the one bit that decides whether a repeat can help."""

    def __init__(
        self,
        message: str,
        permanent: bool = False,
        retry_after: float | None = None,
        reason: str = "",
        remote_id: str = "",
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        """Seconds that the channel asked to wait."""
        self.reason = reason
        """A word of `push_reason.REASONS` that the pages can act upon; empty where a sentence is all there is."""
        self.remote_id = remote_id
        """What stands in the way, where `reason` is a conflict and `correct_tracking` could overwrite it."""


class ConflictError(ConnectorError):
    """The channel holds the same shipment with another tracking code: a person decides which one is right."""

    def __init__(self, message: str, remote_id: str = "") -> None:
        super().__init__(message, permanent=True, reason="conflict", remote_id=remote_id)


class Connector(Protocol):
    """One connected channel. Methods raise ConnectorError and nothing else."""

    capabilities: Capabilities

    def test(self) -> str:
        """Prove address and credentials by a harmless call; return a sentence for the merchant, such as its name."""

    def read_orders(self, since: dt.datetime | None, until: dt.datetime) -> Iterator[list[IncomingOrder]]:
        """Yield complete pages of what changed in (since - overlap, until], oldest first by (updated_at, id).

        A failed page raises: the caller then keeps its old cursor.
        """

    def read_order(self, external_id: str) -> IncomingOrder:
        """Return one order as it is on the channel now; a permanent error where it doesn't exist."""

    def confirm_shipment(self, shipment: OutgoingShipment) -> Confirmation:
        """Put the shipment on the channel exactly once: look for it first, create only what isn't there."""

    def correct_tracking(self, shipment: OutgoingShipment, remote_id: str) -> Confirmation:
        """Give the shipment that was confirmed as `remote_id` its present carrier, code and address; safe to repeat.

        Whatever the channel shows is overwritten. It is `found` where all is there already. Called only where the
        capabilities say `tracking_editable`.
        """

    def confirm_delivery(self, order_external_id: str, remote_id: str) -> Confirmation:
        """Tell that a confirmed shipment was delivered; safe to repeat."""

    def set_status(self, order_external_id: str, status: str) -> Confirmation:
        """Tell the order's new status where the channel has a matching move; safe to repeat."""

    def read_products(self) -> Iterator[list[IncomingProduct]]:
        """Yield all that the channel sells, page by page, variants one by one; called with `catalogue` alone."""

    def set_stock(self, counts: Sequence[StockCount]) -> dict[str, str]:
        """Set how much of each may be sold, at most 100 at once; safe to repeat; called with `stock_levels` alone.

        Return external id -> why, of those that the channel refuses for good; the others are set then.
        """


@runtime_checkable
class Named(Protocol):
    """A connector whose messages carry a name of ours, so that the receiver itself drops a repeat."""

    def named(self, name: str, at: dt.datetime) -> Connector:
        """Return the connector that tells under this name what happened then; the same at each repeat."""


def kind_of(kind: str) -> Kind:
    """Return what a kind of `KINDS` says about itself; one that this version has no more can do nothing."""
    if kind not in KINDS:
        nothing = Capabilities(*(False,) * 6, reads_orders=False)
        return Kind(kind, kind, "", "", (), nothing, needs_address=False)
    described: Kind = import_module(f"{__name__}.{kind}").KIND
    return described


def open_channel(kind: str, base_url: str, settings: dict[str, Any], credentials: dict[str, str]) -> Connector:
    """Return the connector for a kind of `KINDS`; raise ConnectorError for one that is gone.

    Another version may know it again, so what is to be told waits for a repeat.
    """
    if kind not in KINDS:
        raise ConnectorError(f"This version knows no channels of the kind “{kind}”: disconnect it.")
    connector: Connector = import_module(f"{__name__}.{kind}").connect(base_url, settings, credentials)
    return connector


def verdict_on_webhook(kind: str, headers: Mapping[str, str], body: bytes, credentials: dict[str, str]) -> HookVerdict:
    """Tell what a call to a channel's webhook address is; raise KeyError for a kind that sends none.

    Such a kind has `webhooks.py` in its folder, with a pure `verdict(headers, body, credentials)`.
    """
    if not kind_of(kind).capabilities.inbound_webhook:
        raise KeyError(kind)
    verdict: HookVerdict = import_module(f"{__name__}.{kind}.webhooks").verdict(headers, body, credentials)
    return verdict
