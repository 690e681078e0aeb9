"""The supply form: which supplier holds how much of a product."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from webapp.actions.supplies import SupplyDraft, version
from webapp.domain import money
from webapp.forms.fields import EditForm, clean_text, tidy
from webapp.forms.numbers import Amount, WholeNumber
from webapp.models import Supply


class SupplyForm(EditForm):
    supplier_id = SelectField(_("Supplier"), [InputRequired(_("Choose the supplier."))])
    supplier_sku = StringField(_("Supplier SKU"), [Optional(), Length(max=64), clean_text], filters=[tidy])
    quantity = WholeNumber(_("Quantity"))
    purchase_price = Amount(_("Purchase price"), optional=True)
    priority = WholeNumber(_("Priority"), high=1000, default="10")
    quantity_seen = HiddenField()
    """The quantity that the form was opened with: left as it was, it isn't written back over a later one."""

    def draft(self) -> SupplyDraft:
        """Return what was typed as the action's value; call it on a valid form."""
        units = self.quantity.number or 0
        return SupplyDraft(
            int(self.supplier_id.data),
            self.supplier_sku.data or "",
            None if str(units) == self.quantity_seen.data else units,
            self.purchase_price.cents,
            self.priority.number or 0,
        )


def values_of(supply: Supply) -> dict[str, Any]:
    """Return a supply's columns as the form's fields."""
    return {
        "version": version(supply),
        "supplier_id": str(supply.supplier_id),
        "supplier_sku": supply.supplier_sku,
        "quantity": str(supply.quantity),
        "quantity_seen": str(supply.quantity),
        "purchase_price": money.show(supply.purchase_price_cents),
        "priority": str(supply.priority),
    }
