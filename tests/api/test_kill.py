"""The web server is killed in the middle of a POST that has an Idempotency-Key: sent again, it has had one effect."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

import httpx2
import pytest

from tests.api.answer_gate import closed_gate
from tests.conftest import ENCRYPTION_KEY
from tests.servers.fault_proxy import FaultProxy
from tests.servers.web import Web
from webapp.actions import api_keys, shipments
from webapp.actions.api_keys import KeyDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.models import (
    Allocation,
    Event,
    IdempotentRequest,
    OrderLine,
    Product,
    Push,
    Shipment,
    ShipmentLine,
    Supply,
    Waybill,
    WaybillFile,
)

ZPL = b"^XA^FO50,50^FDKilled^FS^XZ"


class Killer(FaultProxy):
    """Stands before the web server and kills it once it has answered; the caller never hears the answer."""

    def __init__(self, web: Web) -> None:
        self._web = web
        super().__init__(web.url)

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        status, _, _ = self._forward(call, call.rfile.read(int(call.headers.get("Content-Length") or 0)))
        self.calls.append(str(status))
        self._web.kill()
        self._cut(call)


@dataclass
class Posts:
    """The calls that are cut off, with what must be there after each of them, once."""

    order: int
    packed: int

    def all(self):
        at = f"/shippings/{self.packed}"
        product = {"sku": "LAMP", "title": "Lamp", "price": 9.5, "vat_rate": 22, "main_category_id": 1, "quantity": 7}
        yield f"/orders/{self.order}/accept", {"json": {}}, 200, self.accepted
        yield "/shippings", {"json": {"order_id": self.order, "rows": [{"sku": "MUG", "quantity": 1}]}}, 201, self.made
        headers = {"Content-Type": "application/zpl"}
        yield f"{at}/waybill", {"content": ZPL, "headers": headers}, 201, self.labelled
        yield f"{at}/ship", {"json": {}}, 200, self.shipped
        yield "/products", {"json": product}, 201, self.added

    def accepted(self):
        return Event.select().where(Event.kind == "order.accepted").count() == 1

    def made(self):
        units = ShipmentLine.select().join(Shipment).where(Shipment.id != self.packed)
        return [(row.line.sku, row.quantity) for row in units] == [("MUG", 1)]

    def labelled(self):
        return Waybill.select().count() == 1 and [bytes(row.content) for row in WaybillFile.select()] == [ZPL]

    def shipped(self):
        mugs = Supply.select().join(Product).where(Product.sku == "MUG").get()
        told = Push.select().where(Push.kind == "shipment").count()
        return (told, mugs.quantity, mugs.reserved) == (1, 9, 2)

    def added(self):
        """One product, and the line that waited for its SKU has its stock."""
        lamps = [(row.id, row.own_quantity, row.own_reserved) for row in Product.select().where(Product.sku == "LAMP")]
        held = Allocation.select().join(OrderLine).where(OrderLine.sku == "LAMP", Allocation.status == "active")
        return [(row.line.product_id, 7, row.quantity) for row in held] == lamps != []


@pytest.fixture
def posts(world):
    world.product("MUG", logistics=10)
    order = world.order(("MUG", 3), ("LAMP", 2))
    line = world.line(order, "MUG").id
    packed = shipments.create(world.viewer, order.id, ShipmentDraft({line: 1}, world.cast.logistics.id))
    return Posts(order.id, packed.id)


@pytest.fixture
def web(database_url, database, tmp_path):
    made = Web(database_url, ENCRYPTION_KEY, tmp_path / "web.log", INSTANCE_DIR=str(tmp_path))
    yield made.start()
    made.kill()


@pytest.fixture
def token(web, cast):
    rights = {"orders": "write", "shipping": "write", "products": "write"}
    issued = api_keys.issue(cast.viewer(cast.admin), KeyDraft("Whole store", **rights))
    api_keys.enable(cast.viewer(cast.admin), issued.key.id)
    pair = {"client_id": issued.key.public_key, "client_secret": issued.secret_key, "grant_type": "client_credentials"}
    return httpx2.post(f"{web.url}/api/v1/oauth/access_token", json=pair, trust_env=False).json()["access_token"]


@pytest.fixture
def post(token):
    """Post to the API at an address; the Idempotency-Key is the path."""

    def send(at, path, options):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": path, **options.get("headers", {})}
        return httpx2.post(
            f"{at}/api/v1{path}", **{**options, "headers": headers}, timeout=httpx2.Timeout(60), trust_env=False
        )

    return send


def test_killed_when_its_answer_begins_it_has_had_one_effect(web, posts, post):
    for path, options, status, happened in posts.all():
        with Killer(web) as killer:
            with pytest.raises(httpx2.TransportError):
                post(killer.url, path, options)
            assert killer.calls == [str(status)]
        assert happened(), path
        web.start()
        again = post(web.url, path, options)
        assert (again.status_code, again.headers["Idempotent-Replayed"]) == (status, "true"), again.text
        assert again.json()["success"] and happened(), path


def test_killed_between_the_effect_and_the_stored_answer_it_has_had_none_until_it_is_repeated(
    web, posts, post, database_url
):
    for path, options, status, happened in posts.all():
        with closed_gate(database_url) as reached, ThreadPoolExecutor(1) as pool:
            lost = pool.submit(post, web.url, path, options)
            until(lambda: reached(web))
            web.kill()
            with pytest.raises(httpx2.TransportError):
                lost.result()
        assert not happened(), path
        web.start()
        again = post(web.url, path, options)
        assert (again.status_code, "Idempotent-Replayed" in again.headers) == (status, False), again.text
        assert happened(), path
        assert post(web.url, path, options).content == again.content and happened(), path
    assert IdempotentRequest.select().count() == 5


def until(true, seconds=60):
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"It didn't come true in {seconds} s."
        time.sleep(0.02)
