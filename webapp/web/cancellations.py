"""Cancel an order or units of it: what will follow, line by line, and then the deed."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import cancellations, orders
from webapp.connectors.channels import kind_of
from webapp.domain import order_status
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.cancellations import CancellationForm
from webapp.models import Channel, Order
from webapp.web import access
from webapp.web.hypermedia import page, put_refusal, see

blueprint = Blueprint("cancellations", __name__, url_prefix="/orders/<id:order_id>/cancel")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Orders are canceled by the store's own people."))
)


@blueprint.get("/")
def new(order_id: int) -> Response:
    order, form = _typed(order_id, None)
    if order.status not in order_status.OPEN:
        status = _(order_status.name(order.status)).lower()
        told = _("An order that is %(status)s can't be canceled: what is gone can only come back.", status=status)
        return see(_url(order_id), told, "warning")
    return _page(order, form)


@blueprint.post("/preview")
def preview(order_id: int) -> Response:
    order, form = _typed(order_id, request.form)
    return _page(order, form, 200 if form.validate() else 422)


@blueprint.post("/")
def create(order_id: int) -> Response:
    order, form = _typed(order_id, request.form)
    if not form.validate():
        return _page(order, form, 422)
    if form.previewed.data != form.numbers:
        form.form_errors.append(_("You changed numbers after the preview. This is what follows from them; confirm it."))
        return _page(order, form, 422)
    try:
        made = cancellations.cancel(access.viewer(), order_id, form.units, form.why.data or "")
    except (Invalid, Conflict) as refused:
        return _page(order, form, put_refusal(form, refused))
    if any(one.asked for one in made):
        return see(_url(order_id), _("What nobody had begun is canceled; the warehouse is asked for the rest."))
    return see(_url(order_id), _("Canceled. The stock is free again."))


def _typed(order_id: int, typed: object) -> tuple[Order, CancellationForm]:
    order = orders.find(access.viewer(), order_id)
    return order, CancellationForm.for_lines(cancellations.foresee(access.viewer(), order), typed)


def _page(order: Order, form: CancellationForm, status: int = 200) -> Response:
    """Show what follows from the numbers as far as they are sound."""
    sound = not any(form.units_of(line_id).errors for line_id in form.line_ids)
    outcomes = cancellations.foresee(access.viewer(), order, form.units if sound else None)
    form.previewed.data = form.numbers if sound else ""
    channel = Channel.get_or_none(Channel.id == order.channel_id) if order.channel_id else None
    return page(
        "cancellations/new.html",
        None,
        status,
        order=order,
        form=form,
        outcomes=outcomes,
        sound=sound,
        whole=all(one.units == one.most for one in outcomes),
        channel=channel,
        told=channel is not None and _hears(channel),
    )


def _hears(channel: Channel) -> bool:
    """Tell whether the channel can be told that an order is canceled."""
    is_there = channel.archived_at is None and channel.base_url != ""
    return is_there and kind_of(channel.kind).capabilities.can_cancel


def _url(order_id: int) -> str:
    return url_for("orders.show", order_id=order_id)
