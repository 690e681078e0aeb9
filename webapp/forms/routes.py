"""The grid of units per line and stock."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.validators import NumberRange, Optional

from webapp.domain import rerouting
from webapp.domain.rerouting import Line, Units
from webapp.forms.shipments import UnitsField


class RouteForm(FlaskForm):
    """A number for each line at each stock that it could come from; made by `for_lines`."""

    version = HiddenField()
    """Of the lines that the person saw."""
    previewed = HiddenField()
    """The numbers whose consequences the person saw."""
    known: list[Line] = []

    @classmethod
    def for_lines(cls, lines: list[Line], units: Units, formdata: Any = None) -> "RouteForm":
        """Return the form for these lines; a field left empty counts as none."""
        fields: dict[str, Any] = {"known": lines}
        bounds = NumberRange(0, 1_000_000, lazy_gettext("Type a number from 0 to 1,000,000."))
        for (line_id, source), count in units.items():
            fields[_name(line_id, source)] = UnitsField(lazy_gettext("Units"), [Optional(), bounds], default=count)
        form: RouteForm = type("OrderRouteForm", (cls,), fields)(formdata)
        if formdata is None:
            form.version.data = rerouting.version(lines)
        return form

    def units_at(self, line_id: int, source: int) -> Field:
        """Return the field of a line at a stock."""
        return self[_name(line_id, source)]

    @property
    def units(self) -> Units:
        """Return what was typed; call it once the numbers are known to be such."""
        return {place: self.units_at(*place).data or 0 for place in rerouting.as_it_is(self.known)}

    @property
    def numbers(self) -> str:
        """Return what was typed as one word, to tell whether it changed since the preview."""
        return ".".join(str(count) for _, count in sorted(self.units.items()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that all are numbers, and that lines and stocks allow them."""
        if not super().validate(extra_validators):
            return False
        wrong = rerouting.problems(self.known, self.units)
        for place, message in wrong.items():
            self.units_at(*place).errors = [message]
        return not wrong


def _name(line_id: int, source: int) -> str:
    return f"units_{line_id}_{source}"
