"""The form that lets an order wait."""

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from webapp.db import now
from webapp.domain import store_clock
from webapp.forms.fields import clean_text, tidy


class HoldForm(FlaskForm):
    """Why, and the day on which the order goes on by itself, by the clock of `time_zone`."""

    def __init__(self, *args: Any, time_zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone = time_zone

    reason = StringField(
        lazy_gettext("Reason"),
        [
            InputRequired(lazy_gettext("Say why: whoever finds the order on hold wants to know.")),
            Length(max=500, message=lazy_gettext("At most 500 characters.")),
            clean_text,
        ],
        filters=[tidy],
    )
    until = DateField(lazy_gettext("Goes on by itself on"), [Optional()])

    def validate_until(self, field: DateField) -> None:
        if field.data and field.data <= store_clock.day_at(now(), self.time_zone):
            raise ValidationError(_("Choose a day from tomorrow on, or none."))

    def ends_at(self) -> dt.datetime | None:
        """Return the first moment of the day that was chosen."""
        day = self.until.data
        return store_clock.midnight(day, self.time_zone) if day else None
