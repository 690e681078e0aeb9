"""Products: search, create, change, archive; a clerk sees what its supplier stocks."""

import peewee as pw
from flask import Blueprint, Response, request, url_for

from webapp.actions import products
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.products import ProductForm, values_of
from webapp.models import Product, SkuLink, Supplier, Supply
from webapp.web import access
from webapp.web.access import only
from webapp.web.hypermedia import after, page, page_of, put_errors, search_words, see

blueprint = Blueprint("products", __name__, url_prefix="/products")
blueprint.before_request(access.require_login)


@blueprint.get("/")
def index() -> Response:
    viewer, words = access.viewer(), search_words()
    archived = request.args.get("archived") == "1"
    query = products.visible_to(viewer).where(Product.archived_at.is_null(not archived))
    if words:
        text = Product.title.contains(words) | Product.sku.contains(words)
        query = query.where(text | (Product.ean == words))
    if after():
        query = query.where(Product.id < after())
    query = query.select(Product, *_stock(viewer.supplier_id))
    found = page_of(query.order_by(Product.id.desc()).limit(51))
    return page(
        "products/index.html",
        "product_rows",
        page=found,
        words=words,
        archived=archived,
        filtered=bool(words or archived),
    )


@blueprint.get("/new")
@only("admin", "merchant")
def new() -> Response:
    asked = {name: request.args[name][:255] for name in ("sku", "title", "ean") if name in request.args}
    return page("products/new.html", form=ProductForm(formdata=None, data=asked))


@blueprint.post("/")
@only("admin", "merchant")
def create() -> Response:
    form = ProductForm()
    if form.validate_on_submit():
        try:
            made = products.create(access.viewer(), form.draft())
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return see(url_for("products.show", product_id=made.id), "Created. Add a supply where others stock it.")
    return page("products/new.html", status=422, form=form)


@blueprint.get("/<id:product_id>")
def show(product_id: int) -> Response:
    viewer = access.viewer()
    product = products.find(viewer, product_id)
    query = Supply.select(Supply, Supplier).join(Supplier)
    query = query.where(Supply.store == viewer.store_id, Supply.product == product.id)
    if viewer.supplier_id is not None:
        query = query.where(Supply.supplier == viewer.supplier_id)
    known = SkuLink.select().where(SkuLink.store == viewer.store_id, SkuLink.product == product.id)
    links = [] if viewer.supplier_id is not None else list(known.order_by(SkuLink.sku))
    found = list(query.order_by(Supply.priority, Supply.id))
    return page("products/show.html", product=product, supplies=found, links=links)


@blueprint.get("/<id:product_id>/edit")
@only("admin", "merchant")
def edit(product_id: int) -> Response:
    product = products.find(access.viewer(), product_id)
    return page("products/edit.html", form=ProductForm(formdata=None, data=values_of(product)), product=product)


@blueprint.post("/<id:product_id>")
@only("admin", "merchant")
def update(product_id: int) -> Response:
    product = products.find(access.viewer(), product_id)
    form = ProductForm()
    if form.validate_on_submit():
        try:
            products.update(access.viewer(), product_id, form.draft(), form.version.data)
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
            form.version.data = products.version(products.find(access.viewer(), product_id))
        else:
            return see(url_for("products.show", product_id=product_id), "Saved.")
    return page("products/edit.html", status=422, form=form, product=product)


@blueprint.post("/<id:product_id>/archive")
@only("admin", "merchant")
def archive(product_id: int) -> Response:
    products.archive(access.viewer(), product_id)
    return see(url_for("products.show", product_id=product_id), "Archived: new orders no longer get its stock.")


@blueprint.post("/<id:product_id>/restore")
@only("admin", "merchant")
def restore(product_id: int) -> Response:
    products.restore(access.viewer(), product_id)
    return see(url_for("products.show", product_id=product_id), "Restored.")


def _stock(supplier_id: int | None) -> list[pw.Node]:
    """Return columns with the units at suppliers: held and reserved, as one statement with the page's rows."""
    where = (Supply.store == Product.store) & (Supply.product == Product.id)
    if supplier_id is not None:
        where &= Supply.supplier == supplier_id

    def total(column: pw.Field) -> pw.ModelSelect:
        return Supply.select(pw.fn.COALESCE(pw.fn.SUM(column), 0)).where(where)

    return [total(Supply.quantity).alias("held_elsewhere"), total(Supply.reserved).alias("reserved_elsewhere")]
