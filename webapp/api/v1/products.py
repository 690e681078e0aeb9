"""Products: list, read, create, change. A key of a supplier sees what that one stocks, and changes none."""

import contextlib
from dataclasses import fields

import peewee as pw
from flask import Blueprint, Response, request

from webapp.actions import allocations, products
from webapp.actions.products import ProductDraft
from webapp.api import auth, bodies, idempotency, paging
from webapp.api.answers import check_match, many, one
from webapp.api.v1.product_bodies import NewProduct, ProductChange
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Level, Viewer
from webapp.models import Product, product_search
from webapp.wire.products import shown

blueprint = Blueprint("api_products", __name__)
auth.guard(blueprint)

FILTERS = {"sku", "ean", "q", "updated_after", "active"}

DRAFTED = {field.name for field in fields(ProductDraft)}


@blueprint.get("/products")
def index() -> Response:
    """List products; `updated_after` looks at the products themselves, stock has /provisions and /changes."""
    viewer = auth.need("products", Level.READ)
    values = bodies.query(FILTERS | paging.PARAMETERS)
    query, updated = _search(viewer, values), bodies.moment(values, "updated_after")
    if updated is not None:
        query = query.where(Product.updated_at > updated)
    asked = paging.asked(values)
    page, following = paging.cut(query, asked, Product.id, Product.updated_at if updated is not None else None)
    return many(shown(viewer, page), query.count() if asked.after is None else None, following)


@blueprint.get("/products/<id:product_id>")
def show(product_id: int) -> Response:
    viewer = auth.need("products", Level.READ)
    return one(shown(viewer, [products.find(viewer, product_id)])[0])


@blueprint.post("/products")
def create() -> Response:
    response = _create()
    # Behind the commit that an Idempotency-Key holds open: see `allocations.link_sku`. Safe to repeat with an answer.
    with contextlib.suppress(Conflict):
        allocations.link_sku(auth.viewer(), response.get_json()["data"]["id"])
    return response


@blueprint.put("/products/<id:product_id>")
def update(product_id: int) -> Response:
    viewer = auth.need("products", Level.WRITE)
    products.need_write(viewer)
    product = products.find(viewer, product_id)
    check_match(shown(viewer, [product])[0])
    seen = products.version(product) if "If-Match" in request.headers else None
    changed = products.edit(viewer, product_id, bodies.body(ProductChange).columns(), seen)
    return one(shown(viewer, [changed])[0])


@idempotency.once
def _create() -> Response:
    viewer = auth.need("products", Level.WRITE)
    products.need_write(viewer)
    columns = bodies.body(NewProduct).columns()
    draft = ProductDraft(**{name: columns.pop(name) for name in DRAFTED & columns.keys()})
    made = products.insert(viewer, draft, columns)
    response = one(shown(viewer, [made])[0], 201)
    response.headers["Location"] = f"/api/v1/products/{made.id}"
    return response


def _search(viewer: Viewer, values: dict[str, str]) -> pw.ModelSelect:
    query = product_search.visible_to(viewer)
    if "sku" in values:
        query = query.where(Product.sku == values["sku"])
    if "ean" in values:
        query = query.where(Product.ean == values["ean"])
    if "active" in values:
        query = query.where(Product.active == bodies.flag(values, "active"))
    words = values.get("q", "").strip()[:200]
    if words:
        text = Product.title.contains(words) | Product.sku.contains(words)
        query = query.where(text | (Product.ean == words))
    return query
