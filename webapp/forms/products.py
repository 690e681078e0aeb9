"""The product form."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length, Optional

from webapp.actions.products import ProductDraft, version
from webapp.domain import money
from webapp.forms.fields import EditForm, clean_text, tidy
from webapp.forms.numbers import Amount, WholeNumber
from webapp.models import Product


class ProductForm(EditForm):
    sku = StringField(
        "SKU",
        [DataRequired(_("Give the SKU: it is what order lines are matched by.")), Length(max=64), clean_text],
        filters=[tidy],
    )
    title = StringField(
        _("Title"), [DataRequired(_("Give the product a title.")), Length(max=255), clean_text], filters=[tidy]
    )
    ean = StringField("EAN", [Optional(), clean_text], filters=[tidy])
    price = Amount(_("Net price"), optional=True)
    vat_rate = Amount(_("VAT rate"), default="22.00")
    own_quantity = WholeNumber(_("Own stock"), default="0")
    weight_grams = WholeNumber(_("Weight"), optional=True, high=1_000_000)
    own_seen = HiddenField()
    """The own stock that the form was opened with: left as it was, the count isn't written back over a later one."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field; a VAT rate lies between 0 and 100 per cent."""
        good = super().validate(extra_validators)
        if self.vat_rate.cents is not None and self.vat_rate.cents > 10_000:
            self.vat_rate.errors = [*self.vat_rate.errors, gettext("A VAT rate lies between 0 and 100 per cent.")]
            return False
        return good

    def draft(self) -> ProductDraft:
        """Return what was typed as the action's value; call it on a valid form."""
        own = self.own_quantity.number or 0
        return ProductDraft(
            sku=self.sku.data or "",
            title=self.title.data or "",
            ean=self.ean.data or "",
            price_cents=self.price.cents or 0,
            vat_basis_points=self.vat_rate.cents or 0,
            own_quantity=None if str(own) == self.own_seen.data else own,
            weight_grams=self.weight_grams.number,
        )


def values_of(product: Product) -> dict[str, Any]:
    """Return a product's columns as the form's fields."""
    return {
        "sku": product.sku,
        "title": product.title,
        "ean": product.ean,
        "price": money.show(product.price_cents),
        "vat_rate": money.show(product.vat_basis_points),
        "own_quantity": str(product.own_quantity),
        "own_seen": str(product.own_quantity),
        "weight_grams": "" if product.weight_grams is None else str(product.weight_grams),
        "version": version(product),
    }
