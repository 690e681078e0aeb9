"""A product's supplies: add, change, remove."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import products, supplies
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.supplies import SupplyForm, values_of
from webapp.models import Product, Supplier, Supply
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import page, put_errors, put_refusal, see

blueprint = Blueprint("supplies", __name__, url_prefix="/products/<id:product_id>/supplies")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Supplies are managed by the store's merchants and admins."))
)


@blueprint.get("/new")
def new(product_id: int) -> Response:
    product = products.find(access.viewer(), product_id)
    if product.archived_at:
        return _left_alone(product)
    return page("supplies/new.html", form=_form(fresh=True), product=product)


@blueprint.post("/")
def create(product_id: int) -> Response:
    product = products.find(access.viewer(), product_id)
    form, status = _form(), 422
    if form.validate_on_submit():
        try:
            supplies.add(access.viewer(), product_id, form.draft())
        except (Invalid, Conflict) as refused:
            status = put_refusal(form, refused)
        else:
            return see(url_for("products.show", product_id=product_id), _("Supply added."))
    return page("supplies/new.html", status=status, form=form, product=product)


@blueprint.get("/<id:supply_id>/edit")
def edit(product_id: int, supply_id: int) -> Response:
    supply = supplies.find(access.viewer(), product_id, supply_id)
    if supply.product.archived_at:
        return _left_alone(supply.product)
    return page("supplies/edit.html", form=_form(supply, fresh=True), supply=supply, product=supply.product)


@blueprint.post("/<id:supply_id>")
def update(product_id: int, supply_id: int) -> Response:
    supply = supplies.find(access.viewer(), product_id, supply_id)
    form, status = _form(supply), 422
    if form.validate_on_submit():
        seen = (form.version.data or "", form.quantity_seen.data or "")
        try:
            supplies.update(access.viewer(), product_id, supply_id, form.draft(), *seen)
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            stored = _form(supplies.find(access.viewer(), product_id, supply_id), fresh=True)
            status = put_conflict(form, conflict, stored)
            if form.quantity.data == form.quantity_seen.data:
                form.quantity.data = stored.quantity.data
            form.quantity_seen.data = stored.quantity_seen.data
        else:
            return see(url_for("products.show", product_id=product_id), _("Supply saved."))
    return page("supplies/edit.html", status=status, form=form, supply=supply, product=supply.product)


@blueprint.post("/<id:supply_id>/remove")
def remove(product_id: int, supply_id: int) -> Response:
    supplies.remove(access.viewer(), product_id, supply_id)
    return see(url_for("products.show", product_id=product_id), _("Supply removed."))


def _left_alone(product: Product) -> Response:
    return see(url_for("products.show", product_id=product.id), supplies.archived(product), "warning")


def _form(supply: Supply | None = None, fresh: bool = False) -> SupplyForm:
    """Return the form with the suppliers on offer: all in use, or on editing the supply's own alone."""
    values = values_of(supply) if supply and fresh else None
    form = SupplyForm(formdata=None, data=values) if fresh else SupplyForm(request.form)
    mine = Supplier.select().where(Supplier.store == access.viewer().store_id)
    mine = mine.where(Supplier.id == supply.supplier_id if supply else Supplier.archived_at.is_null())
    first = [] if supply else [("", _("Choose …"))]
    form.supplier_id.choices = first + [(str(row.id), row.name) for row in mine.order_by(Supplier.name)]
    return form
