"""How fast a logistics service packs and hands over: POST /shippings and /ship, the push to the channel left."""

import os
import statistics
import time
from collections.abc import Callable

import orjson

from bench.servers import SECRET, Client, p95, running, together
from bench.stores import KEY, KINDS, SUPPLIERS, database, fill
from config import Config
from webapp import create_app
from webapp.actions import api_keys
from webapp.actions.api_keys import KeyDraft
from webapp.db import db
from webapp.domain.viewer import system
from webapp.models import Push

ORDERS = int(os.environ.get("ORDERS", "20000"))
CLIENTS = 4
EACH = 50
"""Shipments of one client."""

Ask = Callable[[str, str, str], dict]


def packer(supplier_id: int) -> dict[str, str]:
    """Issue a key that packs for one supplier; return the pair that a token is asked with."""
    draft = KeyDraft("Bench", supplier_id=supplier_id, orders="read", shipping="write", requests_per_minute=100_000)
    issued = api_keys.issue(system(1), draft)
    api_keys.enable(system(1), issued.key.id)
    return {"client_id": issued.key.public_key, "client_secret": issued.secret_key, "grant": "client_credentials"}


def ship_all(ask: Ask, orders: list[int]) -> list[float]:
    """Pack and hand over the supplier's part of each order; return the milliseconds of each request."""
    spent = []
    for order_id in orders:
        body = f'{{"order_id": {order_id}, "carrier": "BRT", "tracking_code": "BRT-{order_id}"}}'
        began = time.perf_counter()
        made = ask("POST", "/api/v1/shippings", body)
        packed = time.perf_counter()
        shipped = ask("POST", f"/api/v1/shippings/{made['data']['id']}/ship", "{}")
        spent += [(packed - began) * 1000, (time.perf_counter() - packed) * 1000]
        assert shipped["data"]["status"]["id"] == "shipped"
    return spent


def in_process(url: str, pair: dict[str, str], orders: list[int]) -> list[float]:
    app = create_app(Config(database_url=url, secret_key=SECRET, encryption_keys=(KEY,)), database=db.obj)
    client = app.test_client()
    token = client.post("/api/v1/oauth/access_token", json=pair).json["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    spent = ship_all(
        lambda method, path, body: client.open(path, method=method, data=body, headers=headers).json, orders
    )
    app.extensions["request_log"].write()
    return spent


def over_http(port: int, pair: dict[str, str], orders: list[int]) -> tuple[float, list[float]]:
    """Let four clients ship at the same time; return the seconds and the milliseconds of each request."""
    form = {"Content-Type": "application/json"}
    answer = Client(port, form).ask("POST", "/api/v1/oauth/access_token", orjson.dumps(pair).decode())[1]
    headers = form | {"Authorization": f"Bearer {orjson.loads(answer)['access_token']}"}

    def work(place: int) -> list[float]:
        client = Client(port, headers)
        ask: Ask = lambda *asked: orjson.loads(client.ask(*asked)[1])  # noqa: E731
        return ship_all(ask, orders[place::CLIENTS])

    return together(CLIENTS, work)


def measure(kind: str) -> None:
    with database(kind) as url:
        fill(ORDERS)
        pair = packer(supplier_id=1)
        orders = list(range(SUPPLIERS, ORDERS + 1, SUPPLIERS))  # Each has one line with the first supplier.
        count = EACH * CLIENTS
        alone = in_process(url, pair, orders[:count])
        with running(url) as (port, _, _pids):
            over_http(port, pair, orders[count : count + 2 * CLIENTS])
            seconds, spent = over_http(port, pair, orders[-count:])
        assert Push.select().count() == 2 * count + 2 * CLIENTS
    pairs = 1000 / (2 * statistics.median(alone))
    print(f"  {kind:<10} in process, one after the other: {pairs:4.0f} a second")
    print(
        f"  {kind:<10} over HTTP, {CLIENTS} clients: {count / seconds:4.0f} a second (goal 500),"
        f" p95 of a request {p95(spent):5.1f} ms (goal 15)"
    )


def main() -> None:
    print(f"Shipments packed and handed over, two requests each, {ORDERS:,} orders in the store")
    for kind in KINDS:
        measure(kind)


if __name__ == "__main__":
    main()
