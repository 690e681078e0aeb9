"""The form that connects a channel: made from what its kind asks for."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Field, Form, HiddenField, PasswordField, SelectField, StringField, URLField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from webapp.actions import credentials
from webapp.actions.channels import ChannelDraft
from webapp.connectors import http
from webapp.connectors.channels import Kind
from webapp.domain.viewer import Viewer
from webapp.forms.fields import EditForm, SelectChoice, clean_text, tidy
from webapp.forms.numbers import WholeNumber


def web_address(form: Form, field: Field) -> None:
    """Refuse what is no plain http or https address; whether something answers there is for the test to say."""
    try:
        _port = urlsplit(field.data or "").port  # Looks at brackets and port, which `vet_url` leaves to the connection.
        http.vet_url(field.data or "")
    except ValueError as error:
        raise ValidationError(_("This isn't a valid address.")) from error
    except http.BlockedError as error:
        raise ValidationError(str(error)) from error


class ChannelForm(EditForm):
    """Name and address; the kind's own fields are added by `form_for`."""

    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Give the channel a name, such as your shop's.")), Length(max=120), clean_text],
        filters=[tidy],
    )
    base_url = URLField(
        lazy_gettext("Address"),
        [DataRequired(lazy_gettext("Give the shop's address.")), Length(max=500), clean_text, web_address],
        filters=[tidy],
    )
    calls_per_minute = WholeNumber(lazy_gettext("Calls a minute at most"), low=1, high=60_000, optional=True)
    kept = HiddenField()
    """Secrets typed before, sealed: a password field shows nothing, so what was typed would be lost after a test."""

    kind: Kind

    def carry(self, viewer: Viewer) -> None:
        """Put secrets typed before where none is typed now, and hold all of them for the form's next answer."""
        before = credentials.lent(viewer, self.kept.data or "")
        for field in self._secret():
            field.data = field.data or before.get(field.name, "")
        self.kept.data = credentials.lend(viewer, {field.name: field.data for field in self._secret() if field.data})

    def draft(self) -> ChannelDraft:
        """Return what was typed as the action's value; call it on a valid form."""
        secrets = {field.name: field.data or "" for field in self._secret()}
        values = {field.name: self[field.name].data or "" for field in self.kind.fields}
        settings = {name: value for name, value in values.items() if name not in secrets}
        return ChannelDraft(
            self.name.data or "", self.base_url.data or "", settings, secrets, self.calls_per_minute.number
        )

    def _secret(self) -> list[Field]:
        return [self[field.name] for field in self.kind.fields if field.secret]


def form_for(kind: Kind, viewer: Viewer, said: Callable[[str], str], known: bool = False, **kwargs: Any) -> ChannelForm:
    """Return the form for a kind; where the channel is `known`, an empty secret means the present one.

    `said` puts the kind's own words into the reader's language.
    """
    fields: dict[str, Any] = {"kind": kind}
    if not kind.needs_address:
        rules = [Optional(), Length(max=500), clean_text, web_address]
        fields["base_url"] = URLField(lazy_gettext("Address for messages"), rules, filters=[tidy])
    for field in kind.fields:
        needed = field.required and not (known and field.secret)
        # A secret counts as given where `carry` has put it, so what matters is its value and not what was sent.
        given = DataRequired if field.secret else InputRequired
        rules = [
            given(_("%(label)s is needed.", label=said(field.label))) if needed else Optional(),
            Length(max=500),
            clean_text,
        ]
        if field.choices:
            choices = [SelectChoice(value, said(text)) for value, text in field.choices]
            fields[field.name] = SelectField(said(field.label), choices=choices, default=field.default)
        else:
            made = PasswordField if field.secret else StringField
            fields[field.name] = made(said(field.label), rules, default="" if known else field.default)
    form: ChannelForm = type("KindForm", (ChannelForm,), fields)(**kwargs)
    if form.is_submitted():
        form.carry(viewer)
    return form
