"""A running Medusa shop of a test's own: start, stop, sell something, and look at what the shop holds."""

import base64
import datetime as dt
from typing import Any

import httpx2
import psycopg

from tests.servers.medusa_real.process import Process
from tests.servers.medusa_real.stocking import stock
from tests.servers.postgres import Postgres

BUYER = {"first_name": "Ada", "last_name": "Rossi", "company": "Studio Rossi", "phone": "+39 02 1234"}
BUYER |= {"address_1": "Via Roma 1", "address_2": "Interno 3", "city": "Milano", "province": "MI"}
BUYER |= {"postal_code": "20100", "country_code": "it"}


class MedusaShop:
    """One server process with a PostgreSQL of its own."""

    def __init__(self) -> None:
        self._client = httpx2.Client(trust_env=False, timeout=60)
        self._postgres = Postgres()
        self._database = self._postgres.create("medusa")
        self._process = Process(self._database)
        try:
            port, self.key = self._process.ready()
            self.url = f"http://127.0.0.1:{port}"
            self.goods = stock(self.admin)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the processes. Safe to repeat."""
        self._client.close()
        self._process.stop()
        self._postgres.stop()

    def sell(self, *, at: dt.datetime | None = None, **units: int) -> dict[str, Any]:
        """Buy as a guest, `MUG=2`, up to an authorized payment; return the order's id and its items."""
        items = [{"variant_id": self.goods["variants"][sku], "quantity": count} for sku, count in units.items()]
        basket = {"region_id": self.goods["region"], "email": "ada@example.com", "items": items}
        cart = self._store("carts", {**basket, "shipping_address": BUYER, "billing_address": BUYER})["cart"]["id"]
        self._store(f"carts/{cart}/shipping-methods", {"option_id": self.goods["option"]})
        collection = self._store("payment-collections", {"cart_id": cart})["payment_collection"]["id"]
        self._store(f"payment-collections/{collection}/payment-sessions", {"provider_id": "pp_system_default"})
        order = dict(self._store(f"carts/{cart}/complete", {})["order"])
        if at:
            self.touch(order["id"], at)
        return order

    def touch(self, order_id: str, at: dt.datetime) -> None:
        """Make the order one that was last changed `at`."""
        with psycopg.connect(self._database, autocommit=True) as connection:
            connection.execute('UPDATE "order" SET updated_at = %s WHERE id = %s', (at, order_id))

    def fulfilments(self, order_id: str) -> list[dict[str, Any]]:
        """Return the order's fulfilments, canceled ones too."""
        fields = "*fulfillments,*fulfillments.labels,*fulfillments.items"
        return list(self.admin("GET", f"orders/{order_id}", None, fields=fields)["order"]["fulfillments"])

    def admin(self, verb: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        """Make a call to the Admin API with the secret key and return its answer."""
        proof = "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()
        return self._call(verb, f"/admin/{path}", body, {"Authorization": proof}, query)

    def _store(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", f"/store/{path}", body, {"x-publishable-api-key": self.goods["key"]}, {})

    def _call(self, verb: str, path: str, body: Any, headers: dict[str, str], query: Any) -> dict[str, Any]:
        given = {} if body is None else {"json": body}
        answer = self._client.request(verb, self.url + path, headers=headers, params=query, **given)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return dict(answer.json())
