"""Log in, change one's password, set the installation up."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length

from webapp.forms.fields import SelectChoice, clean_text, tidy

TONGUES = (("", _("Automatic, as the browser asks")), ("en", "English"), ("it", "Italiano"))


class LoginForm(FlaskForm):
    email = EmailField(
        _("E-mail"), [DataRequired(_("Type your e-mail address.")), Length(max=254), clean_text], filters=[tidy]
    )
    password = PasswordField(_("Password"), [InputRequired(_("Type your password.")), Length(max=200)])
    next = HiddenField()


class PasswordForm(FlaskForm):
    present = PasswordField(_("Present password"), [InputRequired(_("Type your present password.")), Length(max=200)])
    new = PasswordField(_("New password"), [InputRequired(_("Type the new password."))])
    again = PasswordField(_("New password again"), [EqualTo("new", _("The two new passwords differ."))])


class ForgotForm(FlaskForm):
    email = EmailField(
        _("E-mail"),
        [InputRequired(_("Type your e-mail address.")), Email(_("This isn't an e-mail address.")), Length(max=254)],
        filters=[tidy],
    )


class NewPasswordForm(FlaskForm):
    new = PasswordField(_("New password"), [InputRequired(_("Type the new password."))])
    again = PasswordField(_("New password again"), [EqualTo("new", _("The two new passwords differ."))])


class LanguageForm(FlaskForm):
    language = SelectField(_("Language"), choices=[SelectChoice(code, name) for code, name in TONGUES])


class NoticesForm(FlaskForm):
    tasks = BooleanField(_("What newly needs action"))
    webhooks = BooleanField(_("Paused webhooks"))
    digest = BooleanField(_("The day’s summary"))


class SetupForm(FlaskForm):
    name = StringField(
        _("Store name"), [DataRequired(_("Give your store a name.")), Length(max=120), clean_text], filters=[tidy]
    )
    currency = StringField(_("Currency"), [InputRequired(_("Give the currency.")), Length(3, 3)], default="EUR")
    time_zone = StringField(_("Time zone"), [InputRequired(_("Give the time zone."))], default="Europe/Rome")
    admin_name = StringField(
        _("Your name"), [DataRequired(_("Give your name.")), Length(max=120), clean_text], filters=[tidy]
    )
    email = EmailField(
        _("Your e-mail"),
        [
            InputRequired(_("Give your e-mail address: you log in with it.")),
            Email(_("This isn't an e-mail address.")),
            Length(max=254),
        ],
        filters=[tidy],
    )
    password = PasswordField(_("Password"), [InputRequired(_("Choose a password."))])
