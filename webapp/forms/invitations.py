"""Invite somebody, and take an invitation."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from webapp.actions.invitations import InvitationDraft
from webapp.forms.account import TONGUES
from webapp.forms.fields import clean_text, tidy
from webapp.forms.users import id_or_none

ROLES = (("merchant", _("Merchant")), ("admin", _("Admin")), ("clerk", _("Clerk of a supplier")))


class InvitationForm(FlaskForm):
    email = EmailField(
        _("E-mail"),
        [InputRequired(_("Give the e-mail address.")), Email(_("This isn't an e-mail address.")), Length(max=254)],
        filters=[tidy],
    )
    role = SelectField(_("Role"), choices=[SelectChoice(*role) for role in ROLES])
    supplier_id = SelectField(_("Supplier (for clerks)"), coerce=id_or_none, validators=[Optional()])

    def draft(self) -> InvitationDraft:
        """Return what was typed as the action's value."""
        return InvitationDraft(self.email.data or "", self.role.data, self.supplier_id.data)


class JoinForm(FlaskForm):
    name = StringField(
        _("Your name"), [DataRequired(_("Give your name.")), Length(max=120), clean_text], filters=[tidy]
    )
    password = PasswordField(_("Password"), [InputRequired(_("Choose a password."))])
    language = SelectField(_("Language"), choices=[SelectChoice(code, name) for code, name in TONGUES])
