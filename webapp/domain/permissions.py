"""Which call of the API needs which permission: one table for the doors, the preview and the description."""

from dataclasses import dataclass

from webapp.domain.viewer import Level, Viewer


@dataclass(frozen=True)
class Call:
    verb: str
    path: str
    area: str
    """`orders`, `products`, `shipping`, or empty where any key may."""
    level: Level
    does: str
    whole_store: bool = False
    """Whether a viewer bound to a supplier may never make it, whatever its level."""


_R, _W = Level.READ, Level.WRITE

CALLS = (
    Call("GET", "/me", "", Level.NONE, "What the key is and may"),
    Call("GET", "/suppliers", "", Level.NONE, "Suppliers in reach"),
    Call("GET", "/carriers", "", Level.NONE, "Known couriers"),
    Call("GET", "/orders", "orders", _R, "List orders"),
    Call("GET", "/orders/{id}", "orders", _R, "Read an order"),
    Call("PUT", "/orders/{id}/status", "orders", _W, "Set an order's status"),
    Call("POST", "/orders/{id}/accept", "orders", _W, "Accept lines of an order"),
    Call("POST", "/orders/{id}/reject", "orders", _W, "Reject lines of an order"),
    Call("POST", "/orders/{id}/cancel/grant", "orders", _W, "Cancel what the channel took back"),
    Call("POST", "/orders/{id}/cancel/refuse", "orders", _W, "Say that it is too late to cancel"),
    Call("GET", "/orders/{id}/allocations", "orders", _R, "See which stock serves an order"),
    Call("PUT", "/orders/{id}/allocations", "orders", _W, "Assign stock to an order"),
    Call("GET", "/webhooks", "", Level.NONE, "List the key's webhooks"),
    Call("POST", "/webhooks", "", Level.NONE, "Register a webhook"),
    Call("GET", "/webhooks/{id}", "", Level.NONE, "Read a webhook"),
    Call("PUT", "/webhooks/{id}", "", Level.NONE, "Change a webhook"),
    Call("DELETE", "/webhooks/{id}", "", Level.NONE, "Remove a webhook"),
    Call("POST", "/webhooks/{id}/rotate", "", Level.NONE, "Give a webhook a new secret"),
    Call("POST", "/webhooks/{id}/pause", "", Level.NONE, "Pause a webhook"),
    Call("POST", "/webhooks/{id}/resume", "", Level.NONE, "Resume a webhook"),
    Call("POST", "/webhooks/{id}/test", "", Level.NONE, "Send a test message"),
    Call("POST", "/webhooks/{id}/replay", "", Level.NONE, "Send messages again"),
    Call("GET", "/webhooks/{id}/deliveries", "", Level.NONE, "List a webhook's messages"),
    Call("GET", "/webhooks/{id}/deliveries/{delivery_id}", "", Level.NONE, "Read a message with its tries"),
    Call("POST", "/webhooks/{id}/deliveries/{delivery_id}/resend", "", Level.NONE, "Send one message again"),
    Call("GET", "/changes", "orders", _R, "Follow what changes"),
    Call("GET", "/shippings", "shipping", _R, "List shipments"),
    Call("GET", "/shippings/{id}", "shipping", _R, "Read a shipment"),
    Call("POST", "/shippings", "shipping", _W, "Create a shipment"),
    Call("PUT", "/shippings/{id}", "shipping", _W, "Change a shipment"),
    Call("POST", "/shippings/{id}/ship", "shipping", _W, "Hand a shipment over"),
    Call("POST", "/shippings/{id}/deliver", "shipping", _W, "Report a delivery"),
    Call("POST", "/shippings/{id}/cancel", "shipping", _W, "Cancel a shipment"),
    Call("GET", "/shippings/{id}/waybill", "shipping", _R, "Read or download a waybill"),
    Call("POST", "/shippings/{id}/waybill", "shipping", _W, "Create or upload a waybill"),
    Call("PUT", "/shippings/{id}/waybill", "shipping", _W, "Edit, issue or replace a waybill"),
    Call("DELETE", "/shippings/{id}/waybill", "shipping", _W, "Void a waybill"),
    Call("GET", "/waybills", "shipping", _R, "List waybills, or download many as one file"),
    Call("GET", "/products", "products", _R, "List products"),
    Call("GET", "/products/{id}", "products", _R, "Read a product"),
    Call("POST", "/products", "products", _W, "Create a product", whole_store=True),
    Call("PUT", "/products/{id}", "products", _W, "Change a product", whole_store=True),
    Call("GET", "/provisions", "products", _R, "List supplies"),
    Call("PUT", "/provisions", "products", _W, "Report stock"),
    Call("GET", "/channels/publications", "products", _R, "List publications"),
    Call("GET", "/channels/publications/{id}", "products", _R, "Read a publication"),
    Call("POST", "/channels/publications", "products", _W, "Create a publication", whole_store=True),
    Call("PUT", "/channels/publications/{id}", "products", _W, "Change a publication", whole_store=True),
)


def allows(viewer: Viewer, area: str, level: Level) -> bool:
    """Tell whether the viewer reaches the level in an area; the empty area is open to all."""
    return not area or Level(getattr(viewer, area)) >= level


def calls_of(viewer: Viewer) -> list[Call]:
    """Return the calls that this viewer may make."""
    bound = viewer.supplier_id is not None
    return [call for call in CALLS if allows(viewer, call.area, call.level) and not (bound and call.whole_store)]
