"""A shipment's waybill: create, edit, issue, upload, replace, void, download; and many in one file."""

from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import orders, shipments, waybill_content, waybill_files, waybills
from webapp.connectors import labels
from webapp.domain.errors import Conflict, Invalid, Refusal
from webapp.domain.waybill_format import ENDINGS
from webapp.forms.waybills import UploadForm, VoidForm, WaybillForm
from webapp.models import Shipment, Waybill
from webapp.web import access, stocks
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import own_path, page, put_errors, see

blueprint = Blueprint("waybills", __name__)
blueprint.before_request(access.require_login)

TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}

STATUS_WORDS = (lazy_gettext("Draft"), lazy_gettext("Issued"), lazy_gettext("Voided"), lazy_gettext("Replaced"))
"""What a waybill may be, for the catalogues: pages look the word up there."""


@blueprint.get("/shipments/<id:shipment_id>/waybill/new")
def new(shipment_id: int) -> Response:
    shipment = shipments.find(access.viewer(), shipment_id)
    return _form_page("new", shipment, WaybillForm.showing(waybill_content.details(shipment, {})))


@blueprint.post("/shipments/<id:shipment_id>/waybill")
def create(shipment_id: int) -> Response:
    told = _("The waybill of shipment %(id)s is drafted.", id=shipment_id)
    return _write("new", shipment_id, told, issued=False)


@blueprint.post("/shipments/<id:shipment_id>/waybill/create-and-issue")
def create_and_issue(shipment_id: int) -> Response:
    told = _("The waybill of shipment %(id)s is issued.", id=shipment_id)
    return _write("new", shipment_id, told, issued=True)


@blueprint.get("/shipments/<id:shipment_id>/waybill/edit")
def edit(shipment_id: int) -> Response:
    return _showing("edit", shipment_id, "draft")


@blueprint.post("/shipments/<id:shipment_id>/waybill/edit")
def update(shipment_id: int) -> Response:
    return _write("edit", shipment_id, _("Saved."), issued=False)


@blueprint.get("/shipments/<id:shipment_id>/waybill/replace")
def confirm_replace(shipment_id: int) -> Response:
    return _showing("replace", shipment_id, "issued")


@blueprint.post("/shipments/<id:shipment_id>/waybill/replace")
def replace(shipment_id: int) -> Response:
    told = _("A new waybill is issued; destroy what was printed of the one before.")
    return _write("replace", shipment_id, told, issued=True)


@blueprint.post("/shipments/<id:shipment_id>/waybill/issue")
def issue(shipment_id: int) -> Response:
    waybills.issue(access.viewer(), shipment_id, labels.draw)
    return see(_url(shipment_id), _("The waybill of shipment %(id)s is issued.", id=shipment_id))


@blueprint.get("/shipments/<id:shipment_id>/waybill/upload")
def choose_file(shipment_id: int) -> Response:
    return _upload_page(shipments.find(access.viewer(), shipment_id), UploadForm(formdata=None))


@blueprint.post("/shipments/<id:shipment_id>/waybill/upload")
def upload(shipment_id: int) -> Response:
    """Take the courier's file: as a new waybill, as one more format of a draft, or in place of an issued one."""
    viewer, form = access.viewer(), UploadForm()
    shipment = shipments.find(viewer, shipment_id)
    given = form.content() if form.validate() else None
    if given is None:
        return _upload_page(shipment, form, 422)
    take = waybills.upload_again if waybills.has_live(viewer.store_id, shipment_id=shipment_id) else waybills.upload
    try:
        take(viewer, shipment_id, *given)
    except Refusal as refused:
        form.file.errors = [*form.file.errors, refused.message]
        return _upload_page(shipment, form, refused.status)
    return see(_url(shipment_id), _("The courier’s file is kept for shipment %(id)s, byte for byte.", id=shipment_id))


@blueprint.get("/shipments/<id:shipment_id>/waybill/void")
def confirm_void(shipment_id: int) -> Response:
    return _void_page(shipment_id, VoidForm(formdata=None))


@blueprint.post("/shipments/<id:shipment_id>/waybill/void")
def void(shipment_id: int) -> Response:
    form = VoidForm()
    if not form.validate():
        return _void_page(shipment_id, form, 422)
    waybills.void(access.viewer(), shipment_id, form.reason.data or "")
    return see(_url(shipment_id), _("The waybill of shipment %(id)s is void.", id=shipment_id))


@blueprint.get("/shipments/<id:shipment_id>/waybill.<any(pdf, zpl, png):ending>")
def download(shipment_id: int, ending: str) -> Response:
    waybill = waybills.find(access.viewer(), shipment_id)
    _, content = waybill_files.read(waybill, [TYPES[ending]])
    return _file(content, f"waybill-{shipment_id}", ending)


@blueprint.get("/waybills.<any(pdf, zpl):ending>")
def download_many(ending: str) -> Response:
    """Give one file with the waybills of the ticked shipments; what one lacks is told where they were ticked."""
    ids = stocks.ticked()
    back = own_path(request.args.get("back")) or url_for("shipments.index")
    if not ids:
        return see(back, _("Tick the shipments whose waybills you want."), "warning")
    try:
        files = waybill_files.read_many(access.viewer(), ids, TYPES[ending])
        content = labels.JOINABLE[TYPES[ending]]([part for _, part in files])
    except labels.Unreadable as unreadable:
        number = files[unreadable.place][0]
        told = _("The file of shipment %(id)s can’t be joined with others: download it alone.", id=number)
        return see(back, told, "danger")
    except Refusal as refused:
        return see(back, refused.message, "danger")
    return _file(content, "waybills", ending)


def _write(act: str, shipment_id: int, told: str, *, issued: bool) -> Response:
    """Read the form and create, edit or replace the waybill; what is refused stands above the form."""
    viewer, form = access.viewer(), WaybillForm()
    shipment = shipments.find(viewer, shipment_id)
    if not form.validate():
        return _form_page(act, shipment, form, 422)
    typed = form.typed(waybill_content.details(shipment, {}), shipment.order.currency)
    try:
        if act == "edit":
            waybills.edit(viewer, shipment_id, typed, seen=form.version.data or "")
        else:
            draw = labels.draw if issued else None
            waybills.create(viewer, shipment_id, typed, draw=draw, replace=act == "replace")
    except Invalid as invalid:
        put_errors(form, invalid)
        return _form_page(act, shipment, form, 422)
    except Conflict as conflict:
        stored = _stored(waybills.find(viewer, shipment_id), shipment) if act == "edit" else form
        return _form_page(act, shipment, form, put_conflict(form, conflict, stored))
    return see(_url(shipment_id), told)


def _showing(act: str, shipment_id: int, status: str) -> Response:
    """Show the form with what the waybill says, if it has the status that this can be done in."""
    viewer = access.viewer()
    shipment = shipments.find(viewer, shipment_id)
    waybill = waybills.find(viewer, shipment_id)
    if waybill.status != status:
        told = _("The waybill is %(status)s.", status=_status(waybill))
        return see(_url(shipment_id), told, "warning")
    return _form_page(act, shipment, _stored(waybill, shipment))


def _stored(waybill: Waybill, shipment: Shipment) -> WaybillForm:
    return WaybillForm.showing(waybill_content.shown(waybill, shipment), waybills.version(waybill))


def _form_page(act: str, shipment: Shipment, form: WaybillForm, status: int = 200) -> Response:
    order = orders.find(access.viewer(), shipment.order_id)
    details = waybill_content.details(shipment, {})
    return page(f"waybills/{act}.html", status=status, shipment=shipment, order=order, form=form, details=details)


def _upload_page(shipment: Shipment, form: UploadForm, status: int = 200) -> Response:
    last = waybills.history(access.viewer(), shipment.id)[:1]
    return page("waybills/upload.html", status=status, shipment=shipment, form=form, waybill=last[0] if last else None)


def _void_page(shipment_id: int, form: VoidForm, status: int = 200) -> Response:
    viewer = access.viewer()
    shipment = shipments.find(viewer, shipment_id)
    waybill = waybills.find(viewer, shipment_id)
    if waybill.status not in ("draft", "issued"):
        told = _("The waybill is %(status)s already.", status=_status(waybill))
        return see(_url(shipment_id), told, "warning")
    return page("waybills/void.html", status=status, shipment=shipment, waybill=waybill, form=form)


def _status(waybill: Waybill) -> str:
    return str(_(waybill.status.capitalize())).lower()


def _file(content: bytes, name: str, ending: str) -> Response:
    """Return a file to be kept, not shown: what was uploaded is never rendered under our address."""
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[ending]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _url(shipment_id: int) -> str:
    return url_for("shipments.show", shipment_id=shipment_id)
