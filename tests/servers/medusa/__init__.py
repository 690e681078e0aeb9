"""A Medusa 2 shop as far as its Admin API shows, after its source and a running 2.21.2, with its traps built in.

A payment leaves its order's `updated_at` as it was; times are kept finer than they are shown; what `fields` doesn't
name isn't there; unknown filters are left aside and unknown keys of a body refused; a label needs all of its texts;
what was fulfilled, sent off or delivered is refused a second time; canceling an order pays the money back.
"""

import base64
import datetime as dt
import json
import random
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.local import LocalServer
from tests.servers.medusa import changes
from tests.servers.medusa.answers import UNKNOWN, RefusalError, Row, payment, shown, shown_time, validate
from tests.servers.medusa.goods import Goods

KEY = "sk_" + "4" * 64
READ_KEY = "sk_" + "9" * 64
"""A key whose role may only read."""
COUNTED = ("MUG",)
"""SKUs whose stock is counted, so that the shop reserves it for each order."""
PRICE = 12.2
QUANTITIES = ("fulfilled", "shipped", "delivered", "return_received", "return_dismissed", "written_off")


class MedusaShop:
    """`sell` places orders, `pay` captures; everything else is state."""

    def __init__(self) -> None:
        self.orders: dict[str, Row] = {}
        self.goods = Goods(self._reserved_and_taken)
        self.calls: list[str] = []
        """Verb, path and body of each call."""
        self.meanwhile: list[Callable[[], object]] = []
        """What happens in the shop just before the next writing calls, one each."""
        self._last = 0
        self._lock = threading.RLock()
        self._server = LocalServer(self.handle)
        self.url = self._server.url

    def stop(self) -> None:
        self._server.stop()

    def new_id(self, kind: str) -> str:
        with self._lock:
            self._last += 1
            return f"{kind}_01M{self._last:023d}"

    def sell(self, *lines: tuple[str, int], at: dt.datetime | None = None, **given: Any) -> Row:
        """Place an order of (sku, quantity) pairs with an authorized payment; return it as it is held."""
        moment = at or dt.datetime.now(dt.UTC)
        buyer = {"first_name": "Ada", "last_name": "Rossi", "company": None, "address_1": "Via Roma 1", "address_2": ""}
        buyer |= {"city": "Milano", "province": "MI", "postal_code": "20100", "country_code": "it", "phone": "+39 02 1"}
        order = {
            "id": self.new_id("order"),
            "display_id": len(self.orders) + 1,
            "custom_display_id": None,
            "status": "pending",
            "currency_code": "eur",
            "email": "ada@example.com",
            "created_at": moment,
            "updated_at": moment,
            "total": sum(units for _, units in lines) * PRICE + 6.1,
            "shipping_total": 6.1,
            "customer": {"first_name": None, "last_name": None, "email": "ada@example.com", "phone": None},
            "shipping_address": buyer,
            "billing_address": buyer,
            "items": [self._item(sku, units) for sku, units in lines],
            "shipping_methods": [{"id": self.new_id("ordsm"), "name": "Courier"}],
            "payment_status": "authorized",
            "sales_channel_id": "sc_web",
            "fulfillments": [],
            "captured": 0,
            "refunded": 0,
            "paid_at": moment,
        } | given
        with self._lock:
            self.orders[order["id"]] = order
        return order

    def pay(self, order: Row, at: dt.datetime | None = None) -> None:
        """Capture the whole payment, of which the order itself shows nothing but its payment status."""
        order |= {"captured": order["total"], "payment_status": "captured", "paid_at": at or dt.datetime.now(dt.UTC)}

    def fulfil(self, order: Row, *units: int, tracking: str | None = None) -> Row:
        """Do by hand: so many units of each line, sent off where there is a tracking code (which may be empty)."""
        items = [{"id": line["id"], "quantity": n} for line, n in zip(order["items"], units, strict=False) if n]
        made = changes.fulfil(order, {"items": items}, self.new_id)
        if tracking is not None:
            label = {"tracking_number": tracking, "tracking_url": "", "label_url": ""}
            changes.send_off(order, made, {"labels": [label] if tracking else []})
        return made

    def deliver(self, order: Row, one: Row) -> None:
        """Mark a fulfilment as delivered by hand."""
        changes.deliver(order, one, {})

    def take_back(self, order: Row, one: Row) -> None:
        """Cancel a fulfilment by hand."""
        changes.take_back(order, one, {})

    def _item(self, sku: str, units: int) -> Row:
        detail = {"quantity": units} | {f"{name}_quantity": 0 for name in QUANTITIES}
        item = {"id": self.new_id("ordli"), "title": sku.title(), "variant_sku": sku, "variant_barcode": None}
        reserved = units if sku in COUNTED or self.goods.counted(sku) else None
        return item | {"quantity": units, "total": units * PRICE, "detail": detail, "reserved": reserved}

    def _reserved_and_taken(self, sku: str) -> tuple[int, int]:
        placed = [(order, line) for order in self.orders.values() for line in order["items"]]
        lines = [(order, line) for order, line in placed if line["variant_sku"] == sku and line["reserved"] is not None]
        reserved = sum(line["reserved"] for order, line in lines if order["status"] != "canceled")
        return reserved, sum(line["detail"]["fulfilled_quantity"] for _, line in lines)

    # -- what comes over the wire -------------------------------------------------------------------------------------

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        raw = call.rfile.read(int(call.headers.get("Content-Length") or 0))
        target = urlsplit(call.path)
        query = parse_qs(target.query, keep_blank_values=True)
        with self._lock:
            if call.command == "POST" and self.meanwhile:
                self.meanwhile.pop(0)()
            self.calls.append(f"{call.command} {target.path} {raw.decode()}")
            try:
                self._authenticate(call.command, call.headers.get("Authorization") or "")
                status, body = 200, self._route(call.command, target.path, query, json.loads(raw or b"{}"))
            except RefusalError as refusal:
                told = {"type": refusal.kind} if refusal.kind else {}
                status, body = refusal.status, {**told, "message": str(refusal)}
        content = json.dumps(body, default=shown_time).encode()
        call.send_response_only(status)
        call.send_header("Date", call.date_time_string())
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content))}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(content)

    def _authenticate(self, verb: str, proof: str) -> None:
        keys = {f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}": key for key in (KEY, READ_KEY)}
        if proof not in keys:
            raise RefusalError(401, None, "Unauthorized")
        if keys[proof] == READ_KEY and verb != "GET":
            raise RefusalError(403, "forbidden", "Forbidden")

    def _route(self, verb: str, path: str, query: dict[str, list[str]], body: Row) -> Row:
        fields = query.get("fields", [""])[0].split(",")
        if path == "/admin/stores":
            money = [{"currency_code": "usd", "is_default": False}, {"currency_code": "eur", "is_default": True}]
            wide = {"supported_currencies": money} if "*supported_currencies" in fields else {}
            return {"stores": [{"id": "store_1", "name": "Casa Bella", **wide}], "count": 1}
        if path == "/admin/stock-locations":
            found = [one for one in self.goods.locations if one in query.get("id[]", [one])]
            return self._page("stock_locations", [{"id": one} for one in found], query)
        if path == "/admin/products":
            return self._page("products", self.goods.listed(query, fields), query)
        if path == "/admin/product-variants":
            return self._page("variants", self.goods.variants(query, fields), query)
        if path == "/admin/inventory-items/location-levels/batch" and verb == "POST":
            return self.goods.write(body)
        if path == "/admin/reservations":
            held = [line for order in self.orders.values() for line in order["items"] if line["reserved"]]
            named = [line for line in held if line["id"] in query.get("line_item_id[]", ())]
            return {"reservations": [{"id": line["id"], "location_id": changes.LOCATION} for line in named]}
        if path == "/admin/payments":
            return self._page("payments", [payment(one) for one in self.orders.values()], query)
        if path == "/admin/orders":
            placed = [one for one in self.orders.values() if one["status"] != "draft"]
            for name, key in (("id[]", "id"), ("sales_channel_id[]", "sales_channel_id")):
                placed = [one for one in placed if name not in query or one[key] in query[name]]
            page = self._page("orders", placed, query)
            return page | {"orders": [shown(order, fields) for order in page["orders"]]}
        wanted = re.fullmatch(r"/admin/orders/(\w+)(?:/(fulfillments|cancel)(?:/(\w+)/([a-z-]+))?)?", path)
        if not wanted:
            raise RefusalError(404, "not_found", "Cannot find that")
        order_id, part, fulfilment_id, step = wanted.groups()
        if verb == "POST":
            validate(step or part, body)
        order = self.orders.get(order_id)
        if order is None:
            raise RefusalError(404, "not_found", f"Order id not found: {order_id}")
        if verb == "POST":
            changes.act(order, part, fulfilment_id, step, body, self.new_id)
        return {"order": shown(order, fields)}

    def _page(self, name: str, rows: list[Row], query: dict[str, list[str]]) -> Row:
        """Return a page; of rows that changed at the same time any may be the first."""
        for operator, keeps in (("$gte", dt.datetime.__ge__), ("$lt", dt.datetime.__lt__)):
            if bound := query.get(f"updated_at[{operator}]"):
                try:
                    limit = dt.datetime.fromisoformat(bound[0])
                except ValueError as error:
                    raise UNKNOWN from error
                rows = [row for row in rows if keeps(row["updated_at"], limit)]
        order = query.get("order", ["id"])[0]
        random.shuffle(rows)
        rows = sorted(rows, key=lambda row: row[order])
        offset, size = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["15"])[0])
        return {name: rows[offset : offset + size], "count": len(rows), "offset": offset, "limit": size}
