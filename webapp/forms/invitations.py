"""Invite somebody, and take an invitation."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from webapp.actions.invitations import InvitationDraft
from webapp.forms.account import TONGUES
from webapp.forms.fields import SelectChoice, clean_text, tidy
from webapp.forms.users import AccessForm


class InvitationForm(AccessForm):
    def draft(self) -> InvitationDraft:
        """Return what was typed as the action's value."""
        return InvitationDraft(self.email.data or "", self.role.data, self.supplier_id.data)


class JoinForm(FlaskForm):
    name = StringField(
        _("Your name"), [DataRequired(_("Give your name.")), Length(max=120), clean_text], filters=[tidy]
    )
    password = PasswordField(_("Password"), [InputRequired(_("Choose a password."))])
    language = SelectField(_("Language"), choices=[SelectChoice(code, name) for code, name in TONGUES])
