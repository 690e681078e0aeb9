"""Numbers that let a session save a form once: sent twice, it makes one thing and shows one secret."""

import secrets

from flask import session
from flask_babel import gettext as _
from flask_wtf import FlaskForm


def hand_out() -> str:
    """Return a fresh number; the last ten of a session are good."""
    nonce = f"{session.setdefault('key_nonces_of', secrets.token_urlsafe(6))}.{secrets.token_urlsafe(12)}"
    session["key_nonces"] = [*session.get("key_nonces", []), nonce][-10:]
    return nonce


def spend(nonce: str | None) -> bool:
    """Use the number up; False where it was used before."""
    left = list(session.get("key_nonces", []))
    if nonce not in left:
        return False
    left.remove(nonce)
    session["key_nonces"] = left
    return True


def renew(form: FlaskForm) -> bool:
    """Give the form of a session that has ended since a number of this one, to be sent once more; False for any other.

    Whether it was saved before that session ended isn't known here, so whoever typed it is asked to look.
    """
    former, dot, _rest = (form.nonce.data or "").partition(".")
    if not dot or former == session.get("key_nonces_of"):
        return False
    form.nonce.data = hand_out()
    form.form_errors.append(
        _("You logged in again meanwhile, so nothing was saved now. Save it again if it isn’t there yet.")
    )
    return True
