"""Two people edit one record: the second sees what the first has written, and keeps what was typed."""

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, SelectMultipleField

from webapp.actions import editing
from webapp.domain.errors import Conflict
from webapp.forms.fields import EditForm

LONGEST = 200
"""Signs of a value that are shown."""


def put_conflict(form: EditForm, conflict: Conflict, stored: EditForm) -> int:
    """Put a refusal on top of the form and return the answer's status.

    Where somebody else was faster, `stored`, the form as it opens now, tells what differs from what was typed; saved
    once more, what was typed takes its place.
    """
    form.form_errors.append(conflict.message)
    if conflict.code == editing.CODE:
        kept = _("What you typed is still here. Save again to put it in place of that.")
        form.form_errors.append(_difference(form, stored) + kept if conflict.message == editing.TOLD else kept)
        form.version.data = stored.version.data
    return conflict.status


def _difference(form: EditForm, stored: EditForm) -> str:
    told = []
    for field in stored:
        if isinstance(field, HiddenField | PasswordField) or field.name not in form:
            continue
        value = _shown(field)
        if value != _shown(form[field.name]):
            told.append(f"{field.label.text}: {value[:LONGEST] or '–'}")
    return _("It says now: %(values)s.", values="; ".join(told)) + " " if told else ""


def _shown(field: Any) -> str:
    """Return a field's value as people read it."""
    if isinstance(field, SelectField | SelectMultipleField):
        return ", ".join(str(label) for _value, label, chosen, _look in field.iter_choices() if chosen)
    if isinstance(field, BooleanField):
        return _("yes") if field.data else _("no")
    return "\n".join(str(field._value()).split("\r\n")).strip()
