"""Carriers' names on a channel: what is usual, what the merchant chose, and what waits for a choice."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from webapp.actions import channel_carriers, channels
from webapp.connectors.channels import kind_of
from webapp.domain import channel_carriers as naming
from webapp.domain import tracking
from webapp.domain.channel_carriers import CarrierNames
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.channel_carriers import ChannelCarriersForm, form_for
from webapp.models import Channel
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import page, see

blueprint = Blueprint("channel_carriers", __name__, url_prefix="/channels/<id:channel_id>/carriers")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Channels are managed by the store's merchants and admins."))
)


@dataclass(frozen=True)
class Row:
    """One carrier as the channel hears of it now."""

    carrier: str
    usual: str
    """The channel's name for it without a choice; empty where it has none."""
    state: str
    """`chosen`, `usual`, `as_it_is` or `none`."""
    waits: bool


@blueprint.get("")
def edit(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    return _page(channel, _stored(channel))


@blueprint.post("")
def update(channel_id: int) -> Response:
    viewer = access.viewer()
    channel = channels.find(viewer, channel_id)
    wants, form, status = kind_of(channel.kind).carriers, _form(channel), 422
    if form.validate_on_submit():
        holds, seen = wants.free and bool(form.holds_unmapped.data), form.version.data or ""
        try:
            gone = channel_carriers.save(viewer, channel_id, wants, form.choices(request.form), holds=holds, seen=seen)
        except Invalid as invalid:
            for carrier, messages in invalid.errors.items():
                form.name_of(carrier).errors = messages
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(channels.find(viewer, channel_id)))
        else:
            return see(url_for("channel_carriers.edit", channel_id=channel_id), _said(gone))
    return _page(channel, form, status)


def _said(gone: int) -> str:
    if not gone:
        return str(_("Saved."))
    return str(ngettext("Saved. %(num)s confirmation goes out now.", "Saved. %(num)s confirmations go out now.", gone))


def _stored(channel: Channel) -> ChannelCarriersForm:
    values = {"holds_unmapped": channel.holds_unmapped, "version": channel_carriers.version(channel)}
    return _form(channel, formdata=None, data=values)


def _form(channel: Channel, **kwargs: Any) -> ChannelCarriersForm:
    names, chosen = channel_carriers.names(channel), channel_carriers.chosen(channel)
    form: ChannelCarriersForm = form_for(kind_of(channel.kind).carriers, names, chosen, **kwargs)
    return form


def _page(channel: Channel, form: ChannelCarriersForm, status: int = 200) -> Response:
    kind, chosen = kind_of(channel.kind), channel_carriers.chosen(channel)
    waiting = {tracking.key(carrier) for carrier in channel_carriers.unmapped(channel)}
    rows = [_row(channel, kind.carriers, chosen, waiting, carrier) for carrier in form.carriers]
    rows.sort(key=lambda row: (not row.waits, row.state != "none"))
    return page("channel_carriers/edit.html", status=status, channel=channel, kind=kind, form=form, rows=rows)


def _row(channel: Channel, wants: CarrierNames, chosen: dict[str, str], waiting: set[str], carrier: str) -> Row:
    key, usual = tracking.key(carrier), naming.default(wants, carrier)
    goes = wants.free and not channel.holds_unmapped
    state = "chosen" if key in chosen else "usual" if usual else "as_it_is" if goes else "none"
    return Row(carrier, naming.shown(wants, usual) if usual else "", state, key in waiting)
