"""Field rules that several forms share."""

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # It is newer than the stubs.

__all__ = ["EditForm", "SelectChoice", "clean_text", "tidy"]


class EditForm(FlaskForm):
    """A form of a record that somebody else may change while it is open."""

    version = HiddenField()
    """Of what the person saw; empty where the record is new."""


def tidy(value: Any) -> Any:
    """Trim a text; other values pass."""
    return value.strip() if isinstance(value, str) else value


def clean_text(form: Form, field: Field) -> None:
    """Refuse what no database text holds: NUL, other control characters, and half of a surrogate pair."""
    text = field.data or ""
    if any((ord(sign) < 32 and sign not in "\r\n\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        raise ValidationError(_("This holds characters that can't be stored. Type it anew rather than pasting it."))
