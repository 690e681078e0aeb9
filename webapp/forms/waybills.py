"""What a person types on a waybill, the courier's own file, and why one is voided."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional

from webapp.domain import money, waybill_format
from webapp.domain.waybill import LONGEST_NOTES
from webapp.forms.fields import EditForm, clean_text, tidy
from webapp.forms.numbers import Amount

SENDER = ("name", "address", "postcode", "city", "state_iso", "country_iso")


def _text(label: Any, longest: int = 120) -> StringField:
    told = _("At most %(num)s characters.", num=longest)
    return StringField(label, [Optional(), Length(max=longest, message=told), clean_text], filters=[tidy])


class WaybillForm(EditForm):
    """What stands on the label beside the shipment's own data."""

    sender_name = _text(_("Sender"))
    sender_address = _text(_("Street and number"))
    sender_postcode = _text(_("Postcode"))
    sender_city = _text(_("City"))
    sender_state_iso = _text(_("State or province"))
    sender_country_iso = _text(_("Country"))
    reference = _text(_("Reference"))
    notes = _text(_("Note for the courier"), LONGEST_NOTES)
    cash = Amount(_("Cash on delivery"), optional=True)

    @classmethod
    def showing(cls, details: dict[str, Any], version: str = "") -> "WaybillForm":
        """Return the form filled in with what a waybill says."""
        sender = {f"sender_{part}": details["sender"].get(part, "") for part in SENDER}
        collected = details["cash_on_delivery"]
        cash = money.show(collected["amount_cents"]) if collected else ""
        texts = {"reference": details["reference"], "notes": details["notes"], "version": version}
        form: WaybillForm = cls(formdata=None, data=sender | texts | {"cash": cash})
        return form

    def typed(self, own: dict[str, Any], currency: str) -> dict[str, Any]:
        """Return what differs from the shipment's own data; None where it doesn't, so that it follows the shipment."""
        sender = {part: self[f"sender_{part}"].data or "" for part in SENDER}
        same = all(value == (own["sender"].get(part) or "") for part, value in sender.items())
        reference = self.reference.data or ""
        cash = {"amount_cents": self.cash.cents, "currency": currency} if self.cash.cents else None
        return {
            "sender": None if same else sender,
            "reference": None if reference == own["reference"] else reference,
            "notes": self.notes.data or None,
            "cash_on_delivery": None if cash == own["cash_on_delivery"] else cash or {"amount_cents": 0},
        }


class UploadForm(FlaskForm):
    """The courier's own label."""

    file = FileField(_("The courier’s file"))

    def content(self) -> tuple[str, bytes] | None:
        """Return the file as media type and bytes; None, with the reason at the field, where there is none of ours.

        What a browser says of a file's type is a guess of its ending, so the bytes decide.
        """
        given = self.file.data
        content: bytes = given.read() if given else b""
        media_type = waybill_format.recognise(content)
        if media_type is None:
            told = gettext("This is neither PDF nor ZPL nor PNG.") if content else gettext("Choose a file.")
            self.file.errors = [*self.file.errors, told]
            return None
        return media_type, content


class VoidForm(FlaskForm):
    reason = TextAreaField(
        _("Reason"), [Optional(), Length(max=500, message=_("At most 500 characters.")), clean_text], filters=[tidy]
    )
