"""Numbers that let a session save a form once: sent twice, it makes one thing and shows one secret."""

import secrets

from flask import g, session


def hand_out() -> str:
    """Return a fresh number; the last ten of a session are good."""
    nonce = secrets.token_urlsafe(12)
    session["key_nonces"] = [*session.get("key_nonces", []), nonce][-10:]
    return nonce


def spend(nonce: str | None) -> bool:
    """Use the number up; False where it was used before."""
    left = list(session.get("key_nonces", []))
    if nonce not in left:
        return False
    left.remove(nonce)
    session["key_nonces"] = left
    g.spent_nonce = nonce
    return True


def give_back() -> None:
    """Make the number good again that this request used up, since nothing was stored."""
    if nonce := g.pop("spent_nonce", None):
        session["key_nonces"] = [*session.get("key_nonces", []), nonce]
