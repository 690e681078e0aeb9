"""Sales channels: connect by a form with a test, read now, see every reading."""

import datetime as dt
from typing import Any

import peewee as pw
from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import channel_carriers, channel_secrets, channels, reconciliations, stock_levels
from webapp.connectors.channels import KINDS, ConnectorError, Kind, kind_of, open_channel
from webapp.db import now
from webapp.domain import reconciling
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.channels import ChannelForm, form_for
from webapp.models import Channel, Push, SyncRun, tasks
from webapp.web import access
from webapp.web.channel_secrets import reveal
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import after, page, page_of, put_errors, see
from webapp.web.sayings import said

blueprint = Blueprint("channels", __name__, url_prefix="/channels")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Channels are managed by the store's merchants and admins."))
)

NEW = dt.timedelta(minutes=5)
"""How long the page of a channel waits for its first reading, which comes within a minute where a worker runs."""


@blueprint.get("/")
def index() -> Response:
    def count(status: tuple[str, ...]) -> pw.ModelSelect:
        mine = (Push.store == Channel.store) & (Push.channel == Channel.id)
        return Push.select(pw.fn.COUNT(Push.id)).where(mine, Push.status.in_(status))

    last = SyncRun.select(pw.fn.MAX(SyncRun.id)).where(
        SyncRun.channel == Channel.id, SyncRun.status.in_(("done", "failed")), SyncRun.trigger != "catalogue"
    )
    rows = (
        Channel.select(
            Channel,
            SyncRun.status.alias("last_status"),
            SyncRun.finished_at.alias("last_read_at"),
            count(("waiting", "sending")).alias("pushes_waiting"),
            count(("failed",)).alias("pushes_failed"),
        )
        .join(SyncRun, pw.JOIN.LEFT_OUTER, on=(SyncRun.id == last))
        .where(Channel.store == access.viewer().store_id, Channel.archived_at.is_null())
        .order_by(Channel.id)
        .objects()
    )
    shown = list(rows)
    return page("channels/index.html", rows=shown, kinds={row.kind: kind_of(row.kind) for row in shown})


@blueprint.get("/new")
def choose() -> Response:
    return page("channels/choose.html", kinds=[kind_of(kind) for kind in KINDS])


@blueprint.get("/new/<kind>")
def new(kind: str) -> Response:
    described = _kind(kind)
    address = current_app.config["CROSSDOCK"].sandbox_url if kind == "sandbox" else ""
    values = {"base_url": address, "name": described.name if address else ""}
    form = form_for(described, access.viewer(), said, formdata=None, data=values)
    return page("channels/new.html", form=form, kind=described, tested=None)


@blueprint.post("/new/<kind>")
def create(kind: str) -> Response:
    """Connect what answers; what doesn't, where the merchant says so all the same."""
    described, tested = _kind(kind), None
    form = form_for(described, access.viewer(), said)
    reads = described.capabilities.reads_orders
    if form.validate_on_submit():
        if reads and "untested" not in request.form:
            tested = _test(form, kind, form.draft().secrets)
        if tested is None or tested[0]:
            try:
                made = channels.connect(access.viewer(), kind, form.draft(), reads)
            except Invalid as invalid:
                put_errors(form, invalid)
            else:
                return _connected(made)
    return page("channels/new.html", status=422, form=form, kind=described, tested=tested)


def _connected(channel: Channel) -> Response:
    if not channel.read_every_seconds:
        return reveal(channel, channel_secrets.current(channel)[0], _("%(name)s is connected", name=channel.name))
    return see(url_for("channels.show", channel_id=channel.id), _("Connected: its orders are being read now."))


@blueprint.post("/new/<kind>/test")
def test_new(kind: str) -> Response:
    described = _kind(kind)
    form = form_for(described, access.viewer(), said)
    tested = _test(form, kind, form.draft().secrets) if form.validate_on_submit() else None
    return page(
        "channels/new.html", status=200 if tested and tested[0] else 422, form=form, kind=described, tested=tested
    )


@blueprint.get("/<id:channel_id>")
def show(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    runs = SyncRun.select().where(SyncRun.store == channel.store_id, SyncRun.channel == channel.id)
    if after():
        runs = runs.where(SyncRun.id < after())
    found = page_of(runs.order_by(SyncRun.id.desc()).limit(51))
    latest = reconciliations.of_channel(channel).first()
    return page(
        "channels/show.html",
        "channel_runs",
        channel=channel,
        kind=kind_of(channel.kind),
        page=found,
        pending=_pending(channel, [*found.rows, *([latest] if latest else [])]),
        waiting_pushes=channels.waiting_pushes(channel),
        resting=channel.rest_until is not None and channel.rest_until > now(),
        unmapped=channel_carriers.unmapped(channel),
        unread=tasks.unread_channels(channel.store_id).where(Channel.id == channel.id).first(),
        comparison=latest,
        differences=dict(reconciling.KINDS),
        stock=stock_levels.summary(channel) if channel.tells_stock else None,
    )


def _pending(channel: Channel, works: list[Any]) -> bool:
    """Tell whether the page is to be looked at again by itself: something runs, or the first reading is about to."""
    new = channel.enabled and channel.read_every_seconds and channel.created_at > now() - NEW
    return any(work.status in ("waiting", "running") for work in works) or bool(new and not works)


@blueprint.get("/<id:channel_id>/edit")
def edit(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    kind = kind_of(channel.kind)
    return page("channels/edit.html", form=_stored(channel), kind=kind, channel=channel, tested=None)


@blueprint.post("/<id:channel_id>")
def update(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    kind = kind_of(channel.kind)
    form, status = form_for(kind, access.viewer(), said, known=True), 422
    if form.validate_on_submit():
        try:
            channels.update(access.viewer(), channel_id, form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(channels.find(access.viewer(), channel_id)))
        else:
            return see(url_for("channels.show", channel_id=channel_id), _("Saved."))
    return page("channels/edit.html", status=status, form=form, kind=kind, channel=channel, tested=None)


@blueprint.post("/<id:channel_id>/test")
def test(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    kind = kind_of(channel.kind)
    form = form_for(kind, access.viewer(), said, known=True)
    tested = None
    if form.validate_on_submit():
        try:
            tested = _test(form, channel.kind, channels.merged(channel, form.draft()))
        except Invalid as invalid:
            put_errors(form, invalid)
    good = bool(tested and tested[0])
    return page("channels/edit.html", status=200 if good else 422, form=form, kind=kind, channel=channel, tested=tested)


@blueprint.post("/<id:channel_id>/sync")
def sync(channel_id: int) -> Response:
    channels.request_sync(access.viewer(), channel_id)
    return see(url_for("channels.show", channel_id=channel_id), _("The channel is being read now."))


@blueprint.post("/<id:channel_id>/backfill")
def backfill(channel_id: int) -> Response:
    channels.request_sync(access.viewer(), channel_id, "backfill")
    return see(url_for("channels.show", channel_id=channel_id), _("All of its orders are being read again."))


@blueprint.post("/<id:channel_id>/compare")
def compare(channel_id: int) -> Response:
    reconciliations.request(access.viewer(), channel_id)
    return see(url_for("channels.show", channel_id=channel_id), _("The last 30 days are being compared now."))


@blueprint.post("/<id:channel_id>/import-products")
def import_products(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    if not kind_of(channel.kind).capabilities.catalogue:
        abort(404)
    channels.request_sync(access.viewer(), channel_id, "catalogue")
    return see(url_for("channels.show", channel_id=channel_id), _("Its products are being read now."))


@blueprint.post("/<id:channel_id>/tell-stock")
def tell_stock(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    if not kind_of(channel.kind).capabilities.stock_levels:
        abort(404)
    channels.tell_stock(access.viewer(), channel_id)
    return see(url_for("channels.show", channel_id=channel_id), _("The shop is being told how much is in stock."))


@blueprint.post("/<id:channel_id>/stop-telling-stock")
def stop_telling_stock(channel_id: int) -> Response:
    channels.stop_telling_stock(access.viewer(), channel_id)
    return see(url_for("channels.show", channel_id=channel_id), _("The shop's own numbers are left alone from now on."))


@blueprint.post("/<id:channel_id>/pause")
def pause(channel_id: int) -> Response:
    channels.pause(access.viewer(), channel_id)
    return see(url_for("channels.show", channel_id=channel_id), _("Paused: nothing is read or told until you resume."))


@blueprint.post("/<id:channel_id>/resume")
def resume(channel_id: int) -> Response:
    channels.resume(access.viewer(), channel_id)
    return see(url_for("channels.show", channel_id=channel_id), _("Resumed."))


@blueprint.post("/<id:channel_id>/wake")
def wake(channel_id: int) -> Response:
    channels.wake(access.viewer(), channel_id)
    return see(url_for("channels.show", channel_id=channel_id), _("The worker tries it again now."))


@blueprint.get("/<id:channel_id>/disconnect")
def confirm_disconnect(channel_id: int) -> Response:
    channel = channels.find(access.viewer(), channel_id)
    return page("channels/disconnect.html", channel=channel, waiting_pushes=channels.waiting_pushes(channel))


@blueprint.post("/<id:channel_id>/disconnect")
def disconnect(channel_id: int) -> Response:
    channels.disconnect(access.viewer(), channel_id)
    return see(url_for("channels.index"), _("Disconnected. Its orders stay."))


def _kind(kind: str) -> Kind:
    return kind_of(kind) if kind in KINDS else abort(404)


def _stored(channel: Channel) -> ChannelForm:
    """Return the form as it opens; secrets stand in none."""
    values = {name: getattr(channel, name) for name in ("name", "base_url", "calls_per_minute")} | channel.settings
    values["version"] = channels.version(channel)
    return form_for(kind_of(channel.kind), access.viewer(), said, known=True, formdata=None, data=values)


def _test(form: ChannelForm, kind: str, secrets: dict[str, str]) -> tuple[bool, str]:
    """Try the connection without storing anything; return whether it worked and what to say of it."""
    draft = form.draft()
    try:
        return True, open_channel(kind, draft.base_url, draft.settings, secrets).test()
    except ConnectorError as error:
        return False, str(error)
