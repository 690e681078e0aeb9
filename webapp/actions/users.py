"""People: let them in, change their role, shut them out at once."""

import secrets
from dataclasses import dataclass
from typing import Any

import argon2
import peewee as pw

from webapp.actions import editing, record
from webapp.db import locking, now, transaction
from webapp.domain import rights
from webapp.domain.difference import difference
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.viewer import Viewer
from webapp.models import Invitation, Membership, Supplier, User

# 19 MiB, two passes, one lane: OWASP's minimum for argon2id, some 45 ms.
_hasher = argon2.PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_nobody = _hasher.hash(secrets.token_hex(16))

LANGUAGES = ("", "en", "it")
"""What a user may choose to read; empty is what the browser asks for."""

MIN_PASSWORD = 10
MAX_PASSWORD = 200


@dataclass(frozen=True)
class UserDraft:
    name: str
    email: str
    role: str
    supplier_id: int | None = None
    password: str = ""
    """Empty keeps the present one."""


def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    return _hasher.hash(password)


def verify(email: str, password: str) -> User | None:
    """Return the active user with this address and password; None alike for whatever is wrong, and as slowly."""
    user: User | None = User.select().where(User.email == email.strip().lower()).first()
    try:
        _hasher.verify(user.password if user else _nobody, password)
    except argon2.exceptions.VerificationError:
        return None
    return user if user and user.active else None


def create(viewer: Viewer, draft: UserDraft) -> Membership:
    """Create a user with a role in the viewer's store."""
    rights.need_admin(viewer, "manages users")
    _check(viewer, draft)
    if not draft.password:
        raise Invalid({"password": ["Choose a first password; the user can change it after logging in."]})
    try:
        with transaction():
            user = insert(draft.name, draft.email, draft.password)
            membership: Membership = Membership.create(
                store=viewer.store_id, user=user, role=draft.role, supplier=draft.supplier_id
            )
            _revoke_invitations(viewer, user.email)
            _tell(viewer, user, "user.created", f"User {user.name} added as {draft.role}")
    except pw.IntegrityError:
        raise Invalid({"email": ["Somebody with this address has an account already. Invite them instead."]}) from None
    return membership


def insert(name: str, email: str, password: str) -> User:
    """Add the bare account, inside the caller's transaction; IntegrityError where the address is taken."""
    check_password(password)
    user: User = User.create(
        name=name.strip(),
        email=email.strip().lower(),
        password=hash_password(password),
        fs_uniquifier=secrets.token_hex(16),
    )
    return user


def update(viewer: Viewer, membership_id: int, draft: UserDraft, seen: str = "") -> Membership:
    """Change name, role and supplier; a new password ends the user's sessions. The address stays.

    `seen` is `version()` of what the person saw: Conflict `changed_meanwhile` where it has changed since.
    """
    rights.need_admin(viewer, "manages users")
    membership = find(viewer, membership_id)
    _check(viewer, draft)
    if draft.password:
        _check_belongs_here_alone(viewer, membership)
    with transaction():
        if membership.role == "admin" and draft.role != "admin":
            _keep_an_admin(viewer, membership)  # First: it locks rows as whoever disables one does.
        editing.held(membership)
        membership = find(viewer, membership_id)
        editing.need_unchanged(seen, version(membership))
        values: dict[str, str] = {"name": draft.name.strip()}
        if draft.password:
            check_password(draft.password)
            values |= {"password": hash_password(draft.password), "fs_uniquifier": secrets.token_hex(16)}
            values |= {"reset_digest": ""}
        User.update(**values).where(User.id == membership.user_id).execute()
        Membership.update(role=draft.role, supplier=draft.supplier_id).where(Membership.id == membership.id).execute()
        before = {"name": membership.user.name, "role": membership.role, "supplier_id": membership.supplier_id}
        after = {"name": draft.name.strip(), "role": draft.role, "supplier_id": draft.supplier_id}
        told = f"User {draft.name} changed; role {draft.role}"
        data: dict[str, Any] = difference(before, after)
        if draft.password:
            data["new_password"] = True
        _tell(viewer, membership.user, "user.changed", told, data)
    return find(viewer, membership_id)


def disable(viewer: Viewer, membership_id: int) -> None:
    """Shut the user out of this store, and out of everything where it was the last one: at the next request."""
    rights.need_admin(viewer, "manages users")
    membership = find(viewer, membership_id)
    with transaction():
        if membership.role == "admin":
            _keep_an_admin(viewer, membership)
        Membership.update(active=False).where(Membership.id == membership.id).execute()
        elsewhere = Membership.select().where(Membership.user == membership.user_id, Membership.active)
        if not elsewhere.exists():
            User.update(active=False, fs_uniquifier=secrets.token_hex(16)).where(
                User.id == membership.user_id
            ).execute()
        _revoke_invitations(viewer, membership.user.email)
        _tell(viewer, membership.user, "user.disabled", f"User {membership.user.name} disabled")


def _revoke_invitations(viewer: Viewer, email: str) -> None:
    """Make links worthless that were sent before an admin decided on this person in another way."""
    mine = (Invitation.store == viewer.store_id) & (Invitation.email == email)
    free = Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
    Invitation.update(revoked_at=now()).where(mine, free).execute()


def enable(viewer: Viewer, membership_id: int) -> None:
    """Let a disabled user in again."""
    rights.need_admin(viewer, "manages users")
    membership = find(viewer, membership_id)
    with transaction():
        Membership.update(active=True).where(Membership.id == membership.id).execute()
        User.update(active=True).where(User.id == membership.user_id).execute()
        _tell(viewer, membership.user, "user.enabled", f"User {membership.user.name} enabled")


def change_password(user: User, present: str, new: str) -> str:
    """Change one's own password; return the new uniquifier, which ends the user's other sessions."""
    if verify(user.email, present) is None:
        raise Invalid({"present": ["This isn't your present password."]})
    check_password(new, "new")
    uniquifier = secrets.token_hex(16)
    fresh = {"password": hash_password(new), "fs_uniquifier": uniquifier, "reset_digest": ""}
    User.update(**fresh).where(User.id == user.id).execute()
    return uniquifier


def choose_language(user_id: int, language: str) -> None:
    """Set the language that the user reads; empty for what the browser asks for."""
    if language not in LANGUAGES:
        raise Invalid({"language": ["There is no such language."]})
    User.update(language=language).where(User.id == user_id).execute()


def check_password(password: str, field: str = "password") -> None:
    """Raise Invalid for a password that is too short or too long; length is what counts."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise Invalid({field: [f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters."]})


def find(viewer: Viewer, membership_id: int) -> Membership:
    """Return a membership of the viewer's store with its user, active or not."""
    query = Membership.select(Membership, User).join(User)
    found: Membership | None = query.where(Membership.store == viewer.store_id, Membership.id == membership_id).first()
    if found is None:
        raise NotFound("user")
    return found


def version(membership: Membership) -> str:
    """Return a word that changes with the user's name, role, supplier and password."""
    user = membership.user
    values = (user.name, user.fs_uniquifier, membership.role, membership.supplier_id)
    return editing.version(values=values)


def _check(viewer: Viewer, draft: UserDraft) -> None:
    if not draft.name.strip():
        raise Invalid({"name": ["Give a name."]})
    check_role(viewer, draft.role, draft.supplier_id)


def check_role(viewer: Viewer, role: str, supplier_id: int | None) -> None:
    """Raise Invalid for a role that there isn't, or that doesn't fit the supplier."""
    if role not in ("admin", "merchant", "clerk"):
        raise Invalid({"role": ["Choose admin, merchant or clerk."]})
    if (role == "clerk") != (supplier_id is not None):
        told = "A clerk works for one supplier: choose which." if role == "clerk" else "Only clerks have one."
        raise Invalid({"supplier_id": [told]})
    if supplier_id is not None:
        mine = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.id == supplier_id)
        if not mine.exists():
            raise Invalid({"supplier_id": ["There is no such supplier."]})


def _keep_an_admin(viewer: Viewer, leaving: Membership) -> None:
    """Refuse what would leave the store without an admin, or the viewer without its own way back."""
    if leaving.user_id == viewer.actor.id:
        raise Conflict("own_account", "You can't take your own admin role away; ask another admin to do it.")
    admins = Membership.select(Membership.id).where(
        Membership.store == viewer.store_id, Membership.role == "admin", Membership.active
    )
    # Two admins who shut each other out at once: the second waits here, and then sees what the first has done.
    if not {row.id for row in locking(admins.order_by(Membership.id), "FOR UPDATE")} - {leaving.id}:
        raise Conflict("last_admin", "This is the last admin of the store: make somebody else admin first.")


def _check_belongs_here_alone(viewer: Viewer, membership: Membership) -> None:
    """Raise Invalid for somebody of another store too: whoever sets the password could log in there."""
    elsewhere = Membership.select().where(Membership.user == membership.user_id, Membership.store != viewer.store_id)
    if elsewhere.exists():
        raise Invalid({"password": ["This person works in another store too, so nobody else sets the password."]})


def _tell(viewer: Viewer, user: User, kind: str, message: str, data: dict[str, Any] | None = None) -> None:
    record.event(viewer, kind, message, subject="user", subject_id=user.id, data=data)
