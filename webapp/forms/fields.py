"""Field rules that several forms share."""

from typing import Any

from flask_babel import gettext as _
from wtforms import Field, Form, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # It is newer than the stubs.

__all__ = ["SelectChoice", "clean_text", "tidy"]


def tidy(value: Any) -> Any:
    """Trim a text; other values pass."""
    return value.strip() if isinstance(value, str) else value


def clean_text(form: Form, field: Field) -> None:
    """Refuse what no database text holds: NUL, other control characters, and half of a surrogate pair."""
    text = field.data or ""
    if any((ord(sign) < 32 and sign not in "\r\n\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        raise ValidationError(_("This holds characters that can't be stored. Type it anew rather than pasting it."))
