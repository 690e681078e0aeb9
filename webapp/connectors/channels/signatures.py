"""The signature that shops put on their webhooks: base64 of the raw body's HMAC-SHA256."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def header(headers: Mapping[str, str], name: str) -> str | None:
    """Return a header whatever the case of its name; None where it isn't there. `name` is in lower case."""
    return {known.lower(): value for known, value in headers.items()}.get(name)


def is_signed(body: bytes, signature: str, *secrets: str) -> bool:
    """Tell whether one of the secrets made the signature; an empty secret proves nothing."""
    given = signature.strip().encode()
    return any(hmac.compare_digest(_due(body, secret), given) for secret in secrets if secret)


def _due(body: bytes, secret: str) -> bytes:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
