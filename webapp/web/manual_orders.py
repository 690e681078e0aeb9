"""Take in an order by hand: lines by search or by SKU, address, payment; nothing typed is lost on the way."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import manual_orders, products
from webapp.domain import money
from webapp.domain.errors import Invalid
from webapp.forms.manual_orders import MOST_LINES, OrderForm
from webapp.models import Product, sku_link
from webapp.web import access, given
from webapp.web.hypermedia import page, put_errors, search_words, see

blueprint = Blueprint("manual_orders", __name__, url_prefix="/orders/new")
blueprint.before_request(
    access.let_in("admin", "merchant", told=lazy_gettext("Orders are taken in by the store's own people."))
)

SHOWN = 8
BLANK_LINES = 2


@blueprint.get("")
def new() -> Response:
    country = str(access.store().address.get("country", ""))
    known = {"same_billing": True, "delivery": {"country_iso": country if len(country) == 2 else ""}}
    form = OrderForm(None, data=known)
    for _line in range(BLANK_LINES):
        form.lines.append_entry()
    return _page(form, search_words(), "product_choices")


@blueprint.post("/line")
def add_line() -> Response:
    """Show the form again as it was typed, with one line more: that of a product that was chosen, or an empty one."""
    form, sku = OrderForm(request.form), given.text(request.args, "add", 64)
    words = given.words(request.form)
    if sku:
        _put(form, sku)
        words = ""
    elif (not words or "more" in request.args) and len(form.lines) < MOST_LINES:
        form.lines.append_entry()
    return _page(form, words, "order_lines")


@blueprint.post("/restore")
def restore() -> Response:
    """Take an archived product into use again, and show the form as it was typed."""
    products.restore(access.viewer(), given.number(request.args, "product") or 0)
    return _page(OrderForm(request.form), given.words(request.form), "order_lines")


@blueprint.post("")
def create() -> Response:
    form = OrderForm(request.form)
    if not form.validate():
        return _page(form, "", "order_form", 422)
    try:
        order = manual_orders.create(access.viewer(), form.draft(_prices(form)))
    except Invalid as invalid:
        _put_errors(form, invalid)
        return _page(form, "", "order_form", 422)
    told = _("Order %(reference)s is taken in.", reference=order.reference)
    return see(url_for("orders.show", order_id=order.id), told)


def _page(form: OrderForm, words: str, block: str, status: int = 200) -> Response:
    found = _found(words)
    shown = {"form": form, "words": words, "found": found, "archived": _archived(form)}
    return page("manual_orders/new.html", block, status, **shown, gone=[] if found else _found(words, archived=True))


def _put(form: OrderForm, sku: str) -> None:
    """Put a product into the first empty line, or raise the units of the line that has it already."""
    same = [row.form for row in form.lines if row.form.sku.data == sku]
    if same:
        units = same[0].units.data or ""
        same[0].units.data = str(int(units) + 1) if units.isdecimal() and len(units) < 7 else "1"
        return
    empty = [row.form for row in form.lines if row.form.empty]
    if not empty and len(form.lines) < MOST_LINES:
        empty = [form.lines.append_entry().form]
    product = Product.get_or_none(Product.store == access.viewer().store_id, Product.sku == sku)
    if empty and product is not None:
        empty[0].sku.data, empty[0].units.data = sku, empty[0].units.data or "1"
        empty[0].price.data = money.show(_gross(product))


def _archived(form: OrderForm) -> dict[str, int]:
    """Return SKU -> product of the lines at which something is wrong and whose product is archived."""
    store_id, skus = access.viewer().store_id, [row.form.sku.data or "" for row in form.lines if row.form.sku.errors]
    named = sku_link.named(store_id, skus, archived=True) if skus else {}
    in_use = sku_link.named(store_id, skus) if named else {}
    return {sku: product_id for sku, product_id in named.items() if sku not in in_use}


def _found(words: str, *, archived: bool = False) -> list[Product]:
    if not words:
        return []
    query = Product.select().where(Product.store == access.viewer().store_id, Product.archived_at.is_null(not archived))
    exact = list(query.where((Product.sku == words) | (Product.ean == words)).limit(SHOWN))
    for word in words.split():
        query = query.where(Product.title.contains(word) | Product.sku.contains(word))
    return (exact + [row for row in query.order_by(Product.title, Product.id).limit(SHOWN) if row not in exact])[:SHOWN]


def _prices(form: OrderForm) -> dict[str, int]:
    """Return SKU -> what the buyer usually pays, for lines without a price."""
    store_id = access.viewer().store_id
    ids = sku_link.named(store_id, [row.form.sku.data for row in form.lines if row.form.sku.data])
    rows = {
        row.id: row for row in Product.select().where(Product.store == store_id, Product.id.in_(list(ids.values())))
    }
    return {sku: _gross(rows[product_id]) for sku, product_id in ids.items()}


def _gross(product: Product) -> int:
    return money.with_tax(product.price_cents, product.vat_basis_points)


def _put_errors(form: OrderForm, invalid: Invalid) -> None:
    """Put objections on the lines that they are about; the action counts those alone that hold something."""
    typed = [row.form for row in form.lines if not row.form.empty]
    rest = {}
    for name, messages in invalid.errors.items():
        parts = name.split(".")
        if len(parts) == 3:
            typed[int(parts[1])][parts[2]].errors = messages
        else:
            rest[name] = messages
    put_errors(form, Invalid(rest))
