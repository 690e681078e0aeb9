"""A product's publications: on which channels it is offered, and what each is told of its stock."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import products, publications
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.forms.fields import SelectChoice
from webapp.forms.publications import NewPublicationForm, PublicationForm, values_of
from webapp.models import Channel, Publication
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import page, put_errors, see

blueprint = Blueprint("publications", __name__, url_prefix="/products/<id:product_id>/publications")
blueprint.before_request(
    access.let_in(
        "admin", "merchant", told=lazy_gettext("Publications are managed by the store's merchants and admins.")
    )
)


@blueprint.get("/new")
def new(product_id: int) -> Response:
    product = products.find(access.viewer(), product_id)
    form = _new_form(product_id, formdata=None, data={"tells_stock": True, "stock_buffer": "0"})
    return page("publications/new.html", form=form, product=product)


@blueprint.post("/")
def create(product_id: int) -> Response:
    product, form = products.find(access.viewer(), product_id), _new_form(product_id)
    if form.validate_on_submit():
        try:
            publications.create(access.viewer(), product_id, int(form.channel_id.data), form.columns())
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return see(url_for("products.show", product_id=product_id), _("Published."))
    return page("publications/new.html", status=422, form=form, product=product)


@blueprint.get("/<id:publication_id>/edit")
def edit(product_id: int, publication_id: int) -> Response:
    publication = _find(product_id, publication_id)
    form = PublicationForm(formdata=None, data=values_of(publication))
    return page("publications/edit.html", form=form, publication=publication, product=publication.product)


@blueprint.post("/<id:publication_id>")
def update(product_id: int, publication_id: int) -> Response:
    publication, form, status = _find(product_id, publication_id), PublicationForm(request.form), 422
    if form.validate():
        try:
            publications.edit(access.viewer(), publication, form.columns(), form.version.data or "")
        except Conflict as conflict:
            fresh = _find(product_id, publication_id)
            status = put_conflict(form, conflict, PublicationForm(formdata=None, data=values_of(fresh)))
        else:
            return see(url_for("products.show", product_id=product_id), _("Saved."))
    values = {"form": form, "publication": publication, "product": publication.product}
    return page("publications/edit.html", status=status, **values)


def _find(product_id: int, publication_id: int) -> Publication:
    publication = publications.find(access.viewer(), publication_id)
    if publication.product_id != product_id:
        raise NotFound("publication")
    return publication


def _new_form(product_id: int, **given: object) -> NewPublicationForm:
    """Return the form with the channels on which the product isn't yet."""
    form = NewPublicationForm(**given)
    store_id = access.viewer().store_id
    there = Publication.select(Publication.channel).where(
        Publication.store == store_id, Publication.product == product_id
    )
    mine = (Channel.store == store_id) & Channel.archived_at.is_null() & Channel.id.not_in(there)
    offered = [SelectChoice(str(row.id), row.name) for row in Channel.select().where(mine).order_by(Channel.name)]
    form.channel_id.choices = [SelectChoice("", _("Choose …")), *offered]
    return form
