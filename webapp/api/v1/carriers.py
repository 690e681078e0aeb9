"""Couriers that the store works with: the usual ones as it has changed them, and its own."""

from flask import Blueprint, Response

from webapp.actions import carriers
from webapp.api import auth, bodies, paging
from webapp.api.answers import many

blueprint = Blueprint("api_carriers", __name__)
auth.guard(blueprint)


@blueprint.get("/carriers")
def index() -> Response:
    """List them by name. `tracking_url` is the page that follows a parcel, with {code} for the tracking code."""
    asked = paging.asked(bodies.query(paging.PARAMETERS))
    known = carriers.in_use(auth.viewer().store_id)
    rows = [{"id": row.name, "name": row.name, "tracking_url": row.tracking_pattern or None} for row in known]
    page, following = paging.cut_short(rows, asked)
    return many(page, len(rows) if asked.after is None else None, following)
