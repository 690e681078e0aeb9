"""Provisions, the wire's word for supplies: list them, and report the stock of up to 500 at once."""

from typing import Annotated, Any

from flask import Blueprint, Response, make_response
from pydantic import Field, StringConstraints, WithJsonSchema

from webapp.actions import stock_reports
from webapp.actions.stock_reports import NAMED_BY, Row, Taken
from webapp.api import auth, bodies, paging
from webapp.api.answers import many
from webapp.api.bodies import SOMETHING
from webapp.api.v1.product_bodies import Count, Id, Price, Strict
from webapp.domain import measures
from webapp.domain.errors import Invalid, Refusal
from webapp.domain.stock_report import Report
from webapp.domain.viewer import Level
from webapp.models import Product, Supply
from webapp.wire.products import CENTS, provision

blueprint = Blueprint("api_provisions", __name__)
auth.guard(blueprint)

MOST = 500

FILTERS = {"supplier_sku", "ean", "sku", "product_id", "updated_after"}

Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=SOMETHING, strip_whitespace=True)]


class ProvisionRow(Strict):
    """A supply, named in exactly one of four ways, and what is on the shelf now."""

    id: Id | None = None
    supplier_sku: Name | None = None
    ean: Name | None = None
    sku: Name | None = None
    supplier_id: Id | None = None
    """For keys without a supplier, unless the id names the supply: whose it is."""
    quantity: Count
    """All that is on the shelf, what orders hold included. Fewer than they hold is taken too: nothing is free then."""
    purchase_price: Price | None = None
    sequence: Annotated[int, Field(ge=0, lt=10**18, strict=True)] | None = None
    """The sender's rising number of the report: refused unless above the number held, or the very same report again."""

    def row(self) -> Row:
        """Return it as the action takes it; Invalid unless it names its supply in one way."""
        given = {way: getattr(self, way) for way in NAMED_BY if getattr(self, way) is not None}
        if len(given) != 1:
            raise Invalid({"row": [f"Name the supply by exactly one of {', '.join(NAMED_BY)}."]})
        [(way, name)] = given.items()
        price = None if self.purchase_price is None else measures.whole(self.purchase_price, CENTS)
        return Row(way, name, Report(self.quantity, price, self.sequence), self.supplier_id)


AnyRow = Annotated[Any, WithJsonSchema({"anyOf": [ProvisionRow.model_json_schema(), {}]})]
"""A row that is read by itself: whatever it is, the answer tells of it in its place, and the other rows are taken."""


class Provisions(Strict):
    provisions: Annotated[list[AnyRow], Field(min_length=1, max_length=MOST)]


@blueprint.get("/provisions")
def index() -> Response:
    """List supplies; `updated_after` tells what was reported or edited since, not what orders hold meanwhile."""
    viewer = auth.need("products", Level.READ)
    values = bodies.query(FILTERS | paging.PARAMETERS)
    query, updated = Supply.visible_to(viewer), bodies.moment(values, "updated_after")
    columns = {"supplier_sku": Supply.supplier_sku, "ean": Product.ean, "sku": Product.sku}
    for name in columns.keys() & values.keys():
        query = query.where(columns[name] == values[name])
    if "product_id" in values:
        query = query.where(Supply.product == bodies.number(values, "product_id", 0, 1, 10**18 - 1))
    if updated is not None:
        query = query.where(Supply.updated_at > updated)
    asked = paging.asked(values)
    page, following = paging.cut(query, asked, Supply.id, Supply.updated_at if updated is not None else None)
    rows = [provision(viewer, supply) for supply in page]
    return many(rows, query.count() if asked.after is None else None, following)


@blueprint.put("/provisions")
def update() -> Response:
    """Take each row by itself and answer 207 with a result for each, in their order."""
    viewer = auth.need("products", Level.WRITE)
    outcomes: dict[int, Taken | Refusal] = {}
    rows: dict[int, Row] = {}
    for place, given in enumerate(bodies.body(Provisions, by_row=True).provisions):
        try:
            bodies.refuse_nul({"row": given})
            rows[place] = bodies.checked(ProvisionRow, given).row()
        except Invalid as invalid:
            outcomes[place] = invalid
    outcomes |= stock_reports.take(viewer, rows)
    results = [_result(place, outcomes[place]) for place in sorted(outcomes)]
    return make_response({"success": True, "message": None, "data": results}, 207)


def _result(place: int, outcome: Taken | Refusal) -> dict[str, Any]:
    """Return what became of a row; a stale one shows the quantity and the number that are held."""
    if isinstance(outcome, Taken):
        same = {} if outcome.changed else {"code": "unchanged", "message": "It was so already."}
        return {"index": place, "status": 200, "id": outcome.supply_id, "quantity": outcome.quantity, **same}
    told = outcome.message
    if isinstance(outcome, Invalid):
        told = " ".join(f"{name}: {text}" for name, texts in outcome.errors.items() for text in texts)
    said = {"status": outcome.status, "id": None, "quantity": None, "code": outcome.code, "message": told}
    return {"index": place, **said, **outcome.extra}
