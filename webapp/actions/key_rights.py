"""What an API key is given: its draft, what may be wrong with one, and whether one gives more than before."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import Any

from webapp.db import now
from webapp.domain.errors import Forbidden, Invalid
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import ApiKey, Supplier

MOST_NETWORKS = 50
MOST_REQUESTS = 100_000


@dataclass(frozen=True)
class KeyDraft:
    name: str
    contact_name: str = ""
    contact_email: str = ""
    supplier_id: int | None = None
    orders: str = "none"
    products: str = "none"
    shipping: str = "none"
    hides_customer: bool = False
    hides_prices: bool = False
    expires_at: dt.datetime | None = None
    allowed_addresses: tuple[str, ...] = ()
    """Networks or single addresses, v4 and v6; none lets every address in."""
    requests_per_minute: int = 600

    def columns(self) -> dict[str, Any]:
        """Return the key's columns that a draft settles, all but the supplier, with which a key stays."""
        return {
            "name": self.name.strip(),
            "contact_name": self.contact_name.strip(),
            "contact_email": self.contact_email.strip(),
            "orders_level": self.orders,
            "products_level": self.products,
            "shipping_level": self.shipping,
            "hides_customer": self.hides_customer,
            "hides_prices": self.hides_prices,
            "expires_at": self.expires_at,
            "allowed_addresses": list(self.allowed_addresses),
            "requests_per_minute": self.requests_per_minute,
        }


def viewer_of(store_id: int, draft: KeyDraft, actor: Actor) -> Viewer:
    """Return the viewer that a key of this draft stands for."""
    return Viewer(
        store_id,
        actor,
        "key",
        draft.supplier_id,
        Level.of(draft.orders),
        Level.of(draft.products),
        Level.of(draft.shipping),
        draft.hides_customer,
        draft.hides_prices,
    )


def check(viewer: Viewer, draft: KeyDraft, key: ApiKey | None = None) -> None:
    """Raise Invalid with all that is wrong with a draft, and Forbidden for who doesn't manage keys."""
    if viewer.supplier_id is not None or viewer.role == "key":
        raise Forbidden("scope_missing", "API keys are managed by the store's merchants and admins.")
    errors: dict[str, list[str]] = {}
    if not draft.name.strip():
        errors["name"] = ["Give the key a name, for example that of the logistics service."]
    for area in ("orders", "products", "shipping"):
        if getattr(draft, area) not in ("none", "read", "write"):
            errors[area] = ["Choose none, read or write."]
    if {draft.orders, draft.products, draft.shipping} == {"none"}:
        errors["orders"] = ["A key that may do nothing is of no use: allow at least one thing."]
    if draft.supplier_id is not None and key is None:
        mine = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.id == draft.supplier_id)
        if not mine.where(Supplier.archived_at.is_null()).exists():
            errors["supplier_id"] = ["Choose one of your suppliers."]
    if (
        draft.expires_at is not None
        and draft.expires_at <= now()
        and (key is None or key.expires_at != draft.expires_at)
    ):
        errors["expires_at"] = ["This moment is over: choose a later one, or none."]
    if wrong := _networks(draft.allowed_addresses):
        errors["allowed_addresses"] = wrong
    if not 1 <= draft.requests_per_minute <= MOST_REQUESTS:
        errors["requests_per_minute"] = [f"Choose 1 to {MOST_REQUESTS:,} requests a minute."]
    if errors:
        raise Invalid(errors)


def widens(key: ApiKey, draft: KeyDraft) -> bool:
    """Tell whether the draft gives the key anything that it hasn't now: an admin must then agree anew."""
    raised = any(
        Level.of(getattr(draft, area)) > Level.of(getattr(key, f"{area}_level"))
        for area in ("orders", "products", "shipping")
    )
    unmasked = (key.hides_customer and not draft.hides_customer) or (key.hides_prices and not draft.hides_prices)
    return raised or unmasked or _reaches_further(key, draft)


def _reaches_further(key: ApiKey, draft: KeyDraft) -> bool:
    """Tell whether the draft lets the key be used longer, or from addresses that it may not be used from now."""
    longer = key.expires_at is not None and (draft.expires_at is None or draft.expires_at > key.expires_at)
    elsewhere = bool(key.allowed_addresses) and not set(draft.allowed_addresses) <= set(key.allowed_addresses)
    return longer or elsewhere or (bool(key.allowed_addresses) and not draft.allowed_addresses)


def _networks(words: tuple[str, ...]) -> list[str]:
    """Return what is wrong with a list of networks, if anything."""
    if len(words) > MOST_NETWORKS:
        return [f"A key has at most {MOST_NETWORKS} addresses or networks."]
    for word in words:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            return [f"“{word}” is no address and no network such as 203.0.113.0/24 or 2001:db8::/32."]
    return []
