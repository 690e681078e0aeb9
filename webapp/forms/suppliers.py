"""The supplier form: name, supply days, and the kind as two ticks that exclude each other."""

import datetime as dt
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, Length, Optional

from webapp.actions.suppliers import MAX_DAYS, SupplierDraft, version
from webapp.forms.fields import EditForm, clean_text, tidy
from webapp.forms.numbers import WholeNumber
from webapp.models import Supplier

ADDRESS = ("street", "postcode", "city", "state", "country")
HOURS = ("morning_from", "morning_to", "afternoon_from", "afternoon_to", "collection_at")


def _text(label: Any, longest: int) -> StringField:
    return StringField(label, [Optional(), Length(max=longest), clean_text], filters=[tidy])


class SupplierForm(EditForm):
    name = StringField(
        _("Name"),
        [
            DataRequired(_("Give the supplier a name.")),
            Length(max=120, message=_("At most 120 characters.")),
            clean_text,
        ],
        filters=[tidy],
    )
    min_days = WholeNumber(_("Minimum supply days"), high=MAX_DAYS)
    max_days = WholeNumber(_("Maximum supply days"), high=MAX_DAYS)
    logistics = BooleanField(_("External logistics"), render_kw={"data-exclusive": "kind"})
    dropshipping = BooleanField(_("Dropshipping"), render_kw={"data-exclusive": "kind"})
    street = _text(_("Street and number"), 200)
    postcode = _text(_("Postcode"), 20)
    city = _text(_("City"), 100)
    state = _text(_("State or province"), 100)
    country = _text(_("Country"), 100)
    morning_from = TimeField(_("Morning from"), [Optional()])
    morning_to = TimeField(_("Morning to"), [Optional()])
    afternoon_from = TimeField(_("Afternoon from"), [Optional()])
    afternoon_to = TimeField(_("Afternoon to"), [Optional()])
    collection_at = TimeField(_("Collection time"), [Optional()])
    instructions = TextAreaField(
        _("Instructions"), [Optional(), Length(max=2000, message=_("At most 2,000 characters.")), clean_text]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then what concerns two at once."""
        good = super().validate(extra_validators)
        low, high = self.min_days.number, self.max_days.number
        if low is not None and high is not None and low > high:
            told = gettext("The maximum (%(high)s) is below the minimum (%(low)s).", high=high, low=low)
            self.max_days.errors = [*self.max_days.errors, told]
            good = False
        if self.logistics.data and self.dropshipping.data:
            told = gettext("Choose one of the two: external logistics or dropshipping.")
            self.dropshipping.errors = [*self.dropshipping.errors, told]
            good = False
        for first, last in (("morning_from", "morning_to"), ("afternoon_from", "afternoon_to")):
            begin, end = self[first].data, self[last].data
            if begin and end and begin >= end:
                self[last].errors = [*self[last].errors, gettext("This is before the hours begin.")]
                good = False
        return good

    def draft(self) -> SupplierDraft:
        """Return what was typed as the action's value; call it on a valid form."""
        kind = "logistics" if self.logistics.data else "dropshipping" if self.dropshipping.data else "plain"
        hours = {name: self[name].data.strftime("%H:%M") for name in HOURS if self[name].data}
        return SupplierDraft(
            self.name.data or "",
            self.min_days.number or 0,
            self.max_days.number or 0,
            kind,
            {name: self[name].data or "" for name in ADDRESS},
            hours,
            self.instructions.data or "",
        )


def values_of(supplier: Supplier) -> dict[str, Any]:
    """Return a supplier's columns as the form's fields."""
    return {
        "version": version(supplier),
        "name": supplier.name,
        "min_days": supplier.min_days,
        "max_days": supplier.max_days,
        "logistics": supplier.kind == "logistics",
        "dropshipping": supplier.kind == "dropshipping",
        "instructions": supplier.instructions,
        **{name: supplier.address.get(name, "") for name in ADDRESS},
        **{name: dt.time.fromisoformat(value) for name, value in supplier.hours.items()},
    }
