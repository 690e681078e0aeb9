"""The first steps on a store's start page, for whoever doesn't want to see them any more."""

from webapp.db import transaction
from webapp.domain.errors import Forbidden
from webapp.domain.viewer import Viewer
from webapp.models import Store


def hide(viewer: Viewer) -> None:
    """Hide them from everybody who works for the store. Safe to repeat."""
    if viewer.supplier_id is not None:
        raise Forbidden("scope_missing", "Only somebody who works for the whole store can hide the first steps.")
    with transaction():
        Store.update(steps_hidden=True).where(Store.id == viewer.store_id).execute()
