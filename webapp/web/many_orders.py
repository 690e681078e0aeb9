"""Do one thing with many orders: choose them by ticks or by a filter, look at what follows, start it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from webapp.actions import many_orders
from webapp.domain import order_status, order_verbs, row_id
from webapp.forms.holds import HoldForm
from webapp.models import Order
from webapp.web import access, given, order_list, order_query
from webapp.web.hypermedia import page, see
from webapp.web.sayings import said

blueprint = Blueprint("many_orders", __name__, url_prefix="/orders/many")
blueprint.before_request(access.require_login)

VERBS = {
    "accept": lazy_gettext("Accept"),
    "hold": lazy_gettext("Hold"),
    "release": lazy_gettext("Release"),
    "reroute": lazy_gettext("Choose stock anew"),
}
"""What can be done, as the buttons say it."""


@dataclass(frozen=True)
class Chosen:
    """The orders that are meant."""

    rows: list[tuple[int, str, str]]
    """Id, reference and status."""
    matching: bool
    query: str

    @property
    def newest(self) -> int:
        """Return the id behind which orders came in after these were looked at."""
        return max((row[0] for row in self.rows), default=0)

    @property
    def too_many(self) -> bool:
        """Tell whether they are more than fit into one batch."""
        return len(self.rows) > many_orders.MOST

    def sorts(self, verb: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Return (status, orders) of those that the verb does something to, and of those that it leaves alone."""
        counts = Counter(status for _id, _reference, status in self.rows).most_common()
        touched = order_verbs.VERBS[verb]
        return [row for row in counts if row[0] in touched], [row for row in counts if row[0] not in touched]


@blueprint.get("/<verb>")
def new(verb: str) -> Response:
    return _confirm(verb, _chosen(verb, request.args), HoldForm(None))


def _options(form: HoldForm) -> dict[str, str | None]:
    until = form.ends_at()
    return {"reason": form.reason.data, "until": until.isoformat() if until else None}


@blueprint.post("/<verb>")
def create(verb: str) -> Response:
    chosen, form = _chosen(verb, request.form), HoldForm(request.form, time_zone=access.store().time_zone)
    if not chosen.rows or chosen.too_many:
        return _confirm(verb, chosen, form)
    if chosen.matching and request.form.get("count") != str(len(chosen.rows)):
        flash(_("Other orders match by now: look at them before you go on."), "warning")
        return _confirm(verb, chosen, form, 409)
    if verb == "hold" and not form.validate():
        return _confirm(verb, chosen, form, 422)
    options = _options(form) if verb == "hold" else {}
    rows = [(order_id, reference) for order_id, reference, _status in chosen.rows]
    started = many_orders.start(access.viewer(), verb, rows, options)
    return see(url_for("batches.show", batch_id=started.id))


def _chosen(verb: str, values: MultiDict[str, str]) -> Chosen:
    """Read which orders are meant; those that the viewer may not see are none."""
    viewer = access.viewer()
    if verb not in VERBS:
        abort(404)
    if verb not in order_verbs.allowed(viewer):
        abort(403, _("Only the store's own people can do this."))
    asked = order_query.of_text(values.get("query", ""))
    columns: tuple[Any, ...] = (Order.id, Order.reference, Order.status)
    if values.get("matching") == "1":
        query = asked.search.sorted(viewer, *columns).limit(many_orders.MOST + 1)
        newest = given.number(values, "newest")
        query = query if newest is None else query.where(Order.id <= newest)
        return Chosen(list(query.tuples()), True, asked.query)
    ticks = values.getlist("order")[: order_list.TICKS]
    ids = [number for tick in ticks if (number := row_id.read(tick)) is not None]
    query = (
        Order.visible_to(viewer, *columns).where(Order.id.in_(ids)).order_by(Order.ordered_at.desc(), Order.id.desc())
    )
    return Chosen(list(query.tuples()) if ids else [], False, asked.query)


def _confirm(verb: str, chosen: Chosen, form: HoldForm, status: int = 200) -> Response:
    home = order_list.address(chosen.query)
    if not chosen.rows:
        return order_list.none_ticked(chosen.query)
    if chosen.too_many:
        most = format(many_orders.MOST, ",")
        told = _(
            "More than %(most)s orders match, which is too many at once. Narrow the filters down first.", most=most
        )
        return see(home, told, "warning")
    touched, left = chosen.sorts(verb)
    return page(
        "many_orders/new.html",
        status=status,
        verb=verb,
        word=VERBS[verb],
        title=said(many_orders.title(verb, len(chosen.rows))),
        chosen=chosen,
        touched=touched,
        left=left,
        names=dict(order_status.STATUSES),
        form=form,
        home=home,
    )
