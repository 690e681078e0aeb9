"""Tokens of links that work once: what is kept tells nothing of the link."""

import hashlib
import secrets

LONGEST = 100


def new_token() -> str:
    """Return a token that nobody guesses, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a token; its 256 random bits need no slow hash."""
    return hashlib.sha256(token[:LONGEST].encode()).hexdigest()
