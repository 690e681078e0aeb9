"""Write notes on an order, and take one's own back."""

from webapp.actions import orders, record
from webapp.db import transaction
from webapp.domain.errors import Forbidden, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import OrderNote
from webapp.models.order_note import LONGEST


def write(viewer: Viewer, order_id: int, text: str, *, shown_to_suppliers: bool = False) -> OrderNote:
    """Write a note on an order that the viewer may see; Invalid for an empty or too long one.

    What somebody of a supplier writes is for the store and that supplier, whatever is asked for.
    """
    order = orders.find(viewer, order_id)
    if viewer.actor.kind != "user":
        raise Forbidden("no_user", "Only a person can write notes.")
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid({"text": ["Write something." if not text else f"At most {LONGEST} characters."]})
    with transaction():
        note: OrderNote = OrderNote.create(
            store=viewer.store_id,
            order=order.id,
            supplier=viewer.supplier_id,
            text=text,
            shown_to_suppliers=shown_to_suppliers and viewer.supplier_id is None,
            author=viewer.actor.id,
            author_name=viewer.actor.label,
        )
        _tell(viewer, note, "order_note.written", "Note written")
    return note


def delete(viewer: Viewer, order_id: int, note_id: int) -> None:
    """Delete a note that the viewer's user wrote; NotFound alike for one of somebody else and an unknown one."""
    orders.find(viewer, order_id)
    mine = OrderNote.visible_to(viewer).where(OrderNote.order == order_id, OrderNote.author == viewer.actor.id)
    with transaction():
        note = mine.where(OrderNote.id == note_id).first() if viewer.actor.kind == "user" else None
        if note is None or not OrderNote.delete().where(OrderNote.id == note.id).execute():
            raise NotFound("note of yours")
        _tell(viewer, note, "order_note.deleted", "Note deleted")


def _tell(viewer: Viewer, note: OrderNote, kind: str, message: str) -> None:
    """Record that it happened, to whom the note is visible; what it says stands in the note alone."""
    record.event(
        viewer,
        kind,
        message,
        subject="order_note",
        subject_id=note.id,
        order_id=note.order_id,
        supplier_id=note.supplier_id,
        public=note.shown_to_suppliers or note.supplier_id is not None,
    )
