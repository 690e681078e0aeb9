"""The form by which a warehouse gives units of an order's lines back."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length

from webapp.actions.acceptance import Rejected
from webapp.forms.fields import clean_text, tidy
from webapp.forms.shipments import units_up_to


class RejectionForm(FlaskForm):
    """Units of each line that can't be delivered, and why; made by `for_lines`."""

    why = StringField(
        lazy_gettext("Reason"),
        [
            DataRequired(lazy_gettext("Say why: the store decides by it what to do.")),
            Length(max=300, message=lazy_gettext("At most 300 characters.")),
            clean_text,
        ],
        filters=[tidy],
    )
    open: dict[int, int] = {}
    """Line id -> units that aren't packed yet."""

    @classmethod
    def for_lines(cls, waiting: dict[int, int], formdata: Any = None) -> "RejectionForm":
        """Return the form for line id -> units; a single line is filled in, of several each says its own."""
        fields: dict[str, Any] = {"open": waiting}
        for line_id, most in waiting.items():
            filled = most if len(waiting) == 1 else None
            fields[f"units_{line_id}"] = units_up_to(most, lazy_gettext("Units"), filled)
        form: RejectionForm = type("OrderRejectionForm", (cls,), fields)(formdata)
        return form

    @property
    def line_ids(self) -> list[int]:
        """Return the lines of which something may be given back."""
        return list(self.open)

    def units_of(self, line_id: int) -> Field:
        """Return the field of a line."""
        return self[f"units_{line_id}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for units of one line at least."""
        valid: bool = super().validate(extra_validators)
        if valid and not self.rejected:
            self.form_errors.append(_("Type how many units of which line you can't deliver."))
        return valid and bool(self.rejected)

    @property
    def rejected(self) -> list[Rejected]:
        """Return what was typed, without the lines that stay."""
        typed = ((line_id, self.units_of(line_id).data or 0) for line_id in self.line_ids)
        return [Rejected(line_id, self.why.data or "", units) for line_id, units in typed if units]
