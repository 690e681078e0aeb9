"""Orders as a file: choose it, look at what it will make, take it in. All that is wrong is told, by row and column."""

from collections import Counter

from flask import Blueprint, Response, make_response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from webapp.actions import sent_orders
from webapp.connectors.channels.generic import order_file
from webapp.connectors.channels.generic.order_columns import COLUMNS
from webapp.connectors.channels.generic.order_file import OrderFile
from webapp.domain import store_clock
from webapp.forms.sent_orders import OrderFileForm, TakeForm, Upload
from webapp.models import Channel
from webapp.web import access
from webapp.web.hypermedia import page, see

blueprint = Blueprint("sent_orders", __name__, url_prefix="/channels/<id:channel_id>/orders/file")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Channels are managed by the store's merchants and admins."))
)

SHOWN = 100
"""Faults that a page lists; it says how many more there are."""


@blueprint.get("/")
def choose_file(channel_id: int) -> Response:
    return _form_page(sent_orders.find(access.viewer(), channel_id), OrderFileForm(formdata=None))


@blueprint.post("/")
def upload(channel_id: int) -> Response:
    """Check the file and show what it would make; nothing is stored yet."""
    channel, form = sent_orders.find(access.viewer(), channel_id), OrderFileForm()
    given = form.upload() if form.validate() else None
    if given is None:
        return _form_page(channel, form, status=422)
    found = _read(given)
    if found.faults:
        return _form_page(channel, form, found, 422)
    take = TakeForm.carrying(access.viewer(), channel.id, given)
    if take is None:
        form.file.errors = [*form.file.errors, _("This file is too much for one go. Split it.")]
        return _form_page(channel, form, status=422)
    seen = sent_orders.preview(access.viewer(), channel.id, found.orders)
    return page("sent_orders/preview.html", channel=channel, form=take, found=found, seen=seen)


@blueprint.post("/take")
def take(channel_id: int) -> Response:
    """Take in what was looked at; a second time it changes nothing."""
    channel, form = sent_orders.find(access.viewer(), channel_id), TakeForm()
    given = form.upload(access.viewer(), channel.id) if form.validate() else None
    if given is None:
        told = _("That preview can't be used any more. Choose the file again.")
        return see(url_for("sent_orders.choose_file", channel_id=channel.id), told, "warning")
    counts = sent_orders.take_file_in(access.viewer(), channel.id, _read(given).orders)
    return see(url_for("channels.show", channel_id=channel.id), _said(counts))


@blueprint.get("/sample.csv")
def sample(channel_id: int) -> Response:
    sent_orders.find(access.viewer(), channel_id)
    response = make_response(order_file.SAMPLE)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="orders-sample.csv"'
    return response


def _read(given: Upload) -> OrderFile:
    zone = store_clock.zone(access.store().time_zone)
    return order_file.read(given.content, given.moment, given.day_first, zone)


def _said(counts: Counter[str]) -> str:
    new, changed = counts["created"], counts["updated"]
    same = counts["unchanged"] + counts["outdated"]
    told: str = ngettext(
        "Taken in: %(num)s new order, %(changed)s changed, %(same)s left as they were.",
        "Taken in: %(num)s new orders, %(changed)s changed, %(same)s left as they were.",
        new,
        changed=changed,
        same=same,
    )
    return told


def _form_page(channel: Channel, form: OrderFileForm, found: OrderFile | None = None, status: int = 200) -> Response:
    faults = found.faults if found else []
    return page(
        "sent_orders/choose_file.html",
        status=status,
        channel=channel,
        form=form,
        faults=faults[:SHOWN],
        more=max(0, len(faults) - SHOWN),
        columns=COLUMNS,
        most_rows=order_file.MOST_ROWS,
    )
