"""Invite somebody, and take an invitation."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from webapp.actions.invitations import InvitationDraft
from webapp.forms.account import TONGUES
from webapp.forms.fields import clean_text, tidy
from webapp.forms.users import id_or_none

ROLES = (("merchant", _l("Merchant")), ("admin", _l("Admin")), ("clerk", _l("Clerk of a supplier")))


class InvitationForm(FlaskForm):
    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Give the e-mail address.")), Email(_l("This isn't an e-mail address.")), Length(max=254)],
        filters=[tidy],
    )
    role = SelectField(_l("Role"), choices=[SelectChoice(*role) for role in ROLES])
    supplier_id = SelectField(_l("Supplier (for clerks)"), coerce=id_or_none, validators=[Optional()])

    def draft(self) -> InvitationDraft:
        """Return what was typed as the action's value."""
        return InvitationDraft(self.email.data or "", self.role.data, self.supplier_id.data)


class JoinForm(FlaskForm):
    name = StringField(
        _l("Your name"), [DataRequired(_l("Give your name.")), Length(max=120), clean_text], filters=[tidy]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Choose a password."))])
    language = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in TONGUES])
