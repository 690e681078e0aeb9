"""Every page and every form of the site, from the URL map, as everybody: who may open it, and who finds nothing."""

from collections import Counter

import pytest

from tests.isolation import routes
from tests.isolation.test_calls import KEYS
from tests.isolation.things import STORES_OWN, everything_of
from webapp.domain.permissions import CALLS

PEOPLE = ("anonymous", "disabled", "stranger", "rival_clerk", "clerk", "merchant", "admin")

WORDS = {"kind", "ending", "key", "verb", "table"}
"""Arguments that name nobody's row."""

WAYS = ({}, {"HX-Request": "true"})
"""A whole page, and a part of one."""


def cells(app):
    return [(verb, rule, headers) for verb, rule in routes.pages(app) for headers in WAYS]


def test_every_route_is_classified_and_the_table_names_no_other(app):
    rules = list(app.url_map.iter_rules())
    unknown = [r.endpoint for _, r in routes.pages(app) if routes.roles(r.endpoint) is None]
    assert unknown == [], "Say in tests/isolation/routes.py who may open these."
    endpoints = {rule.endpoint for rule in rules}
    assert endpoints >= routes.PUBLIC and routes.STRICTER.keys() <= endpoints
    assert {name.partition(".")[0] for name in endpoints} >= routes.BLUEPRINTS.keys()


def test_there_are_more_than_two_thousand_cells(app):
    assert len(cells(app)) * len(PEOPLE) + len(CALLS) * len(KEYS) >= 2000


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_open_to_whom_the_table_names_and_to_nobody_else(who, app, cast, estates, as_user):
    client = app.test_client() if who == "anonymous" else as_user(getattr(cast, "clerk" if who == "disabled" else who))
    if who == "disabled":
        type(cast.clerk).update(active=False).where(type(cast.clerk).id == cast.clerk.id).execute()
    role = {"stranger": "admin", "rival_clerk": "clerk"}.get(who, who)
    ours, outside = estates["logistics"], who in ("anonymous", "disabled", "stranger", "rival_clerk")
    before, wrong, met = everything_of(cast.store), [], Counter()
    for verb, rule, headers in cells(app):
        answer = client.open(ours.address(rule), method=verb, headers=headers, follow_redirects=False)
        met[answer.status_code] += 1
        named = rule.arguments - (STORES_OWN if who == "rival_clerk" else WORDS)
        foreign = outside or (rule.endpoint in routes.PERSONAL and who != "clerk")
        part = bool(headers)
        if not _right(answer, role in routes.roles(rule.endpoint), bool(named), foreign, who, verb, part):
            wrong.append(f"{verb} {rule.rule} {headers}: {answer.status_code}")
    assert wrong == [], "\n".join(wrong)
    assert sum(met.values()) == len(cells(app))
    if outside:
        after = everything_of(cast.store)
        changed = [row for row in before if row not in after]
        assert changed == [] if who == "stranger" else before == after


def _right(answer, allowed: bool, named: bool, outside: bool, who: str, verb: str, part: bool) -> bool:
    """Tell whether it is the answer that this principal should get."""
    status = answer.status_code
    if who in ("anonymous", "disabled"):
        led = status == 303 and answer.location.startswith("/login")
        return led if verb == "GET" and not part else status == 401 and "location" not in answer.headers
    if not allowed:
        return status == 403 or (outside and named and status == 404)
    if outside and named:
        return status == 404
    if verb == "GET" and not outside:
        return status in (200, 204, 302, 303, 406, 409)
    return status < 500 and status != 403
