"""The log of a key's calls: what came, how it ended, and the command that repeats it."""

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _

from webapp.actions import api_keys, api_requests
from webapp.domain.errors import NotFound
from webapp.models import ApiRequest
from webapp.web import access
from webapp.web.hypermedia import PAGE, after, page, page_of, search_words

blueprint = Blueprint("api_requests", __name__, url_prefix="/api-keys/<id:key_id>/requests")

OUTCOMES = (("good", _("Answered")), ("refused", _("Refused")))

blueprint.before_request(
    access.let_in("admin", "merchant", told=_("API keys are managed by the store's merchants and admins."))
)


@blueprint.get("/")
def index(key_id: int) -> Response:
    key, words = api_keys.find(access.viewer(), key_id), search_words()
    outcome = request.args.get("outcome", "")
    query = ApiRequest.select().where(ApiRequest.store == key.store_id, ApiRequest.api_key == key.id)
    if words:
        query = query.where(ApiRequest.path.contains(words) | (ApiRequest.request_id == words))
    if outcome == "good":
        query = query.where(ApiRequest.status_code < 400)
    elif outcome == "refused":
        query = query.where(ApiRequest.status_code >= 400)
    if after():
        query = query.where(ApiRequest.id < after())
    found = page_of(query.order_by(ApiRequest.id.desc()).limit(PAGE + 1))
    return page(
        "api_requests/index.html",
        "api_request_rows",
        key=key,
        page=found,
        words=words,
        outcome=outcome,
        outcomes=OUTCOMES,
    )


@blueprint.get("/<id:request_id>")
def show(key_id: int, request_id: int) -> Response:
    key = api_keys.find(access.viewer(), key_id)
    mine = ApiRequest.select().where(ApiRequest.store == key.store_id, ApiRequest.api_key == key.id)
    row: ApiRequest | None = mine.where(ApiRequest.id == request_id).first()
    if row is None:
        raise NotFound("call")
    return page("api_requests/show.html", key=key, row=row, curl=api_requests.as_curl(row, request.url_root))
