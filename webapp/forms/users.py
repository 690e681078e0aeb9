"""Add and change a user."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from webapp.actions.users import UserDraft
from webapp.forms.fields import EditForm, SelectChoice, clean_text, tidy

ROLES = (("merchant", _("Merchant")), ("admin", _("Admin")), ("clerk", _("Clerk of a supplier")))


def id_or_none(value: Any) -> int | None:
    return int(value) if value else None


class AccessForm(FlaskForm):
    """Who it is, and as what they work in the store."""

    email = EmailField(
        _("E-mail"),
        [InputRequired(_("Give the e-mail address.")), Email(_("This isn't an e-mail address.")), Length(max=254)],
        filters=[tidy],
    )
    role = SelectField(_("Role"), choices=[SelectChoice(*role) for role in ROLES])
    supplier_id = SelectField(_("Supplier (for clerks)"), coerce=id_or_none, validators=[Optional()])


class UserForm(AccessForm, EditForm):
    name = StringField(_("Name"), [DataRequired(_("Give a name.")), Length(max=120), clean_text], filters=[tidy])
    password = PasswordField(_("Password"), [Optional()])

    def draft(self) -> UserDraft:
        """Return what was typed as the action's value; the form of an account that exists has no address."""
        email = self.email.data if "email" in self else ""
        return UserDraft(
            self.name.data or "", email or "", self.role.data, self.supplier_id.data, self.password.data or ""
        )
