"""The secret that a channel and its shop sign with: shown once where it is made, rotated with an overlap."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import channel_secrets, channels
from webapp.domain.errors import Conflict
from webapp.forms.webhooks import RotateSecretForm
from webapp.models import Channel
from webapp.web import access, nonces
from webapp.web.hypermedia import page, see

blueprint = Blueprint("channel_secrets", __name__, url_prefix="/channels/<id:channel_id>/secret")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Channels are managed by the store's merchants and admins."))
)


@blueprint.get("/rotate")
def confirm_rotate(channel_id: int) -> Response:
    form = RotateSecretForm(formdata=None, data={"overlap": "24", "nonce": nonces.hand_out()})
    return page("channel_secrets/rotate.html", form=form, channel=_channel(channel_id))


@blueprint.post("/rotate")
def rotate(channel_id: int) -> Response:
    channel, form = _channel(channel_id), RotateSecretForm()
    if not form.validate_on_submit() or nonces.renew(form):
        return page("channel_secrets/rotate.html", status=422, form=form, channel=channel)
    if not nonces.spend(form.nonce.data):
        told = _("That was done already; the new secret can't be shown again.")
        return see(url_for("channels.show", channel_id=channel_id), told, "warning")
    secret = channel_secrets.rotate(access.viewer(), channel_id, int(form.overlap.data))
    return reveal(channel, secret, _("New signing secret"))


def reveal(channel: Channel, secret: str, title: str) -> Response:
    """Show the secret in this answer alone: no address shows it again."""
    response = page("channel_secrets/reveal.html", channel=channel, secret=secret, title=title)
    response.headers["Cache-Control"] = "no-store"
    return response


def _channel(channel_id: int) -> Channel:
    channel = channels.find(access.viewer(), channel_id)
    if channel.read_every_seconds:
        raise Conflict("no_secret", _("%(name)s has no signing secret of ours.", name=channel.name))
    return channel
