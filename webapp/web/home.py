"""The start page: what is where, what waits for a person, and the first steps."""

from flask import Blueprint, Response

from webapp.domain import order_status
from webapp.models import overview
from webapp.web import access
from webapp.web.hypermedia import page

blueprint = Blueprint("home", __name__)
blueprint.before_request(access.require_login)


@blueprint.get("/")
def index() -> Response:
    viewer = access.viewer()
    whole_store = viewer.supplier_id is None
    steps = overview.first_steps(viewer.store_id) if whole_store else {}
    return page(
        "home/index.html",
        counts=overview.orders_by_status(viewer),
        statuses=order_status.STATUSES,
        cancel_requests=overview.cancel_requests(viewer),
        tasks=overview.tasks(viewer.store_id) if whole_store else {},
        steps=steps if not all(steps.values()) else {},
    )
