"""Look for the product that a shop sells under a SKU of its own, and link the two."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from webapp.actions import sku_links
from webapp.domain.errors import Conflict
from webapp.forms.sku_links import SkuLinkForm
from webapp.models import OrderLine, Product, product_search
from webapp.web import access, given
from webapp.web.hypermedia import own_path, page, search_words, see

blueprint = Blueprint("sku_links", __name__, url_prefix="/sku-links")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Products are linked by the store's own people."))
)

SHOWN = 20


@blueprint.get("/new")
def new() -> Response:
    return _page(given.text(request.args, "sku", 64), given.number(request.args, "line"))


@blueprint.post("/")
def create() -> Response:
    viewer, form = access.viewer(), SkuLinkForm(request.form)
    back = own_path(request.form.get("back")) or url_for("tasks.index")
    if not form.validate():
        sku = "" if form.sku.errors else form.sku.data or ""
        return _page(sku, None if form.line.errors else form.line.data, 422, " ".join(_messages(form)))
    try:
        if form.line.data:
            made = sku_links.link_line(viewer, form.line.data, form.product.data or 0)
        else:
            made = sku_links.link(viewer, form.sku.data or "", form.product.data or 0)
    except Conflict as conflict:
        return _page(form.sku.data or "", form.line.data, 409, conflict.message)
    lines = ngettext("%(num)d line is linked", "%(num)d lines are linked", made.lines)
    return see(
        back, lines + " " + ngettext("and %(num)d unit found stock.", "and %(num)d units found stock.", made.units)
    )


@blueprint.post("/<id:link_id>/remove")
def remove(link_id: int) -> Response:
    row = sku_links.remove(access.viewer(), link_id)
    told = _("%(sku)s is no longer this product. What nobody has packed of it waits again.", sku=row.sku)
    return see(url_for("products.show", product_id=row.product_id), told)


def _page(sku: str, line_id: int | None, status: int = 200, error: str = "") -> Response:
    viewer = access.viewer()
    lines = [sku_links.find_line(viewer, line_id)] if line_id else sku_links.waiting_lines(viewer, sku)
    words = search_words() if "q" in request.args else _guess(lines)
    back = own_path(request.values.get("back")) or ""
    return page(
        "sku_links/new.html",
        "product_choices",
        status,
        sku=sku,
        line_id=line_id,
        lines=lines,
        words=words,
        found=_found(words),
        error=error,
        back=back,
    )


def _guess(lines: list[OrderLine]) -> str:
    """Return what to look for first: the EAN, else the title."""
    return next((line.ean for line in lines if line.ean), lines[0].title if lines else "")[:200]


def _found(words: str) -> list[Product]:
    """Return products by SKU, EAN or words of the title; where not all words fit, by the first of them."""
    live = product_search.visible_to(access.viewer()).where(Product.archived_at.is_null())
    if not words:
        return list(live.order_by(Product.id.desc()).limit(SHOWN))
    exact = list(live.where((Product.sku == words) | (Product.ean == words)).limit(SHOWN))
    for few in (words.split(), words.split()[:1]):
        query = live
        for word in few:
            query = query.where(Product.title.contains(word) | Product.sku.contains(word))
        loose = [row for row in query.order_by(Product.title, Product.id).limit(SHOWN) if row not in exact]
        if exact or loose:
            return exact + loose
    return []


def _messages(form: SkuLinkForm) -> list[str]:
    return [str(message) for messages in form.errors.values() for message in messages]
