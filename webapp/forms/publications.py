"""How one channel offers a product: its number and SKU there, and what it is told of the stock."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from webapp.actions.publications import version
from webapp.forms.fields import EditForm, clean_text, tidy
from webapp.forms.numbers import WholeNumber
from webapp.models import Publication


class PublicationForm(EditForm):
    external_id = StringField(_("Number in the shop"), [Optional(), Length(max=120), clean_text], filters=[tidy])
    sku = StringField(_("SKU in the shop"), [Optional(), Length(max=64), clean_text], filters=[tidy])
    tells_stock = BooleanField(_("Tell the shop how much is in stock"))
    stock_buffer = WholeNumber(_("Units kept back"), default="0", high=1_000_000)

    def columns(self) -> dict[str, Any]:
        """Return what was typed as columns; call it on a valid form."""
        return {
            "external_id": self.external_id.data or "",
            "sku": self.sku.data or "",
            "tells_stock": bool(self.tells_stock.data),
            "stock_buffer": self.stock_buffer.number or 0,
        }


class NewPublicationForm(PublicationForm):
    channel_id = SelectField(_("Channel"), [InputRequired(_("Choose the channel."))])


def values_of(publication: Publication) -> dict[str, Any]:
    """Return a publication's columns as the form's fields."""
    return {
        "external_id": publication.external_id,
        "sku": publication.sku,
        "tells_stock": publication.tells_stock,
        "stock_buffer": str(publication.stock_buffer),
        "version": version(publication),
    }
