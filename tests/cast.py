"""The named cast that every test plays with: two people of a store, two logistics services, and strangers."""

import secrets
from dataclasses import dataclass

from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import Membership, Store, Supplier, User

PASSWORD = "correct horse battery"


@dataclass
class Cast:
    store: Store
    admin: User
    merchant: User
    logistics: Supplier
    clerk: User
    rival: Supplier
    rival_clerk: User
    other_store: Store
    stranger: User
    stranger_supplier: Supplier
    password: str = PASSWORD

    def viewer(self, user: User) -> Viewer:
        """Return what `webapp.web.access` would make of this user in its store."""
        membership = Membership.get(Membership.user == user.id)
        full = Level.WRITE
        return Viewer(
            membership.store_id,
            Actor("user", user.id, user.name),
            membership.role,
            membership.supplier_id,
            full,
            Level.READ if membership.role == "clerk" else full,
            full,
        )


def make(password_hash: str) -> Cast:
    """Create the cast in an empty database."""
    store, other = Store.create(name="Casa Bella"), Store.create(name="Elsewhere")
    logistics = supplier(store, "Nord Logistica")
    rival = supplier(store, "Rival Warehousing")
    foreign = supplier(other, "Foreign Depot")

    def person(name: str, role: str, where: Store, bound: Supplier | None = None) -> User:
        email = f"{name.lower().replace(' ', '.')}@example.com"
        user = User.create(email=email, name=name, password=password_hash, fs_uniquifier=secrets.token_hex(16))
        Membership.create(store=where, user=user, role=role, supplier=bound)
        return user

    return Cast(
        store=store,
        admin=person("Ada Admin", "admin", store),
        merchant=person("Marta Merchant", "merchant", store),
        logistics=logistics,
        clerk=person("Carlo Clerk", "clerk", store, logistics),
        rival=rival,
        rival_clerk=person("Rita Rival", "clerk", store, rival),
        other_store=other,
        stranger=person("Stan Stranger", "admin", other),
        stranger_supplier=foreign,
    )


def supplier(store: Store, name: str, **values) -> Supplier:
    """Create an external logistics service of the store."""
    facts = {"kind": "logistics", "min_days": 1, "max_days": 3, **values}
    return Supplier.create(store=store, name=name, name_key=name.casefold(), **facts)
