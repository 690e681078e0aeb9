"""Why a push is settled by hand."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.forms.fields import clean_text, tidy

LONGEST_WHY = 300


class DropForm(FlaskForm):
    """What the timeline will say of it."""

    why = StringField(
        _("Reason"),
        [
            DataRequired(_("Say why, so that others understand it later.")),
            Length(max=LONGEST_WHY, message=_("At most %(max)s characters.", max=LONGEST_WHY)),
            clean_text,
        ],
        filters=[tidy],
    )


class DoneForm(DropForm):
    """Beside it, what the channel calls the shipment that a person has put there."""

    remote_id = StringField(
        _("Its number in the shop"),
        [Length(max=200, message=_("At most 200 characters.")), clean_text],
        filters=[tidy],
    )
