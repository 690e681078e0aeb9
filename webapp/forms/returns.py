"""The forms of a return: what comes back, and what becomes of it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from webapp.actions.returns import Decision, Place
from webapp.forms.fields import SelectChoice, clean_text, tidy
from webapp.forms.shipments import units_up_to

DISCARD, OWN = "discard", "0"


def _text(label: Any, longest: int) -> StringField:
    told = lazy_gettext("At most %(most)s characters.", most=longest)
    return StringField(label, [Optional(), Length(max=longest, message=told), clean_text], filters=[tidy])


class ReturnForm(FlaskForm):
    """Units of each line at each stock that shipped it; made by `for_places`."""

    reason = _text(lazy_gettext("Reason"), 500)
    places: dict[Place, int] = {}

    @classmethod
    def for_places(cls, places: dict[Place, int], formdata: Any = None) -> "ReturnForm":
        """Return the form for these (line, supplier) -> units that may come back; an empty field counts as none."""
        fields: dict[str, Any] = {"places": places}
        for place, most in places.items():
            fields[_name(place)] = units_up_to(most, lazy_gettext("Comes back"))
        form: ReturnForm = type("OrderReturnForm", (cls,), fields)(formdata)
        return form

    def units_of(self, place: Place) -> Field:
        """Return the field of a line at a stock."""
        return self[_name(place)]

    @property
    def units(self) -> dict[Place, int]:
        """Return what was typed."""
        return {place: self.units_of(place).data or 0 for place in self.places}


class DecisionForm(FlaskForm):
    """Where each line goes and what it looks like; made by `for_lines`."""

    line_ids: list[int] = []

    @classmethod
    def for_lines(cls, stocks: dict[int, list[tuple[str, str]]], formdata: Any = None) -> "DecisionForm":
        """Return the form for lines of a return, id -> (value, name) of the stocks that could take it."""
        fields: dict[str, Any] = {"line_ids": list(stocks)}
        for line_id, known in stocks.items():
            choices = [("", _("Choose …"))]
            choices += [(value, _("Restock: %(name)s", name=name)) for value, name in known]
            choices.append((DISCARD, _("Discard")))
            fields[f"decision_{line_id}"] = SelectField(
                lazy_gettext("Decision"),
                [InputRequired(lazy_gettext("Decide what becomes of it."))],
                choices=[SelectChoice(*choice) for choice in choices],
            )
            fields[f"condition_{line_id}"] = _text(lazy_gettext("Condition"), 200)
        form: DecisionForm = type("ReturnDecisionForm", (cls,), fields)(formdata)
        return form

    def decisions(self) -> dict[int, Decision]:
        """Return what was chosen; call it on a valid form."""
        made = {}
        for line_id in self.line_ids:
            chosen, condition = self[f"decision_{line_id}"].data, self[f"condition_{line_id}"].data or ""
            source = None if chosen in (DISCARD, OWN) else int(chosen)
            made[line_id] = Decision(chosen != DISCARD, source, condition)
        return made


def _name(place: Place) -> str:
    return f"units_{place[0]}_{place[1] or 0}"
