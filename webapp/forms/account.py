"""Log in, change one's password, set the installation up."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length

from webapp.forms.fields import clean_text, tidy

TONGUES = (("", _l("Automatic, as the browser asks")), ("en", "English"), ("it", "Italiano"))


class LoginForm(FlaskForm):
    email = EmailField(
        "E-mail", [DataRequired("Type your e-mail address."), Length(max=254), clean_text], filters=[tidy]
    )
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=200)])
    next = HiddenField()


class PasswordForm(FlaskForm):
    present = PasswordField("Present password", [InputRequired("Type your present password."), Length(max=200)])
    new = PasswordField("New password", [InputRequired("Type the new password.")])
    again = PasswordField("New password again", [EqualTo("new", "The two new passwords differ.")])


class ForgotForm(FlaskForm):
    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Type your e-mail address.")), Email(_l("This isn't an e-mail address.")), Length(max=254)],
        filters=[tidy],
    )


class NewPasswordForm(FlaskForm):
    new = PasswordField(_l("New password"), [InputRequired(_l("Type the new password."))])
    again = PasswordField(_l("New password again"), [EqualTo("new", _l("The two new passwords differ."))])


class LanguageForm(FlaskForm):
    language = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in TONGUES])


class NoticesForm(FlaskForm):
    tasks = BooleanField(_l("What newly needs action"))
    webhooks = BooleanField(_l("Paused webhooks"))
    digest = BooleanField(_l("The day’s summary"))


class SetupForm(FlaskForm):
    name = StringField(
        "Store name", [DataRequired("Give your store a name."), Length(max=120), clean_text], filters=[tidy]
    )
    currency = StringField("Currency", [InputRequired("Give the currency."), Length(3, 3)], default="EUR")
    time_zone = StringField("Time zone", [InputRequired("Give the time zone.")], default="Europe/Rome")
    admin_name = StringField(
        "Your name", [DataRequired("Give your name."), Length(max=120), clean_text], filters=[tidy]
    )
    email = EmailField(
        "Your e-mail",
        [
            InputRequired("Give your e-mail address: you log in with it."),
            Email("This isn't an e-mail address."),
            Length(max=254),
        ],
        filters=[tidy],
    )
    password = PasswordField("Password", [InputRequired("Choose a password.")])
