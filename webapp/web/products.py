"""Products: search, create, change, archive; a clerk sees what its supplier stocks."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from webapp.actions import products
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.products import ProductForm, values_of
from webapp.models import SkuLink
from webapp.web import access, product_page, product_query
from webapp.web.access import only
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import PAGE, Page, after, page, page_of, put_errors, see
from webapp.web.product_query import search_of_request

blueprint = Blueprint("products", __name__, url_prefix="/products")
blueprint.before_request(access.require_login)


@blueprint.get("/")
def index() -> Response:
    viewer, search = access.viewer(), search_of_request()
    found = search.page(viewer, product_query.after(), PAGE + 1)
    more = len(found) > PAGE
    rows = Page(found[:PAGE], search.place_of(found[PAGE - 1]) if more else None)
    kept = {name: value for name, value in request.args.items() if name != "after"}
    return page(
        "products/index.html",
        "product_rows",
        page=rows,
        search=search,
        filtered=bool(search.words or search.archived or search.stock),
        export=f"{url_for('exports.products')}?{urlencode(kept)}",
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
            return see(url_for("products.show", product_id=made.id), _("Created. Add a supply where others stock it."))
    return page("products/new.html", status=422, form=form)


@blueprint.get("/<id:product_id>")
def show(product_id: int) -> Response:
    viewer = access.viewer()
    product = products.find(viewer, product_id)
    known = SkuLink.select().where(SkuLink.store == viewer.store_id, SkuLink.product == product.id)
    links = [] if viewer.supplier_id is not None else list(known.order_by(SkuLink.sku))
    return page(
        "products/show.html",
        links=links,
        product=product,
        supplies=product_page.supplies(viewer, product),
        holdings=product_page.holdings(viewer, product),
        shown=product_page.SHOWN,
        moves=product_page.moves(viewer, product, None, product_page.SHOWN + 1),
        publications=product_page.publications(viewer, product),
    )


@blueprint.get("/<id:product_id>/ledger")
def ledger(product_id: int) -> Response:
    viewer = access.viewer()
    product = products.find(viewer, product_id)
    found = page_of(product_page.moves(viewer, product, after(), PAGE + 1))
    return page("products/ledger.html", product=product, page=found)


@blueprint.get("/<id:product_id>/edit")
@only("admin", "merchant")
def edit(product_id: int) -> Response:
    product = products.find(access.viewer(), product_id)
    return page("products/edit.html", form=ProductForm(formdata=None, data=values_of(product)), product=product)


@blueprint.post("/<id:product_id>")
@only("admin", "merchant")
def update(product_id: int) -> Response:
    product = products.find(access.viewer(), product_id)
    form, status = ProductForm(), 422
    if form.validate_on_submit():
        try:
            products.update(access.viewer(), product_id, form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            fresh = products.find(access.viewer(), product_id)
            status = put_conflict(form, conflict, ProductForm(formdata=None, data=values_of(fresh)))
        else:
            return see(url_for("products.show", product_id=product_id), _("Saved."))
    return page("products/edit.html", status=status, form=form, product=product)


@blueprint.post("/<id:product_id>/archive")
@only("admin", "merchant")
def archive(product_id: int) -> Response:
    products.archive(access.viewer(), product_id)
    return see(url_for("products.show", product_id=product_id), _("Archived: new orders no longer get its stock."))


@blueprint.post("/<id:product_id>/restore")
@only("admin", "merchant")
def restore(product_id: int) -> Response:
    products.restore(access.viewer(), product_id)
    return see(url_for("products.show", product_id=product_id), _("Restored."))
