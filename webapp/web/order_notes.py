"""Write a note on an order's page, and delete one's own."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from webapp.actions import order_notes, orders
from webapp.forms.order_notes import NoteForm
from webapp.web import access
from webapp.web.hypermedia import see
from webapp.web.orders import show_page

blueprint = Blueprint("order_notes", __name__, url_prefix="/orders/<id:order_id>/notes")
blueprint.before_request(access.require_login)


@blueprint.post("/")
def create(order_id: int) -> Response:
    orders.find(access.viewer(), order_id)
    form = NoteForm(request.form)
    if not form.validate():
        return show_page(order_id, 422, note=form)
    shown = bool(form.shown_to_suppliers.data)
    order_notes.write(access.viewer(), order_id, form.text.data or "", shown_to_suppliers=shown)
    return see(_url(order_id), _("The note is added."))


@blueprint.post("/<id:note_id>/delete")
def destroy(order_id: int, note_id: int) -> Response:
    order_notes.delete(access.viewer(), order_id, note_id)
    return see(_url(order_id), _("The note is deleted."))


def _url(order_id: int) -> str:
    return url_for("orders.show", order_id=order_id)
