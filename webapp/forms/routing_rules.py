"""The form of a routing rule: which orders it is about, and which stocks they would rather be served from."""

import re
from typing import Any

from babel import Locale
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, Form, RadioField, SelectMultipleField, StringField, TimeField, ValidationError
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.actions.routing_rules import RuleDraft, version
from webapp.forms.fields import EditForm, SelectChoice, clean_text, tidy
from webapp.forms.numbers import WholeNumber
from webapp.models import RoutingRule

EFFECTS = (
    ("prefer", _("Prefer these stocks")),
    ("avoid", _("Use these stocks last")),
    ("fewest_parcels", _("Send as few parcels as possible")),
)

NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ"}
COUNTRIES = {str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))} - NO_COUNTRIES
"""ISO 3166 codes."""


class Ticks(SelectMultipleField):
    """Several of some choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def countries_of(text: str) -> list[str]:
    """Return the codes in a text such as "IT, FR DE"."""
    return [code.upper() for code in re.split(r"[\s,;]+", text) if code]


def known_countries(form: Form, field: Field) -> None:
    """Refuse what isn't a country's code, and say which word that is."""
    wrong = [code for code in countries_of(field.data or "") if code not in COUNTRIES]
    if wrong:
        told = gettext("“%(code)s” isn't a country's code: type two letters such as IT.", code=wrong[0][:20])
        raise ValidationError(told)


class RoutingRuleForm(EditForm):
    name = StringField(
        _("Name"),
        [
            DataRequired(_("Give the rule a name: “why here?” shows it.")),
            Length(max=80, message=_("At most 80 characters.")),
            clean_text,
        ],
        filters=[tidy],
    )
    effect = RadioField(_("What it does"), choices=[SelectChoice(*effect) for effect in EFFECTS], default="prefer")
    suppliers = Ticks(_("Stocks"), coerce=int)
    countries = StringField(
        _("Only orders to these countries"), [Optional(), Length(max=800), clean_text, known_countries], filters=[tidy]
    )
    channels = Ticks(_("Only orders from these channels"), coerce=int)
    after_time = TimeField(_("Only orders placed from this time of the day on"), [Optional()])
    position = WholeNumber(_("Rank"), low=1, high=1000)

    def offer(self, suppliers: list[tuple[int, str]], channels: list[tuple[int, str]]) -> "RoutingRuleForm":
        """Fill in what there is to choose from."""
        self.suppliers.choices = [SelectChoice(*pair) for pair in suppliers]
        self.channels.choices = [SelectChoice(*pair) for pair in channels]
        return self

    def draft(self) -> RuleDraft:
        """Return what was typed as the action's value; call it on a valid form."""
        return RuleDraft(
            self.name.data or "",
            self.position.number or 100,
            self.effect.data,
            tuple(dict.fromkeys(countries_of(self.countries.data or ""))),
            tuple(self.channels.data or ()),
            self.after_time.data.strftime("%H:%M") if self.after_time.data else "",
            tuple(self.suppliers.data or ()) if self.effect.data != "fewest_parcels" else (),
        )


def values_of(rule: RoutingRule) -> dict[str, Any]:
    """Return a rule's columns as what a browser would send of its form."""
    return {
        "version": version(rule),
        "name": rule.name,
        "effect": rule.effect,
        "suppliers": [str(number) for number in rule.suppliers],
        "countries": ", ".join(rule.countries),
        "channels": [str(number) for number in rule.channels],
        "after_time": rule.after_time,
        "position": str(rule.position),
    }
