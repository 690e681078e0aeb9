"""Waybills: create, take from the courier, edit, issue, void, replace. A shipment has at most one that is live."""

from typing import Any

from webapp.actions import allocations, editing, record, waybill_files, waybill_state
from webapp.actions.waybill_state import Draw, has_live
from webapp.db import now, transaction
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Level, Viewer
from webapp.domain.waybill_format import NAMES
from webapp.models import Order, Shipment, Waybill

__all__ = ["Draw", "create", "edit", "find", "has_live", "history", "issue", "upload", "upload_again", "void"]


def create(
    viewer: Viewer, shipment_id: int, typed: dict[str, Any] | None = None, *, draw: Draw | None, replace: bool = False
) -> Waybill:
    """Make a waybill of the shipment's data and of what was typed; with `draw` it is issued at once.

    Raises Conflict `waybill_exists` beside a live one, unless it replaces that, which must be issued then;
    `nothing_to_replace` without one; `canceled` for a canceled shipment.
    """
    with transaction():
        shipment = _locked(viewer, shipment_id)
        made = _begin(viewer, shipment, "created", typed or {}, replace, issued=draw is not None)
        if draw is not None:
            waybill_state.issue(made, shipment, draw)
        _tell(viewer, shipment, made, _kind(made))
    return find(viewer, shipment_id)


def edit(
    viewer: Viewer, shipment_id: int, typed: dict[str, Any], *, draw: Draw | None = None, seen: str = ""
) -> Waybill:
    """Change what was typed on a draft, and issue it with `draw`; an empty value gives the shipment's own back.

    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    with transaction():
        shipment = _locked(viewer, shipment_id)
        draft = waybill_state.draft_of(viewer, shipment)
        editing.need_unchanged(seen, version(draft))
        draft.details.update(typed)
        Waybill.update(details=draft.details, updated_at=now()).where(Waybill.id == draft.id).execute()
        if draw is not None:
            waybill_state.issue(draft, shipment, draw)
        _tell(viewer, shipment, draft, "waybill.edited" if draw is None else "waybill.issued")
    return find(viewer, shipment_id)


def version(draft: Waybill) -> str:
    """Return a word that changes with what was typed on a draft."""
    return editing.version(id=draft.id, details=draft.details)


def issue(viewer: Viewer, shipment_id: int, draw: Draw) -> Waybill:
    """Issue the draft: what it says is fixed and its files are kept. Safe to repeat."""
    with transaction():
        shipment = _locked(viewer, shipment_id)
        newest = find(viewer, shipment_id)
        if newest.status == "issued":
            return newest
        draft = waybill_state.draft_of(viewer, shipment)
        waybill_state.issue(draft, shipment, draw)
        _tell(viewer, shipment, draft, "waybill.issued")
    return find(viewer, shipment_id)


def upload(
    viewer: Viewer, shipment_id: int, media_type: str, content: bytes, *, issued: bool = True, replace: bool = False
) -> Waybill:
    """Take the courier's own file as the shipment's waybill, byte for byte; refusals as for `create`."""
    waybill_files.check(media_type, content)
    with transaction():
        shipment = _locked(viewer, shipment_id)
        made = _begin(viewer, shipment, "uploaded", {}, replace, issued=issued)
        waybill_files.keep(made, {media_type: content})
        if issued:
            waybill_state.issue(made, shipment, None)
        _tell(viewer, shipment, made, _kind(made), f"uploaded as {NAMES[media_type]}")
    return find(viewer, shipment_id)


def upload_again(viewer: Viewer, shipment_id: int, media_type: str, content: bytes, *, issued: bool = False) -> Waybill:
    """Take the courier's file for a waybill that is there: a draft gets this format, an issued one is replaced."""
    waybill_files.check(media_type, content)
    with transaction():
        shipment = _locked(viewer, shipment_id)
        if find(viewer, shipment_id).status == "issued":
            return upload(viewer, shipment_id, media_type, content, replace=True)
        draft = waybill_state.draft_of(viewer, shipment)
        Waybill.update(origin="uploaded", updated_at=now()).where(Waybill.id == draft.id).execute()
        waybill_files.keep(draft, {media_type: content})
        if issued:
            waybill_state.issue(draft, shipment, None)
        _tell(viewer, shipment, draft, f"waybill.{draft.status}" if issued else "waybill.edited", NAMES[media_type])
    return find(viewer, shipment_id)


def void(viewer: Viewer, shipment_id: int, reason: str = "") -> Waybill:
    """Make the live waybill worthless; its files are no longer handed out. Safe to repeat."""
    _need_write(viewer)
    with transaction():
        shipment = _locked(viewer, shipment_id, canceled_too=True)
        newest = find(viewer, shipment_id)
        if newest.status == "voided":
            return newest
        waybill_state.advance(newest, "voided", voided_at=now(), reason=reason.strip()[:500])
        _tell(viewer, shipment, newest, "waybill.voided", reason.strip())
    return find(viewer, shipment_id)


def find(viewer: Viewer, shipment_id: int) -> Waybill:
    """Return the shipment's last waybill, the live one where there is one; NotFound for none or a foreign shipment."""
    return waybill_state.newest(viewer, _shipment(viewer, shipment_id))


def history(viewer: Viewer, shipment_id: int) -> list[Waybill]:
    """Return all waybills that the shipment ever had, the last one first."""
    return list(Waybill.visible_to(viewer).where(Waybill.shipment == shipment_id).order_by(Waybill.id.desc()))


def _shipment(viewer: Viewer, shipment_id: int) -> Shipment:
    shipment: Shipment | None = Shipment.visible_to(viewer).where(Shipment.id == shipment_id).first()
    if shipment is None:
        raise NotFound("shipment")
    return shipment


def _locked(viewer: Viewer, shipment_id: int, *, canceled_too: bool = False) -> Shipment:
    """Lock the shipment's order, then read the shipment as it is now."""
    _need_write(viewer)
    seen = _shipment(viewer, shipment_id)
    allocations.lock(Order(id=seen.order_id, store=seen.store_id))
    shipment = _shipment(viewer, shipment_id)
    if shipment.status == "canceled" and not canceled_too:
        raise Conflict("canceled", "A canceled shipment has no use for a waybill.")
    return shipment


def _begin(
    viewer: Viewer, shipment: Shipment, origin: str, typed: dict[str, Any], replace: bool, *, issued: bool
) -> Waybill:
    """Write the draft of a new waybill, which stands alone or replaces the issued one."""
    if replace and not issued:
        raise Invalid({"issue": ["A waybill that replaces another is issued at once."]})
    former = waybill_state.to_replace(viewer, shipment) if replace else None
    if former is None:
        waybill_state.refuse_second(viewer, shipment)
    return waybill_state.insert(viewer, shipment, origin, typed, former)


def _kind(made: Waybill) -> str:
    """Return the event of a new waybill."""
    if made.replaces_id is not None:
        return "waybill.replaced"
    return "waybill.drafted" if made.status == "draft" else "waybill.issued"


def _need_write(viewer: Viewer) -> None:
    if viewer.shipping < Level.WRITE:
        raise Forbidden("scope_missing", "Working on waybills needs the permission to write shipping.")


def _tell(viewer: Viewer, shipment: Shipment, row: Waybill, kind: str, more: str = "") -> None:
    """Record the event and, last, the change of the shipment."""
    told = f"Waybill {row.number} of shipment {shipment.id} {kind.partition('.')[2]}" + (f": {more}" if more else "")
    record.event(
        viewer,
        kind,
        told,
        subject="waybill",
        subject_id=row.id,
        order_id=shipment.order_id,
        supplier_id=shipment.supplier_id,
        public=shipment.supplier_id is not None,
    )
    Shipment.update(updated_at=now()).where(Shipment.store == shipment.store_id, Shipment.id == shipment.id).execute()
    mine = (shipment.supplier_id,)
    record.changed(shipment.store_id, "shipment", shipment.id, order_id=shipment.order_id, supplier_ids=mine)
