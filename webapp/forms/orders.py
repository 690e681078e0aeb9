"""The forms of an order's page: its status, and the answer to a request to cancel."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange

from webapp.domain import order_status
from webapp.forms.fields import clean_text, tidy


class StatusForm(FlaskForm):
    """Take any status that there is; which ones may follow now is for the action to decide."""

    status = StringField(
        _("Status"),
        [
            InputRequired(_("Choose a status.")),
            AnyOf(dict(order_status.STATUSES), message=_("There is no such status.")),
        ],
    )


class CancelAnswerForm(FlaskForm):
    """Answer one request, which is one line at one stock; why it is too late may be said."""

    asked = IntegerField(_("Request"), [InputRequired(_("Say which request is meant.")), NumberRange(1, 10**18)])
    reason = StringField(
        _("Why"), [Length(max=500, message=_("At most 500 characters.")), clean_text], filters=[tidy], default=""
    )
