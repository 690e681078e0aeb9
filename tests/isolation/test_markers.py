"""Each owner's data carries a marker in every text: nobody meets another's, on a page, in a file, message or log."""

import io
import re
from dataclasses import replace

import pypdf
import pytest

from tests.isolation import routes
from tests.isolation.markers import MARKERS, SENSITIVE, mark
from webapp.actions import api_keys, waybills
from webapp.actions.api_keys import KeyDraft
from webapp.connectors import labels
from webapp.domain.permissions import CALLS
from webapp.jobs.fan_out import fan_out
from webapp.models import Delivery

SEEN_BY = {
    "clerk": {"logistics", "our store"},
    "rival_clerk": {"rival", "our store"},
    "merchant": {"logistics", "rival", "our store"},
    "admin": {"logistics", "rival", "our store"},
    "stranger": {"stranger", "their store"},
}

MUST_MEET = {"clerk": {"logistics"}, "rival_clerk": {"rival"}}
"""Of a store's own texts a supplier's people need not meet any."""


@pytest.fixture
def marked(estates):
    """Return the estates, marked."""
    return write_markers(estates)


def write_markers(estates):
    """Put a marker into every text; issue waybills and make messages of what is there then."""
    assert mark(estates) > 300
    for estate in estates.values():
        waybills.issue(estate.viewer, estate.ids["shipment_id"], labels.draw)
    assert fan_out() > 0
    return estates


def text_of(answer) -> str:
    if answer.mimetype == "application/pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    return answer.get_data().decode(errors="replace")


def met_in(text: str) -> set[str]:
    return {name for name, marker in MARKERS.items() if marker in text}


@pytest.mark.parametrize("who", SEEN_BY)
def test_no_page_shows_the_marker_of_another(who, app, cast, as_user, estates, capfd):
    client = as_user(getattr(cast, who))
    walk = addresses(app, write_markers(estates))
    todo, done, leaks, met = list(walk), set(), [], set()
    while todo:
        path = todo.pop()
        if path in done:
            continue
        done.add(path)
        answer = client.get(path)
        text = text_of(answer)
        here = met_in(text)
        met |= here
        if here - SEEN_BY[who]:
            leaks.append(f"{path}: {here - SEEN_BY[who]}")
        if answer.mimetype == "text/html":
            todo += [
                found for found in re.findall(r'href="(/[^"#]*)', text) if not found.startswith(("/static", "/logout"))
            ]
    assert leaks == []
    assert met >= MUST_MEET.get(who, SEEN_BY[who]) and len(done) > 60
    said = capfd.readouterr()
    assert met_in(said.out + said.err) == set()


def places(estates) -> list:
    """Return the estates, and once more those that share an order, with that one."""
    shared = [one for one in estates.values() if "shared_id" in one.ids]
    return [*estates.values(), *(replace(one, ids={**one.ids, "order_id": one.ids["shared_id"]}) for one in shared)]


def addresses(app, estates) -> list[str]:
    """Return the address of every page that only reads, with the ids of each estate, and in each file format."""
    found = []
    for estate in places(estates):
        for ending in ("pdf", "zpl", "png"):
            one = replace(estate, ids={**estate.ids, "ending": ending})
            found += [one.address(rule) for verb, rule in routes.pages(app) if verb == "GET"]
    return sorted(set(found))


KEYS_SEE = {
    ("logistics", "scoped"): {"logistics", "our store"},
    ("rival", "scoped"): {"rival", "our store"},
    ("logistics", "whole"): {"logistics", "rival", "our store"},
    ("stranger", "scoped"): {"stranger", "their store"},
    ("stranger", "whole"): {"stranger", "their store"},
}


@pytest.mark.parametrize(("who", "reach"), KEYS_SEE)
def test_no_call_answers_with_the_marker_of_another(who, reach, app, marked):
    estate = marked[who]
    headers = {"Authorization": f"Bearer {estate.token if reach == 'scoped' else estate.whole_token}"}
    leaks, met = [], set()
    for call in (call for call in CALLS if call.verb == "GET"):
        for other in places(marked):
            for kind in ("application/json", "application/pdf", "application/zpl"):
                query = f"?shipping_ids={other.ids['shipment_id']}" if call.path == "/waybills" else ""
                path = other.call(call) + query
                answer = app.test_client().get(path, headers={**headers, "Accept": kind})
                here = met_in(text_of(answer))
                met |= here
                if here - KEYS_SEE[who, reach]:
                    leaks.append(f"{path} as {kind}: {here - KEYS_SEE[who, reach]}")
    assert leaks == []
    assert who in met


def test_no_message_tells_of_another(marked):
    for name, estate in marked.items():
        sent = Delivery.select().where(Delivery.webhook == estate.ids["webhook_id"], Delivery.number.is_null(False))
        bodies = " ".join(row.body for row in sent)
        assert name in met_in(bodies)
        assert met_in(bodies) <= KEYS_SEE[name, "scoped"]


@pytest.mark.parametrize("hides", [False, True])
def test_the_mask_of_customers_holds_in_every_call(hides, app, marked, doors):
    ours = marked["logistics"]
    draft = KeyDraft("Masked", supplier_id=ours.supplier.id, orders="read", products="read", hides_customer=hides)
    issued = api_keys.issue(ours.viewer, draft)
    api_keys.enable(ours.viewer, issued.key.id)
    headers = {"Authorization": f"Bearer {doors(issued)}"}
    shown = []
    for call in (call for call in CALLS if call.verb == "GET"):
        answer = app.test_client().get(ours.call(call), headers=headers)
        shown += [call.path] if SENSITIVE in answer.text else []
    assert ("/orders/{id}" in shown) is not hides
    assert not (hides and shown), shown
