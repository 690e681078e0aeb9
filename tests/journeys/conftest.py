"""What journeys start from: a shop, two suppliers that each stock one product, and their keys."""

import pytest

from tests.servers.sandbox import KEY, SandboxShop
from tests.servers.vendure.fixture import vendure
from webapp.actions import api_keys, channels, products, supplies
from webapp.actions.api_keys import KeyDraft
from webapp.actions.channels import ChannelDraft
from webapp.actions.products import ProductDraft
from webapp.actions.supplies import SupplyDraft
from webapp.connectors import http

__all__ = ["vendure"]


@pytest.fixture
def shop(tmp_path):
    """A sandbox shop in a process of its own."""
    http.configure(("127.0.0.1",))
    started = SandboxShop(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def stocked(cast):
    """MUG is stocked by the logistics service, MOKA by its rival: ten units each."""
    viewer = cast.viewer(cast.admin)
    for sku, supplier in (("MUG-BLUE", cast.logistics), ("MOKA-3", cast.rival)):
        product = products.create(viewer, ProductDraft(sku, sku.title()))
        supplies.add(viewer, product.id, SupplyDraft(supplier.id, f"{sku}-W", 10))
    return viewer


@pytest.fixture
def channel(stocked, shop):
    """The shop, connected."""
    return channels.connect(stocked, "sandbox", ChannelDraft("Sandbox", shop.url, {}, {"key": KEY}))


@pytest.fixture
def api(app, cast):
    """Get a token for a fresh key of a supplier and return a function that calls the API with it."""
    viewer = cast.viewer(cast.admin)

    def enter(supplier, **rights):
        draft = KeyDraft(
            supplier.name if supplier else "Whole store",
            supplier_id=supplier.id if supplier else None,
            **{"orders": "write", "shipping": "write", **rights},
        )
        issued = api_keys.issue(viewer, draft)
        api_keys.enable(viewer, issued.key.id)
        client = app.test_client()
        pair = {"client_id": issued.key.public_key, "client_secret": issued.secret_key}
        answer = client.post("/api/v1/oauth/access_token", json={**pair, "grant_type": "client_credentials"})
        token = answer.json["access_token"]

        def call(method, path, **options):
            headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
            return client.open("/api/v1" + path, method=method, headers=headers, **options)

        return call

    return enter
