"""The form of an order that is taken in by hand."""

import secrets
from dataclasses import replace
from typing import Any

from babel import Locale
from flask_babel import get_locale, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from webapp.actions.manual_orders import LineDraft, OrderDraft
from webapp.forms.fields import SelectChoice, clean_text, tidy
from webapp.forms.numbers import Amount, WholeNumber

MOST_LINES = 100
NO_COUNTRIES = ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO")
"""What the list of territories holds beside countries."""

ADDRESS = ("name", "surname", "company", "address", "postcode", "city", "state_iso", "country_iso", "phone")


def _text(label: Any, longest: int = 120, *rules: Any, needed: Any = None) -> StringField:
    first = InputRequired(needed) if needed else Optional()
    told = lazy_gettext("At most %(most)s characters.", most=longest)
    return StringField(label, [first, Length(max=longest, message=told), clean_text, *rules], filters=[tidy])


def countries() -> list[SelectChoice]:
    """Return ISO code and name of every country, by name in the reader's language."""
    names = (get_locale() or Locale("en")).territories
    found = [(code, str(name)) for code, name in names.items() if code.isalpha() and code not in NO_COUNTRIES]
    return [SelectChoice(*pair) for pair in [("", ""), *sorted(found, key=lambda pair: pair[1].casefold())]]


class AddressForm(Form):
    """Where something goes, by the parts of `Order.delivery_address`."""

    name = _text(lazy_gettext("First name"))
    surname = _text(lazy_gettext("Surname"))
    company = _text(lazy_gettext("Company"))
    address = _text(lazy_gettext("Street and number"), 200)
    postcode = _text(lazy_gettext("Postcode"), 20)
    city = _text(lazy_gettext("City"))
    state_iso = _text(lazy_gettext("State or province"), 20)
    country_iso = SelectField(lazy_gettext("Country"), choices=countries, validate_choice=True)
    phone = _text(lazy_gettext("Phone"), 40)

    def parts(self) -> dict[str, str]:
        """Return what was typed, empty parts left out."""
        return {name: self[name].data for name in ADDRESS if self[name].data}

    def check_whole(self) -> bool:
        """Note at the fields what a whole address lacks: somebody, a street, a town, a country."""
        told = str(lazy_gettext("The courier needs this."))
        missing = [self[name] for name in ("address", "city", "country_iso") if not self[name].data]
        for field in missing:
            field.errors = [*field.errors, told]
        if not (self.surname.data or self.company.data):
            self.surname.errors = [*self.surname.errors, str(lazy_gettext("Give a surname or a company."))]
            return False
        return not missing


class LineForm(Form):
    """One line; wholly empty ones are left out."""

    sku = _text(lazy_gettext("SKU"), 64)
    units = WholeNumber(lazy_gettext("Units"), low=1, high=100_000, optional=True)
    price = Amount(lazy_gettext("Price"), optional=True)

    @property
    def empty(self) -> bool:
        """Tell whether nothing was typed that counts; units alone don't."""
        return not (self.sku.data or self.price.data)

    def draft(self, prices: dict[str, int]) -> LineDraft:
        """Return what was typed; without a price that of `prices`."""
        sku = self.sku.data or ""
        return LineDraft(
            sku, self.units.number or 1, prices.get(sku, 0) if self.price.cents is None else self.price.cents
        )


class OrderForm(FlaskForm):
    once = HiddenField(validators=[Length(max=64), clean_text], default=lambda: secrets.token_hex(12))
    reference = _text(lazy_gettext("Reference"), 60)
    status = SelectField(
        lazy_gettext("Payment"),
        choices=[
            SelectChoice("payment_accepted", lazy_gettext("Payment accepted")),
            SelectChoice("awaiting_payment", lazy_gettext("Awaiting payment")),
        ],
    )
    email = _text(lazy_gettext("E-mail"), 254, Email(lazy_gettext("This is no e-mail address.")))
    tax_id = _text(lazy_gettext("Tax id"), 60)
    delivery = FormField(AddressForm)
    same_billing = BooleanField(lazy_gettext("The invoice goes to the same address"))
    billing = FormField(AddressForm)
    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)
    shipping = Amount(lazy_gettext("Shipping"), optional=True)
    shipping_method = _text(lazy_gettext("Shipping method"))
    payment_method = _text(lazy_gettext("Payment method"), 60)
    on_delivery = BooleanField(lazy_gettext("Cash on delivery"))
    on_delivery_amount = Amount(lazy_gettext("To collect"), optional=True)
    notes = TextAreaField(
        lazy_gettext("Notes of the buyer"),
        [Optional(), Length(max=2000, message=lazy_gettext("At most 2,000 characters.")), clean_text],
        filters=[tidy],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, the billing address only where it is another one, and that there is a line."""
        sound = super().validate(extra_validators)
        sound &= self.delivery.form.check_whole()
        sound &= self.same_billing.data or self.billing.form.check_whole()
        typed = [row.form for row in self.lines if not row.form.empty]
        for row in typed:
            if not row.sku.data:
                row.sku.errors = [str(lazy_gettext("Give the SKU."))]
                sound = False
            if row.units.number is None and not row.units.errors:
                row.units.errors = [str(lazy_gettext("Type a whole number."))]
                sound = False
        if not typed:
            self.form_errors.append(str(lazy_gettext("Add at least one line.")))
            sound = False
        return bool(sound)

    def draft(self, prices: dict[str, int]) -> OrderDraft:
        """Return what was typed as the action's value; a line without a price takes that of `prices`."""
        rows = [row.form for row in self.lines if not row.form.empty]
        lines = tuple(row.draft(prices) for row in rows)
        delivery = self.delivery.form.parts()
        billing = delivery if self.same_billing.data else self.billing.form.parts()
        person = {name: billing[name] for name in ("name", "surname", "company", "phone") if name in billing}
        more = {"email": self.email.data, "tax_id": self.tax_id.data}
        made = OrderDraft(
            once=self.once.data or secrets.token_hex(12),
            lines=lines,
            customer=person | {name: value for name, value in more.items() if value},
            delivery_address=delivery,
            billing_address=billing,
            reference=self.reference.data or "",
            status=self.status.data,
            shipping_cents=self.shipping.cents or 0,
            shipping_method=self.shipping_method.data or "",
            payment_method=self.payment_method.data or "",
            notes=self.notes.data or "",
        )
        if not self.on_delivery.data:
            return made
        amount = made.total_cents if self.on_delivery_amount.cents is None else self.on_delivery_amount.cents
        return replace(made, cash_on_delivery_cents=amount)
