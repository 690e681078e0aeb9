"""Sign messages as Standard Webhooks has it (https://www.standardwebhooks.com), and tell whether one is genuine."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

from standardwebhooks.webhooks import Webhook

PREFIX = "whsec_"

TOLERANCE = dt.timedelta(minutes=5)
"""How far a message's time stamp may be from now: one that was recorded can't be played again later."""

SECRET, PREVIOUS, UNTIL = "signing_secret", "previous_signing_secret", "previous_signs_until"
OURS = {SECRET, PREVIOUS, UNTIL}
"""Under these names a channel's secrets hold what we made ourselves to sign with."""


def new_secret() -> str:
    """Return a fresh signing secret: 32 random bytes, in the form that every library of the standard reads."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(keys: list[str], message_id: str, body: str, moment: dt.datetime) -> dict[str, str]:
    """Return the headers of a message whose exact body this is; during a rotation each key adds its signature."""
    aware = moment.astimezone(dt.UTC)
    signatures = [Webhook(key).sign(message_id, aware, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(aware.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def current(kept: Mapping[str, str], moment: dt.datetime) -> list[str]:
    """Return the secrets of a channel that sign now, the new one first; none where it has none."""
    found = [kept[SECRET]] if SECRET in kept else []
    if PREVIOUS in kept and dt.datetime.fromisoformat(kept[UNTIL]) > moment:
        found.append(kept[PREVIOUS])
    return found


def is_genuine(keys: Iterable[str], given: Mapping[str, str], body: bytes, moment: dt.datetime) -> bool:
    """Tell whether a message with these headers and exactly these bytes was signed with one of the keys, and is fresh.

    The library's own check reads the clock itself and wants the body as text, hence this one.
    """
    stamp = given.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(moment.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    # WSGI hands headers over as Latin-1, so this gives the bytes that came.
    named = f"{given.get('webhook-id', '')}.{stamp}.".encode("latin-1", "replace")
    signatures = given.get("webhook-signature", "").encode("latin-1", "replace").split(b" ")
    genuine = False
    for key in keys:
        wanted = b"v1," + base64.b64encode(hmac.new(_bytes(key), named + body, hashlib.sha256).digest())
        for signature in signatures[:10]:
            genuine |= hmac.compare_digest(wanted, signature)
    return genuine and bool(given.get("webhook-id"))


def _bytes(key: str) -> bytes:
    try:
        return base64.b64decode(key.removeprefix(PREFIX))
    except binascii.Error as error:
        raise ValueError("This isn't a signing secret.") from error
