"""The form that cancels an order, or units of its lines."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.validators import Length

from webapp.actions.cancellations import LineOutcome
from webapp.forms.fields import clean_text, tidy
from webapp.forms.shipments import units_up_to


class CancellationForm(FlaskForm):
    """Units of each line and why; made by `for_lines`."""

    why = StringField(
        lazy_gettext("Reason"),
        [Length(max=300, message=lazy_gettext("At most 300 characters.")), clean_text],
        filters=[tidy],
    )
    previewed = HiddenField()
    """The numbers of which the person saw what follows."""
    line_ids: list[int] = []

    @classmethod
    def for_lines(cls, outcomes: list[LineOutcome], formdata: Any = None) -> "CancellationForm":
        """Return the form for these lines, filled in with all that can be canceled; an empty field counts as none."""
        fields: dict[str, Any] = {"line_ids": [one.line.id for one in outcomes]}
        for one in outcomes:
            fields[f"units_{one.line.id}"] = units_up_to(one.most, lazy_gettext("Cancel"), one.most)
        form: CancellationForm = type("OrderCancellationForm", (cls,), fields)(formdata)
        return form

    def units_of(self, line_id: int) -> Field:
        """Return the field of a line."""
        return self[f"units_{line_id}"]

    @property
    def units(self) -> dict[int, int]:
        """Return line id -> units, as typed."""
        return {line_id: self.units_of(line_id).data or 0 for line_id in self.line_ids}

    @property
    def numbers(self) -> str:
        """Return what was typed as one word, to tell whether it changed since the preview."""
        return ".".join(str(count) for count in self.units.values())
