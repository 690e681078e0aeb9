"""Needs action: every failure and open question of the store, each with what mends it."""

from flask import Blueprint, Response, url_for
from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from webapp.actions import mails
from webapp.models import tasks
from webapp.web import access
from webapp.web.hypermedia import page, see

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
blueprint.before_request(access.let_in("admin", "merchant", told=_("Open questions are for the store's own people.")))


@blueprint.get("/")
def index() -> Response:
    store = access.viewer().store_id
    shown = {name: list(query(store).limit(tasks.SHOWN + 1)) for name, query in tasks.QUERIES.items()}
    silences, workerless = tasks.silences(store), tasks.worker_is_silent()
    nothing = not (any(shown.values()) or silences or workerless)
    rest = {"silences": silences, "workerless": workerless, "nothing": nothing, "most": tasks.SHOWN}
    return page("tasks/index.html", None, 200, **shown, **rest)


@blueprint.get("/count")
def count() -> Response:
    """The number beside the menu's entry: asked for by each page once it is shown, so that none waits for it."""
    return page("tasks/count.html", number=tasks.count(access.viewer().store_id))


@blueprint.post("/mails")
def retry_mails() -> Response:
    count = mails.retry(access.viewer())
    told = ngettext("%(num)d mail is sent again.", "%(num)d mails are sent again.", count)
    return see(url_for("tasks.index"), told)
