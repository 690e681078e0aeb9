"""What people want to be told by mail, what was found to tell, and that it was told."""

import datetime as dt
from collections.abc import Callable, Sequence

import peewee as pw

from webapp.actions import mails
from webapp.db import now, transaction
from webapp.domain import notices
from webapp.domain.viewer import Viewer
from webapp.models import Membership, Store, Told, User, open_questions

Write = Callable[[Sequence[Told]], tuple[str, str]]
"""Gives subject and text of the mail about these open questions."""

SETTLE = dt.timedelta(seconds=10)
"""What was found less long ago waits, so that what another worker finds at the same time isn't passed over."""


def choose(viewer: Viewer, wanted: Sequence[str]) -> list[str]:
    """Set what the user is mailed from this store; return what was taken, for clerks can't have everything."""
    offered = offered_to(viewer.role)
    taken = [kind for kind in offered if kind in wanted]
    mine = (Membership.store == viewer.store_id) & (Membership.user == viewer.actor.id)
    Membership.update(notices=taken).where(mine).execute()
    return taken


def offered_to(role: str) -> tuple[str, ...]:
    """Return what somebody of this role may be told."""
    return notices.FOR_CLERKS if role == "clerk" else notices.KINDS


def readers() -> list[Membership]:
    """Return the active memberships whose people want mail, with user and store."""
    query = Membership.select(Membership, User, Store).join(User).switch(Membership).join(Store)
    wanted = Membership.active & User.active & (Membership.notices != pw.Value("[]", converter=False))
    return list(query.where(wanted).order_by(Membership.store, Membership.id))


def look(store_id: int) -> None:
    """Note what is new among the store's open questions, and forget what was mended. Safe to repeat."""
    found = {(one.kind, one.key): one for one in open_questions.of_store(store_id)}
    moment = now()
    with transaction():
        known = {(row.kind, row.key): row.id for row in Told.select().where(Told.store == store_id)}
        gone = [row_id for name, row_id in known.items() if name not in found]
        for start in range(0, len(gone), 500):
            Told.delete().where(Told.id.in_(gone[start : start + 500])).execute()
        fresh = [one for name, one in found.items() if name not in known]
        for start in range(0, len(fresh), 100):
            rows = [_row(store_id, one, moment) for one in fresh[start : start + 100]]
            Told.insert_many(rows).on_conflict_ignore().execute()


def tell_new(member: Membership, write: Write) -> bool:
    """Mail what is new to somebody who wants that, once enough was gathered; return whether a mail was written."""
    through, moment = member.told_through, now()
    rows = _untold(member, through, moment, webhooks=False)
    if not rows or not notices.is_due(rows[0].found_at, member.told_at, moment):
        return False
    return _tell(member, Membership.told_through, through, rows, write, told_at=moment)


def tell_pauses(member: Membership, write: Write) -> bool:
    """Mail at once which webhooks were paused; return whether a mail was written."""
    through = member.pauses_told_through
    rows = _untold(member, through, now(), webhooks=True)
    return bool(rows) and _tell(member, Membership.pauses_told_through, through, rows, write)


def tell_digest(row: Membership | Store, to: str, day: str, letter: tuple[str, str]) -> bool:
    """Mail the daily summary of `day`, unless another worker has; return whether a mail was written."""
    table = type(row)
    store_id = row.id if isinstance(row, Store) else row.store_id
    with transaction():
        if not table.update(digest_on=day).where(table.id == row.id, table.digest_on != day).execute():
            return False
        mails.put(store_id, to, *letter, now() + dt.timedelta(hours=12))
    return True


def _untold(member: Membership, through: dt.datetime | None, moment: dt.datetime, webhooks: bool) -> list[Told]:
    """Return what the person wasn't told yet, the oldest first; paused webhooks go by a mail of their own."""
    mine = (Told.store == member.store_id) & (Told.found_at < moment - SETTLE)
    bound = member.supplier_id is not None
    mine &= (Told.supplier == member.supplier_id) if bound else Told.supplier.is_null()
    if webhooks:
        mine &= Told.kind == "webhooks"
    elif "webhooks" in member.notices:
        mine &= Told.kind != "webhooks"
    if through is not None:
        mine &= Told.found_at > through
    return list(Told.select().where(mine).order_by(Told.found_at, Told.id))


def _tell(
    member: Membership,
    column: pw.Field,
    through: dt.datetime | None,
    rows: Sequence[Told],
    write: Write,
    **values: dt.datetime,
) -> bool:
    as_read = column.is_null() if through is None else column == through
    with transaction():
        fresh = {column.name: rows[-1].found_at, **values}
        if not Membership.update(**fresh).where(Membership.id == member.id, as_read).execute():
            return False
        mails.put(member.store_id, member.user.email, *write(rows), now() + dt.timedelta(days=1))
    return True


def _row(store_id: int, one: open_questions.Question, moment: dt.datetime) -> dict[str, object]:
    text = " ".join(one.text.split())[:300]
    return {
        "store": store_id,
        "supplier": one.supplier_id,
        "kind": one.kind,
        "key": one.key,
        "text": text,
        "found_at": moment,
    }
