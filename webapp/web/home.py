"""The start page: what is where and what is late, what waits for a person, how services and connections do."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from webapp.actions import first_steps as steps
from webapp.db import now
from webapp.domain import lead_time, order_status, store_clock
from webapp.domain.viewer import Viewer
from webapp.models import Order, first_steps, health, order_due, order_rows, overview, scorecard, tasks
from webapp.web import access, daily_chart
from webapp.web.hypermedia import page, see

blueprint = Blueprint("home", __name__)
blueprint.before_request(access.require_login)

SHOWN = 10
"""Orders of one list; the rest is behind its link."""


@blueprint.get("/")
def index() -> Response:
    viewer = access.viewer()
    if viewer.supplier_id is not None:
        return page("home/work.html", "home_now", **_work(viewer))
    values = _now(viewer)
    if not request.htmx.wants_fragment:  # type: ignore[attr-defined]
        values |= _trends(viewer, values.pop("calls"))
    return page("home/index.html", "home_now", **values)


@blueprint.post("/steps/hide")
@access.only("admin", "merchant")
def hide_steps() -> Response:
    steps.hide(access.viewer())
    return see(url_for("home.index"))


def _now(viewer: Viewer) -> dict[str, Any]:
    """Return what changes by the minute, for people of the whole store."""
    calls, store = tasks.polls(viewer.store_id), access.store()
    silent = sum(one.silent for one in calls.values())
    late, today = (_due(viewer, due) for due in ("late", "today"))
    return {
        "calls": calls,
        "counts": overview.stages(viewer, store.time_zone),
        "counted": overview.COUNTED,
        "statuses": order_status.STATUSES,
        "late": late,
        "today": today,
        "sources": _sources(viewer, late + today),
        "late_days": _late_days,
        "due_day": _due_day,
        "troubles": {**tasks.counts(viewer.store_id), "silent": silent},
        "cancel_requests": overview.cancel_requests(viewer),
        "channels": health.channels(viewer.store_id),
        "webhooks": health.webhooks(viewer.store_id),
        "worker": health.worker(),
    }


def _trends(viewer: Viewer, calls: dict[int, tasks.Polls]) -> dict[str, Any]:
    """Return what is told beside that when the page is opened."""
    store = access.store()
    done = {} if store.steps_hidden else first_steps.done(viewer.store_id)
    return {
        "chart": daily_chart.read(store),
        "day_name": daily_chart.day_name,
        "cards": scorecard.read(viewer.store_id, calls),
        "steps": done if not all(done.values()) else {},
    }


def _work(viewer: Viewer) -> dict[str, Any]:
    """Return what waits for the stock that the viewer works for."""
    return {
        "counts": overview.work(viewer, access.store().time_zone),
        "counted": overview.COUNTED,
        "late_days": _late_days,
        "due_day": _due_day,
        "accept": list(overview.to_accept(viewer).limit(SHOWN)),
        "pack": list(overview.to_pack(viewer).limit(SHOWN)),
        "hand_over": list(overview.to_hand_over(viewer).limit(SHOWN)),
        "cancel_requests": overview.cancel_requests(viewer),
    }


def _due(viewer: Viewer, due: str) -> list[Order]:
    return list(order_due.soonest(viewer, due, access.store().time_zone).limit(SHOWN))


def _sources(viewer: Viewer, orders: list[Order]) -> dict[int, list[str]]:
    """Return order -> names of the stocks that serve it; the own shelf has none."""
    found: dict[int, list[str]] = {order.id: [] for order in orders}
    for order_id, name in order_rows.sources(viewer, list(found)):
        found[order_id].append(name or "")
    return {order_id: sorted(names) for order_id, names in found.items()}


def _late_days(order: Order) -> int:
    """Return for how many days of the calendar the order has been late; 0 for one that isn't."""
    if order.ship_by is None:
        return 0
    zone = access.store().time_zone
    return max((store_clock.day_at(now(), zone) - lead_time.ended_on(order.ship_by, zone)).days, 0)


def _due_day(order: Order) -> str:
    """Return the day by whose end the order should leave, in words."""
    zone = access.store().time_zone
    day = lead_time.ended_on(order.ship_by, zone)
    if day == store_clock.day_at(now(), zone):
        return str(_("today"))
    return str(_("by %(day)s", day=daily_chart.day_name(day)))
