"""A courier: its name and the page on which it shows a parcel."""

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from webapp.actions.carriers import LONGEST_NAME
from webapp.domain import tracking
from webapp.forms.fields import EditForm, clean_text, tidy


def tracking_pattern(form: Form, field: Field) -> None:
    """Refuse what can't become the address of a parcel's page."""
    wrong = tracking.fault(field.data or "")
    if wrong:
        raise ValidationError(wrong)


class PatternForm(EditForm):
    """The page of a courier that is there already."""

    tracking_pattern = StringField(
        _("Tracking page"),
        [Length(max=tracking.LONGEST, message=_("At most 500 characters.")), clean_text, tracking_pattern],
        filters=[tidy],
    )


class CarrierForm(PatternForm):
    """A courier that isn't among the usual ones."""

    name = StringField(
        _("Name"),
        [
            InputRequired(_("Give the carrier a name.")),
            Length(max=LONGEST_NAME, message=_("At most %(max)s characters.", max=LONGEST_NAME)),
            clean_text,
        ],
        filters=[tidy],
    )
