"""Which product a SKU, or a line without one, is."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from webapp.forms.fields import clean_text


class SkuLinkForm(FlaskForm):
    """A SKU or the id of a line, and the product that was chosen."""

    sku = HiddenField(
        lazy_gettext("SKU"),
        [Length(max=64, message=lazy_gettext("A SKU has at most 64 characters.")), clean_text],
        default="",
    )
    line = IntegerField(lazy_gettext("Line"), [Optional(), NumberRange(1, 10**18)])
    product = IntegerField(
        lazy_gettext("Product"), [InputRequired(lazy_gettext("Choose a product.")), NumberRange(1, 10**18)]
    )
