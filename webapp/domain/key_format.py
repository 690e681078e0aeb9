"""The form of API keys: recognisable to secret scanners, and a typo is found without a look-up."""

import hashlib
import hmac
import re
import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_letters

_SECRET = re.compile(r"xd_sk_([1-9][0-9]{0,17})_([0-9A-Za-z]{40})_([0-9A-Za-z]{6})", re.ASCII)


def new_public() -> str:
    """Return a fresh public key."""
    return "xd_pk_" + _random(24)


def new_secret(key_id: int) -> str:
    """Return a fresh secret for the key with this id: 238 random bits."""
    body = f"xd_sk_{key_id}_{_random(40)}"
    return f"{body}_{_checksum(body)}"


def parse_secret(text: str) -> int | None:
    """Return the id of the key that the secret names; None where it can't be a secret of ours."""
    match = _SECRET.fullmatch(text)
    if match is None or not hmac.compare_digest(_checksum(text.rpartition("_")[0]), match[3]):
        return None
    return int(match[1])


def digest(secret: str) -> str:
    """Return what is stored instead of the secret. It is random enough that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode())
    return "".join(ALPHABET[number // 62**place % 62] for place in range(5, -1, -1))
