"""What the key is, sees and may."""

from flask import Blueprint, Response, g

from webapp.api import auth
from webapp.api.answers import one
from webapp.api.v1.webhooks import health
from webapp.domain import permissions
from webapp.models import Store, Supplier

blueprint = Blueprint("api_me", __name__)
auth.guard(blueprint)


@blueprint.get("/me")
def show() -> Response:
    viewer, key = auth.viewer(), g.api_key
    store = Store.get_by_id(viewer.store_id)
    supplier = Supplier.get_by_id(viewer.supplier_id) if viewer.supplier_id else None
    return one(
        {
            "key": {"id": key.id, "name": key.name, "public_key": key.public_key},
            "store": {"id": store.id, "name": store.name, "currency": store.currency},
            "supplier": {"id": supplier.id, "name": supplier.name} if supplier else None,
            "permissions": {area: getattr(viewer, area).name.lower() for area in ("orders", "products", "shipping")},
            "masks": {"customer": viewer.hides_customer, "prices": viewer.hides_prices},
            "limits": {"requests_per_minute": key.requests_per_minute},
            "calls": [f"{call.verb} {call.path}" for call in permissions.calls_of(viewer)],
            "last_change": store.change_seq,
            "webhooks": health(viewer),
        }
    )
