"""Publications, products as the channels offer them: list, read, create, change. A key of a supplier sees none."""

from typing import Annotated, Any

import peewee as pw
from flask import Blueprint, Response
from pydantic import ConfigDict, Field, StringConstraints

from webapp.actions import publications
from webapp.api import auth, bodies, idempotency, paging
from webapp.api.answers import check_match, many, one
from webapp.api.v1.product_bodies import Id, Price, Strict, null_only_for
from webapp.domain import measures, row_id
from webapp.domain.errors import Invalid
from webapp.domain.viewer import Level, Viewer
from webapp.models import Channel, Product, Publication
from webapp.wire.products import CENTS
from webapp.wire.publications import shown

blueprint = Blueprint("api_publications", __name__)
auth.guard(blueprint)

FILTERS = {"source", "product", "active", "identifier"}


CAN_BE_EMPTY = {"external_id", "sku", "title", "price"}


class PublicationChange(Strict):
    """What is left out stays as it is; an empty SKU, title or price means the product's own."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=null_only_for(CAN_BE_EMPTY))

    external_id: Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)] | None = None
    """What the channel calls it; shown as `source_id` too."""
    sku: Annotated[str, StringConstraints(max_length=64, strip_whitespace=True)] | None = None
    title: Annotated[str, StringConstraints(max_length=255, strip_whitespace=True)] | None = None
    price: Price | None = None
    active: Annotated[bool, Field(strict=True)] | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns that the body names."""
        given = self.model_dump(exclude_unset=True, include=set(PublicationChange.model_fields))
        if given.get("active", True) is None:
            raise Invalid({"active": ["Send true or false."]})
        if "price" in given:
            price = given.pop("price")
            given["price_cents"] = None if price is None else measures.whole(price, CENTS)
        return {name: "" if value is None and name != "price_cents" else value for name, value in given.items()}


class NewPublication(PublicationChange):
    product_id: Id
    channel_id: Id


@blueprint.get("/channels/publications")
def index() -> Response:
    viewer = auth.need("products", Level.READ)
    values = bodies.query(FILTERS | paging.PARAMETERS)
    query, asked = _search(viewer, values), paging.asked(values)
    page, following = paging.cut(query, asked, Publication.id)
    rows = [shown(viewer, publication) for publication in page]
    return many(rows, query.count() if asked.after is None else None, following)


@blueprint.get("/channels/publications/<id:publication_id>")
def show(publication_id: int) -> Response:
    viewer = auth.need("products", Level.READ)
    return one(shown(viewer, publications.find(viewer, publication_id)))


@blueprint.post("/channels/publications")
@idempotency.once
def create() -> Response:
    viewer = auth.need("products", Level.WRITE)
    publications.need_write(viewer)
    asked = bodies.body(NewPublication)
    made = publications.create(viewer, asked.product_id, asked.channel_id, asked.columns())
    response = one(shown(viewer, made), 201)
    response.headers["Location"] = f"/api/v1/channels/publications/{made.id}"
    return response


@blueprint.put("/channels/publications/<id:publication_id>")
def update(publication_id: int) -> Response:
    viewer = auth.need("products", Level.WRITE)
    publications.need_write(viewer)
    publication = publications.find(viewer, publication_id)
    check_match(shown(viewer, publication))
    changed = publications.edit(viewer, publication, bodies.body(PublicationChange).columns())
    return one(shown(viewer, changed))


def _search(viewer: Viewer, values: dict[str, str]) -> pw.ModelSelect:
    """Return what the filters leave: `source` is a channel's kind or id, `identifier` a channel's id or SKU."""
    query = publications.visible_to(viewer)
    source = values.get("source", "")
    channel_id = row_id.read(source)
    if channel_id is not None:
        query = query.where(Publication.channel == channel_id)
    elif source:
        query = query.where(Channel.kind == source.lower())
    if "product" in values:
        query = query.where(Publication.product == bodies.number(values, "product", 0, 1, 10**18 - 1))
    if "active" in values:
        query = query.where(Publication.active == bodies.flag(values, "active"))
    name = values.get("identifier", "")
    if name:
        own = (Publication.sku == "") & (Product.sku == name)
        query = query.where((Publication.external_id == name) | (Publication.sku == name) | own)
    return query
