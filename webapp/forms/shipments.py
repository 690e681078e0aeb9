"""Pack a shipment, and correct its tracking."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import Field, Form, IntegerField, StringField, ValidationError
from wtforms.validators import Length, NumberRange, Optional

from webapp.actions.parcels import HEAVIEST_GRAMS, MOST, ParcelDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.domain.measures import whole
from webapp.forms.fields import EditForm, clean_text, tidy

LINE = "line_"
"""The name of a line's quantity is this and the line's id."""


class UnitsField(IntegerField):
    """Whole units in plain digits; anything else stays in the box as it was typed, with a message."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if not re.fullmatch(r"[+-]?[0-9]{1,30}", typed):
            raise ValueError(_("Type a whole number, such as 1."))
        self.data = int(typed)


def units_up_to(most: int, label: Any, default: int | None = None) -> UnitsField:
    """Return a field for units of a line, of which there are so many; it may stay empty."""
    bounds = NumberRange(0, most, lazy_gettext("Type a number from 0 to %(most)s.", most=most))
    return UnitsField(label, [Optional(), bounds], default=default)


def web_address(form: Form, field: Field) -> None:
    """Refuse an address that a browser wouldn't open as a page."""
    try:
        parts = urlsplit(field.data or "")
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if field.data and not sound:
        raise ValidationError(_("Give a whole address that starts with https:// or http://."))


def weights_text(parcels: Sequence[ParcelDraft]) -> str:
    """Return parcels as they are typed; a question mark stands for one that nobody weighed."""
    return "; ".join("?" if parcel.weight_grams is None else f"{parcel.weight_grams / 1000:g}" for parcel in parcels)


def _weights(form: Form, field: Field) -> None:
    """Refuse what isn't a list of weights."""
    words = re.split(r"[;\s]+", (field.data or "").strip("; "))
    if len(words) > MOST:
        raise ValidationError(_("A shipment has at most %(most)s parcels.", most=MOST))
    if words != [""] and not all(word == "?" or re.fullmatch(r"[0-9]{1,4}([.,][0-9]{1,3})?", word) for word in words):
        raise ValidationError(_("Type weights in kg with a semicolon between them, such as 1.2; 0.8."))
    if any(grams is not None and not 0 < grams <= HEAVIEST_GRAMS for grams in _grams(field.data or "")):
        told = _("A parcel weighs more than 0 and at most %(heaviest)s kg.", heaviest=HEAVIEST_GRAMS // 1000)
        raise ValidationError(told)


def _grams(text: str) -> list[int | None]:
    """Return the weights of a text that is one, in grams; None for a parcel that nobody weighed."""
    words = [word for word in re.split(r"[;\s]+", text) if word]
    return [None if word == "?" else whole(float(word.replace(",", ".")), 1000) for word in words]


class TrackingForm(EditForm):
    """With which courier it goes, and how it is followed."""

    carrier = StringField(lazy_gettext("Carrier"), [Length(max=80), clean_text], filters=[tidy])
    tracking_code = StringField(lazy_gettext("Tracking code"), [Length(max=120), clean_text], filters=[tidy])
    tracking_url = StringField(
        lazy_gettext("Tracking address"), [Length(max=500), clean_text, web_address], filters=[tidy]
    )
    parcel_id = StringField(lazy_gettext("Parcel id"), [Length(max=120), clean_text], filters=[tidy])
    reference = StringField(lazy_gettext("Reference"), [Length(max=120), clean_text], filters=[tidy])
    parcels = StringField(lazy_gettext("Parcels"), [Length(max=1000), clean_text, _weights], filters=[tidy])

    def weights(self) -> tuple[ParcelDraft, ...]:
        """Return a parcel for each weight that was typed; call it on a valid form."""
        return tuple(ParcelDraft(grams) for grams in _grams(self.parcels.data or ""))

    def texts(self) -> dict[str, Any]:
        """Return what was typed, empty where nothing was."""
        names = ("carrier", "tracking_code", "tracking_url", "parcel_id", "reference")
        return {name: self[name].data or "" for name in names}


class ShipForm(TrackingForm):
    """A shipment of one stock's open lines; made by `for_lines`, which adds a quantity for each."""

    open_units: dict[int, int] = {}

    @classmethod
    def for_lines(cls, open_units: dict[int, int], formdata: Any = None) -> "ShipForm":
        """Return the form for these lines, id -> open units, each quantity filled in with all that is open."""
        fields: dict[str, Any] = {"open_units": open_units}
        for line_id, units in open_units.items():
            fields[f"{LINE}{line_id}"] = UnitsField(
                lazy_gettext("Quantity"), [Optional(), _up_to(units)], default=units
            )
        form: ShipForm = type("OrderShipForm", (cls,), fields)(formdata)
        return form

    def quantity(self, line_id: int) -> Field:
        """Return the field with the quantity of a line."""
        return self[f"{LINE}{line_id}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that something is to be packed at all."""
        sound = super().validate(extra_validators)
        if sound and not self.lines():
            self.form_errors.append(_("Give a quantity for at least one line."))
            return False
        return bool(sound)

    def lines(self) -> dict[int, int]:
        """Return line id -> units to pack; lines left empty are left out."""
        typed = {line_id: self.quantity(line_id).data for line_id in self.open_units}
        return {line_id: units for line_id, units in typed.items() if units is not None}

    def draft(self, source: int) -> ShipmentDraft:
        """Return what was typed as the action's value."""
        return ShipmentDraft(lines=self.lines(), source=source, parcels=self.weights(), **self.texts())

    def put_open(self, open_now: dict[int, int]) -> None:
        """Put on the fields that less is open than was typed, since somebody else packed some meanwhile."""
        for line_id, units in open_now.items():
            if f"{LINE}{line_id}" in self:
                self.quantity(line_id).errors = [*self.quantity(line_id).errors, too_many(units)]


def too_many(units: int) -> str:
    """Say how many units are open."""
    if not units:
        return _("None is open any more.")
    return ngettext("Only %(num)d is open.", "Only %(num)d are open.", units)


def _up_to(units: int) -> Any:
    def check(form: Form, field: Field) -> None:
        if field.data is None:
            return
        if field.data < 1:
            raise ValidationError(_("Give 1 to %(units)s, or nothing to leave the line out.", units=units))
        if field.data > units:
            raise ValidationError(too_many(units))

    return check
