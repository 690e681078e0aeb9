"""What a store tells of itself: where it is, its money and clock, its working days, its own mail."""

import zoneinfo
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import EmailField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.actions.stores import StoreDraft
from webapp.forms.fields import EditForm, SelectChoice, clean_text, tidy

ADDRESS = ("street", "postcode", "city", "state", "country")


def time_zones() -> list[str]:
    """Return the names of all zones, as the field offers them."""
    return sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")


def countries() -> list[tuple[str, str]]:
    """Return (code, name) of the countries in the reader's language, by name."""
    names = (get_locale() or Locale("en")).territories
    known = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code not in ("ZZ", "EU", "EZ", "UN", "QO", "XA", "XB")
    ]
    return sorted(known, key=lambda pair: pair[1])


def day_names() -> list[tuple[str, str]]:
    """Return (ISO number, name) of the days of a week in the reader's language."""
    names = (get_locale() or Locale("en")).days["stand-alone"]["wide"]
    return [(str(number + 1), names[number].capitalize()) for number in range(7)]


def _text(label: Any, longest: int) -> StringField:
    return StringField(label, [Optional(), Length(max=longest), clean_text], filters=[tidy])


class StoreForm(EditForm):
    name = StringField(
        _("Store name"), [DataRequired(_("Give your store a name.")), Length(max=120), clean_text], filters=[tidy]
    )
    street = _text(_("Street and number"), 200)
    postcode = _text(_("Postcode"), 20)
    city = _text(_("City"), 100)
    state = _text(_("State or province"), 100)
    country = SelectField(_("Country"), validators=[Optional()])
    currency = StringField(_("Currency"), [InputRequired(_("Give the currency.")), Length(3, 3)], filters=[tidy])
    time_zone = StringField(
        _("Time zone"),
        [InputRequired(_("Give the time zone.")), Length(max=64)],
        filters=[tidy],
        render_kw={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"},
    )
    working_days = SelectMultipleField(
        _("Working days"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False
    )
    notification_mail = EmailField(
        _("Mail for notifications"),
        [Optional(), Email(_("This isn't an e-mail address.")), Length(max=254)],
        filters=[tidy],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [SelectChoice(code, name) for code, name in (("", "–"), *countries())]
        self.working_days.choices = [SelectChoice(number, name) for number, name in day_names()]

    def draft(self) -> StoreDraft:
        """Return what was typed as the action's value."""
        return StoreDraft(
            self.name.data or "",
            (self.currency.data or "").upper(),
            self.time_zone.data or "",
            {name: self[name].data or "" for name in ADDRESS},
            "".join(sorted(set(self.working_days.data or []))),
            self.notification_mail.data or "",
        )
