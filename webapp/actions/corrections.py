"""Tracking that changes after the shipment has left: what the channel was told, or may have been told, is put right."""

from webapp.actions import pushes, record
from webapp.db import now
from webapp.domain.viewer import Viewer
from webapp.models import Order, Push, PushAttempt, Shipment

TOLD = frozenset({"carrier", "tracking_code", "tracking_url"})
"""What of a shipment a channel shows."""

KEPT = 10
"""So many earlier codes of a shipment are looked for on the channel; more corrections than that aren't under way."""


def leave(viewer: Viewer, order: Order, before: Shipment) -> None:
    """Leave a push that corrects what the channel shows of a shipment, inside the transaction that changed it.

    `before` is the shipment as it was. A confirmation that was never tried needs none: it goes out with what is right.
    One that was tried may stand on the channel under the old code, so its repeat must know that, or it would become a
    second shipment.
    """
    pushes.hears(order)  # For its lock: a channel before its pushes.
    rows = _locked(before)
    told = [row for row in rows if row.kind == "shipment"]
    if not told:
        return
    if told[-1].status == "dropped" or (told[-1].status == "sent" and _is_elsewhere(told[-1])):
        _tell_by_hand(viewer, order, before)
    elif not _may_stand(told[-1]):
        _go_on(told[-1])
    else:
        _correct(order, before, [row for row in rows if row.status != "dropped"])


def _correct(order: Order, before: Shipment, rows: list[Push]) -> None:
    codes = [code for row in rows for code in row.payload.get("tried", ())]
    tried = list(dict.fromkeys(code for code in (*codes, before.tracking_code) if code))[-KEPT:]
    for row in rows:
        if row.status != "sent":
            Push.update(payload=row.payload | {"tried": tried}).where(Push.id == row.id).execute()
    last = rows[-1]
    if last.kind == "tracking" and last.status == "failed":
        _go_on(last)
    elif last.kind != "tracking" or last.status != "waiting" or last.attempts:
        pushes.leave(order, "tracking", shipment_id=before.id, payload={"tried": tried})


def _locked(shipment: Shipment) -> list[Push]:
    """Return the shipment's confirmation and corrections as they are now; no worker takes one until the commit."""
    mine = (Push.store == shipment.store_id) & (Push.shipment == shipment.id) & Push.kind.in_(("shipment", "tracking"))
    Push.update(kind=Push.kind).where(mine).execute()
    return list(Push.select().where(mine).order_by(Push.id))


def _may_stand(push: Push) -> bool:
    """Tell whether the channel may hold what a push told: a worker has it, had it, or got no clear answer."""
    if push.status in ("sent", "sending"):
        return True
    if push.status == "waiting" and push.attempts:
        return True
    unclear = (PushAttempt.push == push.id) & (PushAttempt.outcome == "unknown")
    return bool(PushAttempt.select().where(PushAttempt.store == push.store_id, unclear).exists())


def _is_elsewhere(push: Push) -> bool:
    """Tell whether a person told the channel, and nobody knows under which name."""
    by_hand = (PushAttempt.push == push.id) & (PushAttempt.outcome == "elsewhere")
    return not push.remote_id and PushAttempt.select().where(PushAttempt.store == push.store_id, by_hand).exists()


def _go_on(push: Push) -> None:
    """Let a push that was refused, or never sent, be tried with what is right now."""
    again = {"status": "waiting", "attempts": 0, "next_try_at": now(), "reason": ""}
    Push.update(**again).where(Push.id == push.id, Push.status == "failed", Push.reason != "conflict").execute()


def _tell_by_hand(viewer: Viewer, order: Order, before: Shipment) -> None:
    shows = f" It may still show {before.tracking_code}." if before.tracking_code else ""
    told = f"Corrected tracking not told to the channel, which was told by other means: correct it there.{shows}"
    record.event(viewer, "push.uncorrected", told, subject="shipment", subject_id=before.id, order_id=order.id)
