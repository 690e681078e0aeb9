"""Routing rules: write a draft, turn it on, turn it off, delete it; and which of them an order meets."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import peewee as pw

from webapp.actions import editing, record
from webapp.db import now, transaction
from webapp.domain import rights, routing, store_clock
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.routing import Facts, Preference, Rule
from webapp.domain.viewer import Viewer
from webapp.models import Channel, Order, RoutingRule, Store, Supplier
from webapp.models.prepared import prepared, slot

MOST = 50
"""Rules of a store; more can't be overlooked by anybody."""


Meets = Callable[[str, int | None, dt.datetime], Preference]
"""Gives the rules that an order meets, from its country, its channel and the moment of ordering."""


@dataclass(frozen=True)
class RuleDraft:
    """What a person writes of a rule; see `RoutingRule` for what each part means."""

    name: str
    position: int
    effect: str
    countries: tuple[str, ...] = ()
    channels: tuple[int, ...] = ()
    after_time: str = ""
    suppliers: tuple[int, ...] = ()


def find(viewer: Viewer, rule_id: int) -> RoutingRule:
    """Return the store's rule; raise NotFound alike for a foreign one and an unknown one."""
    rule = RoutingRule.select().where(RoutingRule.store == viewer.store_id, RoutingRule.id == rule_id).first()
    if rule is None:
        raise NotFound("routing rule")
    return rule


def draft(viewer: Viewer, wanted: RuleDraft) -> RoutingRule:
    """Write a new draft, which does nothing yet; raise Invalid by field."""
    _need_whole_store(viewer)
    with transaction():
        _check(viewer, wanted)
        if RoutingRule.of(viewer.store_id).count() >= MOST:
            raise Invalid({"name": [f"A store has at most {MOST} rules: delete one that isn't needed."]})
        made = RoutingRule.create(store=viewer.store_id, **_columns(wanted))
        _tell(viewer, made, "routing_rule.drafted", f"Routing rule “{made.name}” drafted")
    return made


def written(rule: RoutingRule) -> RoutingRule:
    """Return what is edited where somebody edits this rule: the draft that is to take its place, if there is one."""
    mine = (RoutingRule.store == rule.store_id) & (RoutingRule.replaces == rule.id)
    draft: RoutingRule | None = RoutingRule.select().where(mine).first() if rule.live else None
    return draft or rule


def change(viewer: Viewer, rule_id: int, wanted: RuleDraft, seen: str = "") -> RoutingRule:
    """Change a draft, or write a draft that is to take a live rule's place; return the draft.

    `seen` is the `version` of what was `written`: raises Conflict `changed_meanwhile` where that is another one now.
    """
    _need_whole_store(viewer)
    with transaction():
        rule = editing.held(find(viewer, rule_id))
        made = written(rule)
        editing.need_unchanged(seen, version(made))
        _check(viewer, wanted)
        values = _columns(wanted) | ({"replaces": rule.id} if rule.live else {})
        if made.live:
            made = RoutingRule.create(store=viewer.store_id, **values)
        else:
            RoutingRule.update(**values, updated_at=now()).where(RoutingRule.id == made.id).execute()
        made = find(viewer, made.id)
        _tell(viewer, made, "routing_rule.drafted", f"Draft of the routing rule “{made.name}” changed")
    return made


def turn_on(viewer: Viewer, rule_id: int, seen: str) -> RoutingRule:
    """Let a draft count from the next order on, in the place of the rule that it replaces.

    `seen` is the `version` that was tried: raises Conflict `changed_meanwhile` where it is another one now.
    """
    _need_whole_store(viewer)
    with transaction():
        rule = find(viewer, rule_id)
        if rule.live:
            return rule
        if version(rule) != seen:
            raise Conflict("changed_meanwhile", "The rule was changed after it was tried. Look at the trial again.")
        replaced = rule.replaces_id
        RoutingRule.update(live=True, replaces=None, updated_at=now()).where(RoutingRule.id == rule.id).execute()
        if replaced:
            RoutingRule.delete().where(RoutingRule.store == viewer.store_id, RoutingRule.id == replaced).execute()
        _tell(viewer, rule, "routing_rule.turned_on", f"Routing rule “{rule.name}” turned on")
    return find(viewer, rule_id)


def turn_off(viewer: Viewer, rule_id: int) -> RoutingRule:
    """Make a live rule a draft again. Safe to repeat."""
    _need_whole_store(viewer)
    with transaction():
        rule = find(viewer, rule_id)
        off = RoutingRule.update(live=False, updated_at=now()).where(RoutingRule.id == rule.id, RoutingRule.live)
        if off.execute():
            _tell(viewer, rule, "routing_rule.turned_off", f"Routing rule “{rule.name}” turned off")
    return find(viewer, rule_id)


def delete(viewer: Viewer, rule_id: int) -> None:
    """Forget a rule; what was allocated by it stays where it is."""
    _need_whole_store(viewer)
    with transaction():
        rule = find(viewer, rule_id)
        RoutingRule.delete().where(RoutingRule.id == rule.id).execute()
        _tell(viewer, rule, "routing_rule.deleted", f"Routing rule “{rule.name}” deleted")


def version(rule: RoutingRule) -> str:
    """Return what changes whenever the rule does."""
    return f"{rule.id}-{rule.updated_at:%Y%m%d%H%M%S%f}"


def rule_of(row: RoutingRule) -> Rule:
    """Return a row as the domain knows it."""
    return Rule(
        row.name,
        row.effect,
        frozenset(supplier or None for supplier in row.suppliers),
        frozenset(row.countries),
        frozenset(row.channels),
        dt.time.fromisoformat(row.after_time) if row.after_time else None,
    )


def live(store_id: int) -> list[Rule]:
    """Return the rules that count, the most important first."""
    return [rule_of(row) for row in _live().models(RoutingRule, store=store_id)]


def of_order(store_id: int, order_id: int) -> Preference:
    """Return the live rules that an order meets; without any, the order isn't read."""
    rules = live(store_id)
    if not rules:
        return routing.NONE
    columns = (Order.delivery_address, Order.channel, Order.ordered_at)
    order = Order.select(*columns).where(Order.store == store_id, Order.id == order_id).get()
    country = order.delivery_address.get("country_iso", "")
    return meeting(store_id, rules)(country, order.channel_id, order.ordered_at)


def meeting(store_id: int, rules: Sequence[Rule]) -> Meets:
    """Return what tells which of the rules an order meets. The store's clock is read where a rule has a cut-off."""
    if not rules:
        return lambda *_: routing.NONE
    zone: dt.tzinfo = dt.UTC
    if any(rule.after for rule in rules):
        zone = store_clock.zone(Store.get_by_id(store_id).time_zone)

    def met(country: str, channel_id: int | None, ordered_at: dt.datetime) -> Preference:
        time = ordered_at.astimezone(zone).time()
        return routing.preference(rules, Facts((country or "").upper(), channel_id, time))

    return met


@prepared
def _live() -> pw.Query:
    mine = (RoutingRule.store == slot("store")) & RoutingRule.live
    return RoutingRule.select().where(mine).order_by(RoutingRule.position, RoutingRule.id)


def _columns(wanted: RuleDraft) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(wanted).items()}


def _check(viewer: Viewer, wanted: RuleDraft) -> None:
    errors: dict[str, list[str]] = {}
    if wanted.effect not in routing.EFFECTS:
        errors["effect"] = ["Choose what the rule does."]
    mine = Supplier.select(Supplier.id).where(Supplier.store == viewer.store_id, Supplier.archived_at.is_null())
    known = {row.id for row in mine} | {0}
    if wanted.effect in ("prefer", "avoid") and not wanted.suppliers:
        errors["suppliers"] = ["Choose at least one stock."]
    elif not set(wanted.suppliers) <= known:
        errors["suppliers"] = ["One of these stocks isn't there any more: choose again."]
    elif wanted.effect in ("prefer", "avoid") and set(wanted.suppliers) == known:
        errors["suppliers"] = ["With all stocks chosen the rule changes nothing: leave one out."]
    channels = {row.id for row in Channel.select(Channel.id).where(Channel.store == viewer.store_id)}
    if not set(wanted.channels) <= channels:
        errors["channels"] = ["One of these channels isn't there any more: choose again."]
    if errors:
        raise Invalid(errors)


def _need_whole_store(viewer: Viewer) -> None:
    rights.need_whole_store(viewer, "decides how orders are routed", viewer.orders)


def _tell(viewer: Viewer, rule: RoutingRule, kind: str, message: str) -> None:
    data = {"rule": {name: getattr(rule, name) for name in _columns(RuleDraft("", 0, ""))}}
    record.event(viewer, kind, message, subject="routing_rule", subject_id=rule.id, data=data)
