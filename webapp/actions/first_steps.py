"""The first steps on a store's start page, for whoever doesn't want to see them any more."""

from webapp.db import transaction
from webapp.domain import rights
from webapp.domain.viewer import Viewer
from webapp.models import Store


def hide(viewer: Viewer) -> None:
    """Hide them from everybody who works for the store. Safe to repeat."""
    rights.need_whole_store(viewer, "can hide the first steps")
    with transaction():
        Store.update(steps_hidden=True).where(Store.id == viewer.store_id).execute()
