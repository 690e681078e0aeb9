"""The key wizard, and the form that changes a key."""

import datetime as dt

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from webapp.actions.api_keys import OVERLAPS, KeyDraft, version
from webapp.actions.key_rights import MOST_REQUESTS
from webapp.forms.fields import EditForm, SelectChoice, clean_text, tidy
from webapp.forms.numbers import WholeNumber
from webapp.models import ApiKey

LEVELS = [SelectChoice("none", _("None")), SelectChoice("read", _("Read")), SelectChoice("write", _("Write"))]

OVERLAP_WORDS = (_("None: the old secret ends at once"), _("1 hour"), _("24 hours"), _("7 days"))
"""How `OVERLAPS` reads, for the catalogues: the choice looks its word up there."""


class KeyForm(EditForm):
    name = StringField(
        _("Name"), [InputRequired(_("Give the key a name.")), Length(max=120), clean_text], filters=[tidy]
    )
    contact_name = StringField(_("Technical contact"), [Optional(), Length(max=120), clean_text], filters=[tidy])
    contact_email = EmailField(
        _("Contact's e-mail"),
        [Optional(), Email(_("This isn't an e-mail address.")), Length(max=254)],
        filters=[tidy],
    )
    supplier_id = SelectField(_("Supplier whose data it sees"))
    orders = SelectField(_("Orders"), choices=LEVELS, default="none")
    products = SelectField(_("Products"), choices=LEVELS, default="none")
    shipping = SelectField(_("Shipping"), choices=LEVELS, default="none")
    hides_customer = BooleanField(_("Hide sensitive customer information"))
    hides_prices = BooleanField(_("Hide order prices"))
    expires_at = DateField(_("Works until the end of"), [Optional()])
    allowed_addresses = TextAreaField(_("May be used from"), [Length(max=3000), clean_text], render_kw={"rows": 2})
    requests_per_minute = WholeNumber(_("Requests a minute"), low=1, high=MOST_REQUESTS, default="600")
    nonce = HiddenField()
    """Spent by saving: the same form sent twice makes one key."""

    def draft(self) -> KeyDraft:
        """Return what was typed as the action's value; call it on a valid form."""
        return KeyDraft(
            self.name.data or "",
            self.contact_name.data or "",
            self.contact_email.data or "",
            int(self.supplier_id.data) if self.supplier_id.data else None,
            self.orders.data,
            self.products.data,
            self.shipping.data,
            bool(self.hides_customer.data),
            bool(self.hides_prices.data),
            self._end(),
            tuple((self.allowed_addresses.data or "").replace(",", " ").split()),
            self.requests_per_minute.number or 0,
        )

    def _end(self) -> dt.datetime | None:
        """Return the end of the chosen day, UTC."""
        day = self.expires_at.data
        return dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC) if day else None


class RotateForm(FlaskForm):
    overlap = SelectField(
        _("Until when the old secret works too"),
        choices=[SelectChoice(str(hours), _(text)) for hours, text in OVERLAPS],
    )
    nonce = HiddenField()


def values_of(key: ApiKey) -> dict[str, object]:
    """Return a key's columns as the form's fields."""
    return {
        "version": version(key),
        "name": key.name,
        "contact_name": key.contact_name,
        "contact_email": key.contact_email,
        "supplier_id": str(key.supplier_id or ""),
        "orders": key.orders_level,
        "products": key.products_level,
        "shipping": key.shipping_level,
        "hides_customer": key.hides_customer,
        "hides_prices": key.hides_prices,
        "expires_at": key.expires_at.date() if key.expires_at else None,
        "allowed_addresses": "\n".join(key.allowed_addresses),
        "requests_per_minute": str(key.requests_per_minute),
    }
