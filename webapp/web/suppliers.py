"""Your suppliers: search, create, change, archive, restore."""

import peewee as pw
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import suppliers
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.suppliers import SupplierForm, values_of
from webapp.models import Product, Supplier, Supply
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import after, page, page_of, put_errors, search_words, see

blueprint = Blueprint("suppliers", __name__, url_prefix="/suppliers")

KINDS = (
    ("logistics", lazy_gettext("External logistics")),
    ("dropshipping", lazy_gettext("Dropshipping")),
    ("plain", lazy_gettext("Neither")),
)

blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Suppliers are managed by the store's merchants and admins."))
)


@blueprint.get("/")
def index() -> Response:
    words, kind = search_words(), request.args.get("kind", "")
    archived = request.args.get("archived") == "1"
    stocked = Supply.select(pw.fn.COUNT(Supply.id)).where(
        Supply.store == Supplier.store, Supply.supplier == Supplier.id
    )
    query = Supplier.select(Supplier, stocked.alias("supplies_count"))
    query = query.where(Supplier.store == access.viewer().store_id, Supplier.archived_at.is_null(not archived))
    if words:
        query = query.where(Supplier.name_key.contains(suppliers.key(words)))
    if kind in dict(KINDS):
        query = query.where(Supplier.kind == kind)
    if after():
        query = query.where(Supplier.id < after())
    found = page_of(query.order_by(Supplier.id.desc()).limit(51))
    return page(
        "suppliers/index.html",
        "supplier_rows",
        page=found,
        words=words,
        kind=kind,
        archived=archived,
        kinds=KINDS,
        names=dict(KINDS),
        filtered=bool(words or kind or archived),
    )


@blueprint.get("/new")
def new() -> Response:
    return page("suppliers/new.html", form=SupplierForm(formdata=None))


@blueprint.post("/")
def create() -> Response:
    form = SupplierForm()
    if form.validate_on_submit():
        try:
            made = suppliers.create(access.viewer(), form.draft())
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return see(url_for("suppliers.index"), _("%(name)s is one of your suppliers now.", name=made.name))
    return page("suppliers/new.html", status=422, form=form)


@blueprint.get("/<id:supplier_id>")
def show(supplier_id: int) -> Response:
    supplier = suppliers.find(access.viewer(), supplier_id)
    supplies = (
        Supply.select(Supply, Product)
        .join(Product)
        .where(Supply.store == supplier.store_id, Supply.supplier == supplier.id)
        .order_by(Product.sku)
        .limit(200)
    )
    return page(
        "suppliers/show.html",
        supplier=supplier,
        supplies=list(supplies),
        names=dict(KINDS),
        open_orders=suppliers.open_orders(supplier),
    )


@blueprint.get("/<id:supplier_id>/edit")
def edit(supplier_id: int) -> Response:
    supplier = suppliers.find(access.viewer(), supplier_id)
    return page("suppliers/edit.html", form=_stored(supplier_id), supplier=supplier)


@blueprint.post("/<id:supplier_id>")
def update(supplier_id: int) -> Response:
    supplier = suppliers.find(access.viewer(), supplier_id)
    form, status = SupplierForm(), 422
    if form.validate_on_submit():
        try:
            suppliers.update(access.viewer(), supplier_id, form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(supplier_id))
        else:
            return see(url_for("suppliers.show", supplier_id=supplier_id), _("Saved."))
    return page("suppliers/edit.html", status=status, form=form, supplier=supplier)


def _stored(supplier_id: int) -> SupplierForm:
    return SupplierForm(formdata=None, data=values_of(suppliers.find(access.viewer(), supplier_id)))


@blueprint.get("/<id:supplier_id>/archive")
def confirm_archive(supplier_id: int) -> Response:
    supplier = suppliers.find(access.viewer(), supplier_id)
    return page("suppliers/archive.html", supplier=supplier, open_orders=suppliers.open_orders(supplier))


@blueprint.post("/<id:supplier_id>/archive")
def archive(supplier_id: int) -> Response:
    suppliers.archive(access.viewer(), supplier_id)
    return see(url_for("suppliers.index"), _("Archived. You find it again with the filter “Archived”."))


@blueprint.post("/<id:supplier_id>/restore")
def restore(supplier_id: int) -> Response:
    suppliers.restore(access.viewer(), supplier_id)
    return see(url_for("suppliers.show", supplier_id=supplier_id), _("Restored."))
