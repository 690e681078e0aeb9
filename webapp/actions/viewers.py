"""The viewer that a person is in a store: what scope and permissions are decided from."""

from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import Membership, User


def of(role: Membership, user: User) -> Viewer:
    """Return the viewer for a user's role in a store."""
    products = Level.READ if role.role == "clerk" else Level.WRITE
    actor = Actor("user", user.id, user.name)
    return Viewer(role.store_id, actor, role.role, role.supplier_id, Level.WRITE, products, Level.WRITE)


def present(store_id: int, user_id: int | None) -> Viewer | None:
    """Return what a user is in the store by now; None for one who was shut out or disabled meanwhile."""
    query = Membership.select(Membership, User).join(User)
    mine = (Membership.store == store_id) & (Membership.user == user_id) & Membership.active & User.active
    role: Membership | None = query.where(mine).first()
    return of(role, role.user) if role else None
