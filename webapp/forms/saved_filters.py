"""A saved filter: its name, and whether others see it."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from webapp.actions.saved_filters import LONGEST_NAME
from webapp.forms.fields import EditForm, clean_text, tidy


class FilterForm(EditForm):
    """What its owner may change."""

    name = StringField(
        _("Name"),
        [
            InputRequired(_("Give the filter a name.")),
            Length(max=LONGEST_NAME, message=_("At most 60 characters.")),
            clean_text,
        ],
        filters=[tidy],
    )
    shared = BooleanField(_("Share with the store"))


class NewFilterForm(FilterForm):
    """A filter that isn't saved yet, with the filters as they stand in the address."""

    query = HiddenField()
