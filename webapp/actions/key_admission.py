"""Let programs in: find the key behind a pair, and say with a distinct code why one may not be used."""

import datetime as dt
import hmac
import ipaddress

import peewee as pw

from webapp.actions import record
from webapp.actions.key_rights import KeyDraft, viewer_of
from webapp.db import now
from webapp.domain import key_format
from webapp.domain.errors import Refusal
from webapp.domain.viewer import Actor, Viewer
from webapp.models import ApiKey, Event
from webapp.models.prepared import prepared, slot


class Denied(Refusal):
    """A program that isn't let in; the code tells why."""

    status = 401


def find(key_id: int) -> ApiKey | None:
    """Return the key as it is now, or None: read anew for each request, so that disabling it counts at once."""
    return next(iter(_by_id().models(ApiKey, id=key_id)), None)


@prepared
def _by_id() -> pw.Query:
    return ApiKey.select().where(ApiKey.id == slot("id"))


def authenticate(public_key: str, secret_key: str, address: str) -> tuple[ApiKey, int]:
    """Return the key that this pair opens and the version of its secret; raise Denied with a distinct code.

    Who doesn't know the secret learns nothing of the key's state.
    """
    named = key_format.parse_secret(secret_key)
    key: ApiKey | None = ApiKey.get_or_none(ApiKey.id == named) if named else None
    if key is None or key.public_key != public_key:
        raise Denied("invalid_client", "No key has this public and secret key.")
    given = key_format.digest(secret_key)
    if hmac.compare_digest(given, key.secret_digest):
        version = key.secret_version
    elif _previous_fits(key, given):
        version = key.secret_version - 1
        ApiKey.update(previous_secret_used_at=now()).where(ApiKey.id == key.id).execute()
    else:
        raise Denied("invalid_client", "No key has this public and secret key.")
    try:
        admit(key, version, address)
    except Denied as refused:
        note_refusal(key, refused, address)
        raise
    return key, version


def admit(key: ApiKey, version: int, address: str) -> None:
    """Raise Denied unless the key, and a secret of this version, may be used now from this address."""
    if key.revoked_at is not None:
        raise Denied("key_revoked", "This key was revoked. Ask the merchant for a new one.")
    if key.expires_at is not None and key.expires_at <= now():
        raise Denied("key_expired", "This key has expired. Ask the merchant for a new one.")
    if not key.enabled:
        raise Denied("key_disabled", "This key is disabled. An admin of the store turns it on.")
    if version != key.secret_version and not (version == key.secret_version - 1 and overlaps(key)):
        raise Denied("secret_rotated", "The key has a new secret since; get a token with that.")
    if key.allowed_addresses and not _within(address, key.allowed_addresses):
        raise Denied("address_not_allowed", "This key may not be used from your address.")


def note_refusal(key: ApiKey, refused: Denied, address: str) -> None:
    """Put a refused call into the audit: once an hour for each key and code, however often the program knocks."""
    viewer = Viewer(key.store_id, Actor("key", key.id, f"API key {key.name}"))
    lately = Event.select().where(
        Event.store == key.store_id,
        Event.subject == "api_key",
        Event.subject_id == key.id,
        Event.kind == "api_key.refused",
        Event.message.startswith(refused.code),
        Event.created_at > now() - dt.timedelta(hours=1),
    )
    if not lately.exists():
        told = f"{refused.code}: a call with {key.name} from {address} was refused"
        record.event(viewer, "api_key.refused", told, subject="api_key", subject_id=key.id)


def overlaps(key: ApiKey) -> bool:
    """Tell whether the secret from before the last rotation still works beside the present one."""
    return key.previous_secret_until is not None and key.previous_secret_until > now()


def viewer_for(key: ApiKey) -> Viewer:
    """Return the viewer that a key stands for."""
    draft = KeyDraft(
        key.name,
        supplier_id=key.supplier_id,
        orders=key.orders_level,
        products=key.products_level,
        shipping=key.shipping_level,
        hides_customer=key.hides_customer,
        hides_prices=key.hides_prices,
    )
    return viewer_of(key.store_id, draft, Actor("key", key.id, f"API key {key.name}"))


def _previous_fits(key: ApiKey, given: str) -> bool:
    return overlaps(key) and hmac.compare_digest(given, key.previous_secret_digest)


def _within(address: str, networks: list[str]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in ipaddress.ip_network(network, strict=False) for network in networks)
