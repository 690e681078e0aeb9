"""Register a webhook, change it, send a range of messages again."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, URLField, widgets
from wtforms.validators import InputRequired, Length, ValidationError

from webapp.actions.webhooks import OVERLAPS, WebhookDraft, version
from webapp.connectors import http
from webapp.domain.webhook_events import EVENTS
from webapp.forms.fields import EditForm, SelectChoice, clean_text, tidy
from webapp.forms.numbers import WholeNumber
from webapp.models import Webhook

EVENT_WORDS = (
    _("An order in reach is new, or it or one of its lines has changed"),
    _("An order, or the last of its lines in reach, has been taken away"),
    _("A shipment is new or has changed"),
    _("A shipment is no longer in reach"),
    _("A product in reach or its stock has changed"),
    _("A product is no longer in reach"),
)
"""What `EVENTS` say, for the catalogues: the choice looks its words up there."""


class Ticks(SelectMultipleField):
    """A choice of several, each with a tick of its own."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class WebhookForm(EditForm):
    api_key_id = SelectField(_("API key whose data it sends"), [InputRequired(_("Choose the key that it speaks for."))])
    url = URLField(
        _("Address of the receiver"),
        [InputRequired(_("Give the address that is to be called.")), Length(max=1000), clean_text],
        filters=[tidy],
    )
    description = StringField(_("Description"), [Length(max=200), clean_text], filters=[tidy])
    events = Ticks(_("Events"), choices=[SelectChoice(event, _(text)) for event, text in EVENTS])
    nonce = HiddenField()
    """Spent by saving: the same form sent twice makes one webhook."""

    def validate_url(self, field: Any) -> None:
        """Refuse an address that must not be called; it is looked at again at each call."""
        try:
            http.vet_target(field.data or "")
        except http.BlockedError as blocked:
            raise ValidationError(str(blocked)) from None

    def draft(self) -> WebhookDraft:
        """Return what was typed as the action's value; call it on a valid form."""
        return WebhookDraft(self.url.data or "", list(self.events.data or []), self.description.data or "")


class ReplayForm(FlaskForm):
    first = WholeNumber(_("From number"), low=1, high=10**15)
    last = WholeNumber(_("to number"), low=1, high=10**15)


class RotateSecretForm(FlaskForm):
    overlap = SelectField(
        _("How long both secrets sign"), choices=[SelectChoice(str(hours), _(text)) for hours, text in OVERLAPS]
    )
    nonce = HiddenField()


def values_of(webhook: Webhook) -> dict[str, object]:
    """Return a webhook's columns as the form's fields."""
    return {
        "version": version(webhook),
        "api_key_id": str(webhook.api_key_id),
        "url": webhook.url,
        "description": webhook.description,
        "events": webhook.events,
    }
