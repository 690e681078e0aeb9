"""Requests made from the OpenAPI document, good ones and bad ones: no answer is undocumented, none is a crash."""

from dataclasses import replace

import pytest
from schemathesis.specs.openapi import _auth_retry

from tests.api.fuzzing import fuzz
from webapp import create_app
from webapp.actions import api_keys, publications, waybills
from webapp.actions.api_keys import KeyDraft
from webapp.actions.key_rights import MOST_REQUESTS
from webapp.domain.permissions import CALLS
from webapp.models import Product

SOCKETS = ("max_redirects", "verify", "cert")


@pytest.fixture(autouse=True)
def probes_without_sockets(monkeypatch):
    """Let the checks' own requests reach a WSGI application: schemathesis 4.32 sends them with settings of sockets."""
    made = _auth_retry.build_retry_transport_kwargs

    def build(kwargs, parameters):
        return {name: value for name, value in made(kwargs, parameters).items() if name not in SOCKETS}

    monkeypatch.setattr(_auth_retry, "build_retry_transport_kwargs", build)


@pytest.fixture
def quick(database, settings):
    """The application as it is, but without a thread to spare for those who wait on `/changes`."""
    return create_app(replace(settings, database_threads=1), database=database)


@pytest.fixture
def token(quick, cast):
    """Get a token for a key with every right, of one supplier or, for None, of the whole store."""
    viewer = cast.viewer(cast.admin)

    def get(supplier_id):
        rights = {"orders": "write", "products": "write", "shipping": "write", "requests_per_minute": MOST_REQUESTS}
        issued = api_keys.issue(viewer, KeyDraft("Fuzz", supplier_id=supplier_id, **rights))
        api_keys.enable(viewer, issued.key.id)
        pair = {"client_id": issued.key.public_key, "client_secret": issued.secret_key}
        asked = {**pair, "grant_type": "client_credentials"}
        return quick.test_client().post("/api/v1/oauth/access_token", json=asked).json["access_token"]

    return get


@pytest.fixture
def filled(world, shipment):
    """A store that has one of everything whose id stands in a path."""
    waybills.create(world.viewer, shipment.id, draw=None)
    publications.create(world.viewer, Product.get().id, world.channel.id, {})


@pytest.mark.parametrize("bound", [False, True], ids=["whole store", "one supplier"])
def test_no_answer_is_undocumented(quick, token, cast, filled, bound):
    found = fuzz(quick, token(cast.logistics.id if bound else None), every_rule=not bound)
    assert not found.wrong, "\n\n".join(f"== {name}\n{told}" for name, told in found.wrong.items())
    called = {f"{call.verb} {call.path}" for call in CALLS}
    assert called <= found.statuses.keys()
    # They aren't just refused: nearly every call that the key may make has also been answered with a success.
    done = {name for name in called if any(200 <= status < 300 for status in found.statuses[name])}
    assert len(done) > len(called) * (0.5 if bound else 0.9), sorted(called - done)
