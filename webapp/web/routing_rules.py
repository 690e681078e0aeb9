"""Routing rules: list, draft, change, try on past orders, turn on and off, delete."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from webapp.actions import routing_rules, routing_trials
from webapp.domain.errors import Conflict, Invalid
from webapp.forms.routing_rules import EFFECTS, RoutingRuleForm, values_of
from webapp.models import Channel, RoutingRule, Supplier
from webapp.web import access
from webapp.web.editing import put_conflict
from webapp.web.hypermedia import page, put_errors, see
from webapp.web.sayings import said

blueprint = Blueprint("routing_rules", __name__, url_prefix="/routing")
blueprint.before_request(
    access.let_in(
        "admin", "merchant", told=lazy_gettext("How orders are routed is decided by the store's merchants and admins.")
    )
)


@blueprint.get("/")
def index() -> Response:
    rules = list(RoutingRule.of(access.viewer().store_id))
    return page("routing_rules/index.html", rules=rules, **_words())


@blueprint.get("/new")
def new() -> Response:
    form = _offered(RoutingRuleForm(formdata=None, data={"position": 100}))
    return page("routing_rules/new.html", form=form)


@blueprint.post("/")
def create() -> Response:
    form = _offered(RoutingRuleForm())
    if form.validate_on_submit():
        try:
            made = routing_rules.draft(access.viewer(), form.draft())
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            return see(_url(made, "trial"), _("Saved as a draft. Here is what it would have changed."))
    return page("routing_rules/new.html", status=422, form=form)


@blueprint.get("/<id:rule_id>/edit")
def edit(rule_id: int) -> Response:
    rule = routing_rules.find(access.viewer(), rule_id)
    return page("routing_rules/edit.html", form=_stored(rule), rule=rule)


@blueprint.post("/<id:rule_id>")
def update(rule_id: int) -> Response:
    rule, form, status = routing_rules.find(access.viewer(), rule_id), _offered(RoutingRuleForm()), 422
    if form.validate_on_submit():
        try:
            made = routing_rules.change(access.viewer(), rule_id, form.draft(), form.version.data or "")
        except Invalid as invalid:
            put_errors(form, invalid)
        except Conflict as conflict:
            status = put_conflict(form, conflict, _stored(rule))
        else:
            return see(_url(made, "trial"), _("Saved as a draft. Here is what it would have changed."))
    return page("routing_rules/edit.html", status=status, form=form, rule=rule)


@blueprint.get("/<id:rule_id>/trial")
def trial(rule_id: int) -> Response:
    return _trial(routing_rules.find(access.viewer(), rule_id))


@blueprint.post("/<id:rule_id>/on")
def turn_on(rule_id: int) -> Response:
    rule = routing_rules.find(access.viewer(), rule_id)
    try:
        routing_rules.turn_on(access.viewer(), rule_id, request.form.get("version", ""))
    except Conflict as conflict:
        return _trial(rule, 409, said(conflict.message))
    return see(url_for("routing_rules.index"), _("“%(name)s” counts from the next order on.", name=rule.name))


@blueprint.post("/<id:rule_id>/off")
def turn_off(rule_id: int) -> Response:
    rule = routing_rules.turn_off(access.viewer(), rule_id)
    return see(url_for("routing_rules.index"), _("“%(name)s” is a draft again.", name=rule.name))


@blueprint.get("/<id:rule_id>/delete")
def confirm_delete(rule_id: int) -> Response:
    return page("routing_rules/delete.html", rule=routing_rules.find(access.viewer(), rule_id))


@blueprint.post("/<id:rule_id>/delete")
def delete(rule_id: int) -> Response:
    routing_rules.delete(access.viewer(), rule_id)
    return see(url_for("routing_rules.index"), _("Deleted. What was routed by it stays where it is."))


def _trial(rule: RoutingRule, status: int = 200, objection: str = "") -> Response:
    found = routing_trials.try_out(access.viewer(), rule)
    values: dict[str, Any] = {
        "rule": rule,
        "trial": found,
        "version": routing_rules.version(rule),
        "objection": objection,
    }
    return page("routing_rules/trial.html", status=status, most=routing_trials.SHOWN, **values, **_words())


def _stored(rule: RoutingRule) -> RoutingRuleForm:
    return _offered(RoutingRuleForm(formdata=MultiDict(values_of(routing_rules.written(rule)))))


def _offered(form: RoutingRuleForm) -> RoutingRuleForm:
    words = _words()
    return form.offer(words["stocks"], words["channels"])


def _words() -> dict[str, Any]:
    """Return what the numbers in rules stand for."""
    store = access.viewer().store_id
    suppliers = Supplier.select(Supplier.id, Supplier.name).where(
        Supplier.store == store, Supplier.archived_at.is_null()
    )
    channels = Channel.select(Channel.id, Channel.name).where(Channel.store == store, Channel.archived_at.is_null())
    return {
        "stocks": [(0, _("Own stock")), *((row.id, row.name) for row in suppliers.order_by(Supplier.name))],
        "channels": [(row.id, row.name) for row in channels.order_by(Channel.name)],
        "effects": [(word, str(text)) for word, text in EFFECTS],
    }


def _url(rule: RoutingRule, endpoint: str) -> str:
    return url_for(f"routing_rules.{endpoint}", rule_id=rule.id)
