"""What can be done with many orders at once, and in which statuses each of it does anything."""

from webapp.domain import order_status
from webapp.domain.viewer import Viewer

VERBS: dict[str, tuple[str, ...]] = {
    "accept": order_status.PACKABLE,
    "hold": tuple(status for status, moves in order_status.BY_HAND.items() if "on_hold" in moves),
    "release": ("on_hold",),
    "reroute": order_status.OPEN,
}
"""Each verb with the statuses of the orders that it may do something to; others are left as they are."""

SCOPED = ("accept",)
"""What people bound to a supplier may do."""


def allowed(viewer: Viewer) -> list[str]:
    """Return what the viewer may do with many orders."""
    return [verb for verb in VERBS if viewer.supplier_id is None or verb in SCOPED]
