"""Who may do what whatever the door: for the whole store's people, and for its admins."""

from webapp.domain.errors import Forbidden
from webapp.domain.viewer import Level, Viewer


def need_whole_store(viewer: Viewer, does: str, level: Level = Level.WRITE) -> None:
    """Raise Forbidden `scope_missing` for a viewer bound to a supplier, and below the level to write.

    `does` ends the sentence "Only somebody who works for the whole store …".
    """
    if viewer.supplier_id is not None or level < Level.WRITE:
        raise Forbidden("scope_missing", f"Only somebody who works for the whole store {does}.")


def need_stock(viewer: Viewer, supplier_id: int | None) -> None:
    """Raise Forbidden `scope_missing` unless the viewer works for this supplier, or changes products of all."""
    mine = viewer.role == "clerk" and viewer.supplier_id is not None and viewer.supplier_id == supplier_id
    if not mine:
        need_whole_store(viewer, "changes the stock of others", viewer.products)


def need_admin(viewer: Viewer, does: str) -> None:
    """Raise Forbidden `admins_only` for whoever isn't one; `does` ends the sentence "Only an admin …"."""
    if viewer.role not in ("admin", "system"):
        raise Forbidden("admins_only", f"Only an admin {does}.")
