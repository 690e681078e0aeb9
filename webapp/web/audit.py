"""The audit log: who did what, when; for admins."""

from flask import Blueprint, Response, request

from webapp.models import Event
from webapp.web import access
from webapp.web.hypermedia import after, page, page_of, search_words

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

SUBJECTS = ("order", "shipment", "push", "product", "batch", "supplier", "channel", "api_key", "user", "store")

blueprint.before_request(access.let_in("admin", told="The audit log is for the store's admins."))


@blueprint.get("/")
def index() -> Response:
    words, subject = search_words(), request.args.get("subject", "")
    query = Event.select().where(Event.store == access.viewer().store_id)
    if subject in SUBJECTS:
        query = query.where(Event.subject == subject)
    if words:
        query = query.where(Event.message.contains(words) | Event.actor_label.contains(words))
    if after():
        query = query.where(Event.id < after())
    found = page_of(query.order_by(Event.id.desc()).limit(51))
    return page("audit/index.html", "event_rows", page=found, words=words, subject=subject, subjects=SUBJECTS)
