"""Ask people to join the store by a link that works once, and let them in."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import peewee as pw

from webapp.actions import mails, record, users
from webapp.db import now, transaction
from webapp.domain import one_time, rights
from webapp.domain.difference import difference
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Actor, Viewer
from webapp.models import Invitation, Membership, Store, Supplier, User

VALID = dt.timedelta(days=7)

Write = Callable[[Invitation, str], tuple[str, str]]
"""Gives subject and text of the mail for an invitation and its token."""


@dataclass(frozen=True)
class InvitationDraft:
    email: str
    role: str
    supplier_id: int | None = None


@dataclass(frozen=True)
class Invited:
    """The token is here alone: what is stored is its digest."""

    row: Invitation
    token: str


def invite(viewer: Viewer, draft: InvitationDraft, write: Write) -> Invited:
    """Invite somebody, by a mail with a link; whoever has an account already joins with that."""
    rights.need_admin(viewer, "invites people")
    email = draft.email.strip().lower()
    users.check_role(viewer, draft.role, draft.supplier_id)
    _check_address(viewer, email)
    token, moment = one_time.new_token(), now()
    with transaction():
        row = Invitation.create(
            store=viewer.store_id,
            email=email,
            role=draft.role,
            supplier=draft.supplier_id,
            digest=one_time.digest(token),
            invited_by=viewer.actor.label,
            expires_at=moment + VALID,
            created_at=moment,
        )
        _send(row, token, write)
        _tell(viewer, row, "invitation.sent", f"{email} invited as {draft.role}")
    return Invited(row, token)


def resend(viewer: Viewer, invitation_id: int, write: Write) -> Invited:
    """Send a fresh link for seven days more; the earlier one no longer works."""
    rights.need_admin(viewer, "invites people")
    row, token = find(viewer, invitation_id), one_time.new_token()
    with transaction():
        fresh = {"digest": one_time.digest(token), "expires_at": now() + VALID}
        if not Invitation.update(**fresh).where(_open(row.id)).execute():
            raise Conflict("not_open", "This invitation was taken or revoked meanwhile.")
        row = find(viewer, invitation_id)
        _send(row, token, write)
        _tell(viewer, row, "invitation.resent", f"{row.email} invited again, with a new link")
    return Invited(row, token)


def revoke(viewer: Viewer, invitation_id: int) -> Invitation:
    """Make the link worthless. Safe to repeat."""
    rights.need_admin(viewer, "invites people")
    row = find(viewer, invitation_id)
    with transaction():
        if Invitation.update(revoked_at=now()).where(_open(row.id)).execute():
            _tell(viewer, row, "invitation.revoked", f"The invitation of {row.email} revoked")
    return row


def find(viewer: Viewer, invitation_id: int) -> Invitation:
    """Return an invitation of the viewer's store; raise NotFound otherwise."""
    mine = (Invitation.store == viewer.store_id) & (Invitation.id == invitation_id)
    row: Invitation | None = Invitation.select().where(mine).first()
    if row is None:
        raise NotFound("invitation")
    return row


def waiting(viewer: Viewer) -> pw.ModelSelect:
    """Select the store's invitations that nobody has taken yet, expired ones too, the newest first."""
    mine = (Invitation.store == viewer.store_id) & Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
    query = Invitation.select(Invitation, Supplier).left_outer_join(Supplier)
    return query.where(mine).order_by(Invitation.id.desc())


def of_token(token: str) -> Invitation:
    """Return the invitation that a link leads to, with its store; raise NotFound where the link no longer works."""
    query = Invitation.select(Invitation, Store).join(Store).where(Invitation.digest == one_time.digest(token))
    row: Invitation | None = query.where(_open(), Invitation.expires_at > now()).first()
    if row is None:
        raise NotFound("invitation")
    return row


def account_of(row: Invitation) -> User | None:
    """Return the account that has the invited address already."""
    found: User | None = User.select().where(User.email == row.email).first()
    return found


def accept(token: str, name: str, password: str, language: str = "") -> User:
    """Make the invited person's account and let it into the store."""
    row = of_token(token)
    if not name.strip():
        raise Invalid({"name": ["Give your name."]})
    users.check_password(password)
    try:
        with transaction():
            _take(row)
            user = users.insert(name, row.email, password)
            if language:
                users.choose_language(user.id, language)
            _let_in(row, user)
    except pw.IntegrityError:
        raise Conflict("has_account", "This address has an account by now: log in, and open the link again.") from None
    return user


def join(token: str, user: User) -> None:
    """Let somebody who is logged in into the store, if it is whom the invitation is for."""
    row = of_token(token)
    if row.email != user.email:
        raise Forbidden("another_person", f"This invitation is for {row.email}; you are logged in as {user.email}.")
    with transaction():
        _take(row)
        _let_in(row, user)


def _let_in(row: Invitation, user: User) -> None:
    facts = {"role": row.role, "supplier": row.supplier_id, "active": True}
    if Membership.select().where(Membership.store == row.store_id, Membership.user == user.id).exists():
        told = "You belong to this store already, or did: only an admin of it can change your role or let you in again."
        raise Conflict("known_already", told)
    Membership.create(store=row.store_id, user=user.id, **facts)
    viewer = Viewer(row.store_id, Actor("user", user.id, user.name))
    told = f"{user.name} joined as {row.role}, invited by {row.invited_by}"
    data = difference({}, {"email": row.email, "role": row.role})
    record.event(viewer, "invitation.accepted", told, subject="user", subject_id=user.id, data=data)


def _take(row: Invitation) -> None:
    """Use the link up; of two who open it at once, the second finds it used."""
    mine = _open(row.id) & (Invitation.digest == row.digest)
    if not Invitation.update(accepted_at=now()).where(mine).execute():
        raise NotFound("invitation")


def _open(invitation_id: int | None = None) -> pw.Expression:
    free = Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
    return free if invitation_id is None else free & (Invitation.id == invitation_id)


def _check_address(viewer: Viewer, email: str) -> None:
    known = User.select().where(User.email == email).first()
    here = known and Membership.select().where(Membership.user == known.id, Membership.store == viewer.store_id).first()
    told = ""
    if here:
        told = f"{known.name} works here already." if here.active else f"{known.name} is disabled here: enable them."
    elif known and not known.active:
        told = "This address has an account that is disabled everywhere: another address is needed."
    elif waiting(viewer).where(Invitation.email == email).exists():
        told = "This address is invited already: send that invitation again, or revoke it first."
    if told:
        raise Invalid({"email": [told]})


def _send(row: Invitation, token: str, write: Write) -> None:
    subject, text = write(row, token)
    mails.put(row.store_id, row.email, subject, text, row.expires_at)


def _tell(viewer: Viewer, row: Invitation, kind: str, message: str) -> None:
    data = {"email": row.email, "role": row.role, "supplier_id": row.supplier_id}
    record.event(viewer, kind, message, subject="user", data=difference({}, data))
