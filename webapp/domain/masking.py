"""Leave out what a viewer may not see; the one place where masks are applied."""

from typing import Any

from webapp.domain.errors import Forbidden
from webapp.domain.viewer import Viewer

CONTACT = ("email", "phone", "tax_id")
"""What "sensitive customer information" hides of an address that itself may be shown."""


def customer(viewer: Viewer, values: dict[str, Any]) -> dict[str, Any]:
    """Return the customer as the viewer may see it: masked, only name and surname, and only beside shipping."""
    if not viewer.hides_customer:
        return dict(values)
    return {part: values.get(part, "") for part in ("name", "surname")} if viewer.sees_recipient else {}


def address(viewer: Viewer, values: dict[str, Any]) -> dict[str, Any]:
    """Return a delivery address as the viewer may see it: masked, without contact data, and only beside shipping."""
    if not viewer.hides_customer:
        return dict(values)
    return {part: value for part, value in values.items() if part not in CONTACT} if viewer.sees_recipient else {}


def billing(viewer: Viewer, values: dict[str, Any]) -> dict[str, Any]:
    """Return a billing address, or nothing for a viewer that may not see the customer."""
    return {} if viewer.hides_customer else dict(values)


def text(viewer: Viewer, value: str) -> str:
    """Return a note about the buyer, or nothing for a viewer that may not see the customer."""
    return "" if viewer.hides_customer else value


def money(viewer: Viewer, value: Any) -> Any:
    """Return an amount, or None for a viewer that may not see prices."""
    return None if viewer.hides_prices else value


def refuse_prices(viewer: Viewer) -> None:
    """Raise Forbidden `masked` for a viewer that may not see prices: by changing one it could find out what it was."""
    if viewer.hides_prices:
        raise Forbidden("masked", "This key may not see prices, so it can't change them.")
