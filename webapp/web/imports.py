"""Products and supplies as a file: choose it, say what its columns mean, look at what it does, let it run.

A large file is looked at by a worker; the page waits for it, and can be left and come back to.
"""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, make_response, request, url_for
from flask_babel import gettext as _

from webapp.actions import file_looks, imports
from webapp.actions.imports import Preview
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.import_columns import KINDS, Column
from webapp.forms.imports import ColumnsForm, UploadForm, for_kind, values_of
from webapp.models import Batch, FileLook, Supplier, tasks
from webapp.web import access
from webapp.web.hypermedia import page, put_errors, see
from webapp.web.sayings import said

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
blueprint.before_request(access.require_login)

SAMPLES = {
    "products": "sku,ean,title,net price,vat rate,own stock,weight in g\r\n"
    "MUG-BLUE,4006381333931,Blue mug,12.50,22,40,350\r\nMOKA-3,,Moka pot for 3,24.00,22,0,620\r\n",
    "supplies": "sku,supplier,supplier sku,quantity,purchase price,priority\r\n"
    "MUG-BLUE,Nord Logistica,N-1001,120,6.40,10\r\nMOKA-3,Nord Logistica,N-1002,35,13.10,10\r\n",
    "stock": "your sku,ean,quantity\r\nN-1001,,120\r\n,4006381333931,35\r\n",
}


@blueprint.get("/new/<any(products, supplies, stock):table>")
def new(table: str) -> Response:
    if (elsewhere := _elsewhere(table)) is not None:
        return elsewhere
    return _upload_page(table, UploadForm(formdata=None))


@blueprint.post("/new/<any(products, supplies, stock):table>")
def upload(table: str) -> Response:
    if (elsewhere := _elsewhere(table)) is not None:
        return elsewhere
    form = UploadForm()
    read = form.table() if form.validate() else None
    if read is None:
        return _upload_page(table, form, 422)
    name = form.file.data.filename or ""
    batch = imports.upload(access.viewer(), table, name, read.headings, read.rows())
    return see(url_for("imports.show", batch_id=batch.id))


@blueprint.get("/<id:batch_id>")
def show(batch_id: int) -> Response:
    batch = imports.find(access.viewer(), batch_id)
    if batch.status != "draft":
        return see(url_for("batches.show", batch_id=batch.id))
    look = file_looks.of(batch)
    if look and look.status == "waiting":
        return _waiting_page(batch, look)
    if request.htmx.wants_fragment:  # type: ignore[attr-defined]  # The page that waited for it.
        return see(url_for("imports.show", batch_id=batch.id))
    if look is None:
        seen: Preview | None = imports.preview(access.viewer(), batch)
    else:
        seen = Preview.of(look) if look.status == "done" else None
    return _columns_page(batch, _form(batch, fresh=True), seen, look)


@blueprint.post("/<id:batch_id>/columns")
def choose(batch_id: int) -> Response:
    batch = imports.find(access.viewer(), batch_id)
    form = _form(batch)
    if form.validate_on_submit():
        try:
            imports.choose(access.viewer(), batch_id, form.options(batch.kind))
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return see(url_for("imports.show", batch_id=batch_id))
    return _columns_page(batch, form, None, file_looks.of(batch), 422)


@blueprint.post("/<id:batch_id>/run")
def run(batch_id: int) -> Response:
    batch = imports.find(access.viewer(), batch_id)
    try:
        imports.launch(access.viewer(), batch.id)
    except Conflict as conflict:
        return see(url_for("imports.show", batch_id=batch.id), conflict.message, "warning")
    return see(url_for("batches.show", batch_id=batch.id), _("Started. You can leave this page, it goes on by itself."))


@blueprint.get("/sample/<any(products, supplies, stock):table>.csv")
def sample(table: str) -> Response:
    response = make_response("\ufeff" + SAMPLES[table])
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{table}-sample.csv"'
    return response


def _elsewhere(table: str) -> Response | None:
    """Return the way to the files that the viewer can bring, where these aren't; 403 for a clerk's product file."""
    bound = access.viewer().supplier_id is not None
    if bound and table != "stock":
        abort(403, _("Files of products and suppliers are imported by merchants and admins."))
    return see(url_for("imports.new", table="supplies")) if table == "stock" and not bound else None


def _form(batch: Batch, fresh: bool = False) -> ColumnsForm:
    mine = Supplier.select().where(Supplier.store == batch.store_id, Supplier.archived_at.is_null())
    suppliers = [(str(row.id), row.name) for row in mine.order_by(Supplier.name)]
    given = {"formdata": None, "data": values_of(batch.input)} if fresh else {}
    return for_kind(batch.kind, _columns(batch.kind), batch.headings, suppliers, **given)


def _columns(kind: str) -> list[Column]:
    """Return the columns with their words in the reader's language."""
    return [replace(column, label=said(column.label), told=said(column.told)) for column in KINDS[kind]]


def _upload_page(kind: str, form: UploadForm, status: int = 200) -> Response:
    drafts = imports.drafts(access.viewer(), kind)
    return page("imports/new.html", status=status, kind=kind, form=form, columns=_columns(kind), drafts=drafts)


def _waiting_page(batch: Batch, look: FileLook) -> Response:
    workerless = tasks.worker_is_silent()
    return page("imports/looking.html", "file_look", batch=batch, look=look, workerless=workerless)


def _columns_page(
    batch: Batch, form: ColumnsForm, seen: Preview | None, look: FileLook | None, status: int = 200
) -> Response:
    if batch.status != "draft":
        abort(409, _("This file was imported already. Choose it again to import it anew."))
    columns = _columns(batch.kind)
    shown = [column for column in columns if column.name in batch.input["columns"]]
    used = batch.input["columns"].values()
    unused = [name for place, name in enumerate(batch.headings) if name and place not in used]
    told: dict[str, Any] = {"columns": columns, "shown": shown, "seen": seen, "look": look, "unused": unused}
    return page("imports/show.html", status=status, batch=batch, form=form, **told)
