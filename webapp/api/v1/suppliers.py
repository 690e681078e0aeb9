"""Suppliers in reach of the key: its own, or the store's."""

from flask import Blueprint, Response

from webapp.api import auth, bodies, paging
from webapp.api.answers import many
from webapp.models import Supplier

blueprint = Blueprint("api_suppliers", __name__)
auth.guard(blueprint)


@blueprint.get("/suppliers")
def index() -> Response:
    viewer = auth.viewer()
    asked = paging.asked(bodies.query(paging.PARAMETERS))
    query = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.archived_at.is_null())
    if viewer.supplier_id is not None:
        query = query.where(Supplier.id == viewer.supplier_id)
    page, following = paging.cut(query, asked, Supplier.id)
    rows = [
        {"id": row.id, "name": row.name, "kind": row.kind, "min_days": row.min_days, "max_days": row.max_days}
        for row in page
    ]
    return many(rows, query.count() if asked.after is None else None, following)
