"""The form that adds a note to an order."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.forms.fields import clean_text, tidy
from webapp.models.order_note import LONGEST


class NoteForm(FlaskForm):
    """What it says, and whether the warehouses of the order may read it."""

    text = TextAreaField(
        _("Note"),
        [
            DataRequired(_("Write something first.")),
            Length(max=LONGEST, message=_("At most %(max)d characters.")),
            clean_text,
        ],
        filters=[tidy],
    )
    shown_to_suppliers = BooleanField(_("Show to the warehouse"))
