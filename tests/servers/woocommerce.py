"""A WooCommerce shop as far as its REST API shows, written from the reference with its traps built in.

It takes the same fulfilment any number of times and more units than were ordered; a PUT deletes the meta that isn't
sent; times without `dates_are_gmt` are the site's own; orders changed in the same second come in any order; an order
that can't be loaded leaves its page short; over plain http a key counts only as a signature on the shop's own address.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
import random
import re
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tests.servers.local import LocalServer

KEY, SECRET = "ck_" + "4" * 40, "cs_" + "2" * 40
READ_KEY = "ck_" + "9" * 40
"""A key with the same secret that may only read."""
SITE = dt.timezone(dt.timedelta(hours=-7))
"""The site's own time zone."""


class RefusalError(Exception):
    """An answer by one of WordPress's error codes."""

    def __init__(self, status: int, code: str, message: str = "Refused.") -> None:
        super().__init__(message)
        self.status, self.code = status, code


NO_ROUTE = RefusalError(404, "rest_no_route", "No route was found matching the URL and request method.")


class WooShop:
    """`sell` places orders; `fulfilments`, `trackings` are what the shop has beside notes. Everything else is state."""

    def __init__(self) -> None:
        self.orders: dict[int, dict[str, Any]] = {}
        self.products: dict[int, dict[str, Any]] = {}
        """By number, variations too: those name their `parent`."""
        self.currency = "EUR"
        self.calls: list[str] = []
        """Verb and path of each call."""
        self.mails: list[str] = []
        """What was mailed to buyers."""
        self.fulfilments = True
        self.trackings = False
        self.old = False
        """A WooCommerce before 5.8."""
        self.unloadable: set[int] = set()
        self.nonces: set[str] = set()
        self._last = 100
        self._lock = threading.RLock()
        self._server = LocalServer(self.handle)
        self.url = self.home = self._server.url

    def stop(self) -> None:
        self._server.stop()

    def new_id(self) -> int:
        with self._lock:
            self._last += 1
            return self._last

    def sell(self, *lines: tuple[str, int], at: dt.datetime | None = None, **changes: Any) -> dict[str, Any]:
        """Place a paid order of (sku, quantity) pairs at 12.20 with 2.20 of tax a unit; return it as it is held."""
        moment = at or dt.datetime.now(dt.UTC)
        order_id = self.new_id()
        total = sum(units for _, units in lines) * 1220 + 610
        buyer = {"first_name": "Ada", "last_name": "Rossi", "company": "", "address_1": "Via Roma 1", "address_2": ""}
        buyer |= {"city": "Milano", "state": "MI", "postcode": "20100", "country": "IT", "phone": "+39 02 1234"}
        order = {
            "id": order_id,
            "number": str(order_id),
            "status": "processing",
            "currency": "EUR",
            "created": moment,
            "modified": moment,
            "total": f"{total / 100:.2f}",
            "shipping_total": "5.00",
            "shipping_tax": "1.10",
            "billing": {**buyer, "email": "ada@example.com"},
            "shipping": buyer,
            "line_items": [self._line(sku, units) for sku, units in lines],
            "shipping_lines": [{"id": self.new_id(), "method_title": "Flat rate"}],
            "customer_note": "",
            "refunds": [],
            "notes": [],
            "fulfillments": [],
            "shipment_trackings": [],
        } | changes
        with self._lock:
            self.orders[order_id] = order
        return order

    def _line(self, sku: str, units: int) -> dict[str, Any]:
        money = {"total": f"{units * 10:.2f}", "total_tax": f"{units * 2.2:.2f}", "price": 10.000000000000002}
        return {"id": self.new_id(), "name": sku.title(), "sku": sku, "quantity": units, **money}

    def offer(self, sku: str, name: str = "", parent: int = 0, **changes: Any) -> int:
        """Put a product on sale, or a variation of a `parent`, which then becomes a variable one; return its number."""
        with self._lock:
            number = self.new_id()
            facts = {"id": number, "name": name or sku.title(), "sku": sku, "status": "publish", "price": "14.90"}
            kept = {"manage_stock": False, "stock_quantity": None, "global_unique_id": "", "parent": parent}
            own = {"attributes": [{"id": 0, "name": "Colour", "option": name}], "image": None} if parent else {}
            self.products[number] = facts | kept | (own or {"type": "simple", "images": []}) | changes
            if parent:
                self.products[parent]["type"] = "variable"
        return number

    def refund(self, order: dict[str, Any], **units: int) -> None:
        """Pay so many units of the line of each SKU back, which leaves the line as it was."""
        lines = {line["sku"]: line["id"] for line in order["line_items"]}
        items = [
            {"id": self.new_id(), "quantity": -n, "meta_data": [{"key": "_refunded_item_id", "value": str(lines[sku])}]}
            for sku, n in units.items()
        ]
        order["refunds"].append({"id": self.new_id(), "reason": "", "total": "-1.00", "line_items": items})

    def ping(self) -> tuple[dict[str, str], bytes]:
        """Return headers and body of the first message of a webhook: a form, which nobody signed."""
        return {"Content-Type": "application/x-www-form-urlencoded"}, b"webhook_id=%d" % self.new_id()

    def webhook(self, order: dict[str, Any], secret: str) -> tuple[dict[str, str], bytes]:
        """Return headers and body of a message that the order was changed."""
        body = json.dumps(shown(order)).encode()
        signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
        headers = {"X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-Signature": signature}
        return {"Content-Type": "application/json", **headers}, body

    # -- what comes over the wire -------------------------------------------------------------------------------------

    def handle(self, call: BaseHTTPRequestHandler) -> None:
        raw = call.rfile.read(int(call.headers.get("Content-Length") or 0))
        target = urlsplit(call.path)
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        headers: dict[str, str] = {}
        with self._lock:
            self.calls.append(f"{call.command} {target.path}")
            try:
                if target.path == "/wp-json/":
                    status, body = 200, {"name": "Casa Bella", "home": self.home}
                else:
                    self._authenticate(call.command, target.path, query)
                    status, body = self._route(call.command, target.path, query, json.loads(raw or b"{}"), headers)
            except RefusalError as refusal:
                data = {"status": refusal.status}
                status, body = refusal.status, {"code": refusal.code, "message": str(refusal), "data": data}
        content = json.dumps(body).encode()
        call.send_response_only(status)
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
        for name, value in {**headers, "Date": call.date_time_string()}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(content)

    def _authenticate(self, verb: str, path: str, query: dict[str, str]) -> None:
        found = {name: value for name, value in query.items() if name.startswith("oauth_")}
        if not found:  # Over plain http a Basic header is as good as none.
            raise RefusalError(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        if found["oauth_consumer_key"] not in (KEY, READ_KEY):
            raise RefusalError(401, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
        signature = query.pop("oauth_signature")
        pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in query.items())
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        text = "&".join((verb, quote(self.home + path, safe="~"), quote(joined, safe="~")))
        due = hmac.new(f"{SECRET}&".encode(), text.encode(), hashlib.sha256).digest()
        if signature != base64.b64encode(due).decode():
            raise RefusalError(401, "woocommerce_rest_authentication_error", "Invalid signature - it does not match.")
        if abs(int(found["oauth_timestamp"]) - time.time()) > 900 or found["oauth_nonce"] in self.nonces:
            raise RefusalError(401, "woocommerce_rest_authentication_error", "Invalid timestamp or nonce.")
        self.nonces.add(found["oauth_nonce"])
        if found["oauth_consumer_key"] == READ_KEY and verb != "GET":
            told = "The API key provided does not have write permissions."
            raise RefusalError(401, "woocommerce_rest_authentication_error", told)

    def _route(
        self, verb: str, path: str, query: dict[str, str], body: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, Any]:
        if path == "/wp-json/wc/v3/data/currencies/current":
            return 200, {"code": self.currency, "name": "Euro", "symbol": "&euro;"}
        if goods := re.fullmatch(r"/wp-json/wc/v3/products(?:/(\d+)/variations)?/batch", path):
            counted = self._count(int(goods[1] or 0), body["update"])
            wanted = query.get("_fields", "update").split(",")  # Looks at the outermost names alone, as WordPress does.
            return 200, {name: value for name, value in counted.items() if name in wanted}
        if goods := re.fullmatch(r"/wp-json/wc/v3/products(?:/(\d+)/variations)?", path):
            return 200, self._goods(int(goods[1] or 0), query, headers)
        found = re.fullmatch(
            r"/wp-json/(wc/v3|wc-shipment-tracking/v3)/orders(?:/(\d+)(?:/([a-z-]+)(?:/([0-9a-z]+))?)?)?", path
        )
        if not found:
            raise NO_ROUTE
        space, number, part, part_id = found.groups()
        missing = {"fulfillments": not self.fulfilments, "shipment-trackings": not self.trackings}
        if missing.get(part) or (space != "wc/v3") != (part == "shipment-trackings"):
            raise NO_ROUTE
        if number is None:
            return 200, self._list(query, headers)
        order = self.orders.get(int(number))
        if order is None:
            code = "woocommerce_rest_shop_order_invalid_id" if part is None else "woocommerce_rest_order_invalid_id"
            raise RefusalError(400 if part is None and verb == "PUT" else 404, code, "Invalid ID.")
        if part is None:
            return 200, self._order(verb, order, body)
        if part == "refunds":
            return 200, order["refunds"]
        if part == "notes":
            return self._notes(verb, order, body, part_id)
        if part == "fulfillments":
            return self._fulfilments(verb, order, body, part_id)
        return self._trackings(verb, order, body, part_id)

    # -- products -----------------------------------------------------------------------------------------------------

    def _goods(self, parent: int, query: dict[str, str], headers: dict[str, str]) -> list[dict[str, Any]]:
        """Return a page of products or of one's variations; a variation without a SKU shows its parent's."""
        if query.get("orderby") != "id" or int(query["per_page"]) > 100:
            raise RefusalError(400, "rest_invalid_param", "Invalid parameter(s): orderby")
        found = sorted((one for one in self.products.values() if one["parent"] == parent), key=lambda one: one["id"])
        first, size = (int(query["page"]) - 1) * int(query["per_page"]), int(query["per_page"])
        headers["X-WP-Total"], headers["X-WP-TotalPages"] = str(len(found)), str(-(-len(found) // size))
        wanted = query["_fields"].split(",")
        page = [
            one | {"sku": one["sku"] or self.products.get(parent, one)["sku"]} for one in found[first : first + size]
        ]
        return [{name: value for name, value in one.items() if name in wanted} for one in page]

    def _count(self, parent: int, update: list[dict[str, Any]]) -> dict[str, Any]:
        """Change products or one's variations; each that can't be has an error of its own in the answer."""
        if len(update) > 100:
            raise RefusalError(
                413, "woocommerce_rest_request_entity_too_large", "Unable to accept more than 100 items."
            )
        answers = []
        for sent in update:
            one = self.products.get(sent["id"])
            if one is None or one["parent"] != parent:
                kind = "product_variation" if parent else "product"
                error = {
                    "code": f"woocommerce_rest_{kind}_invalid_id",
                    "message": "Invalid ID.",
                    "data": {"status": 400},
                }
                answers.append({"id": sent["id"], "error": error})
            else:
                one |= sent
                answers.append({"id": one["id"]})
        return {"update": answers}

    # -- orders -------------------------------------------------------------------------------------------------------

    def _list(self, query: dict[str, str], headers: dict[str, str]) -> list[dict[str, Any]]:
        orderby, size = query.get("orderby", "date"), int(query.get("per_page", 10))
        if orderby not in ("date", "id", "modified") or (self.old and orderby == "modified") or size > 100:
            raise RefusalError(400, "rest_invalid_param", "Invalid parameter(s): orderby")
        found = [order for order in self.orders.values() if order["status"] != "trash"]
        if not self.old:
            zone = dt.UTC if query.get("dates_are_gmt") == "true" else SITE
            for name, keeps in (("modified_after", dt.datetime.__gt__), ("modified_before", dt.datetime.__lt__)):
                if name in query:
                    bound = dt.datetime.fromisoformat(query[name]).replace(tzinfo=zone)
                    found = [order for order in found if keeps(order["modified"].replace(microsecond=0), bound)]
        found.sort(key=lambda order: order["id"])
        if orderby == "modified":
            random.shuffle(found)
            found.sort(key=lambda order: order["modified"].replace(microsecond=0))
        headers["X-WP-Total"], headers["X-WP-TotalPages"] = str(len(found)), str(-(-len(found) // size))
        first = (int(query.get("page", 1)) - 1) * size
        return [shown(order) for order in found[first : first + size] if order["id"] not in self.unloadable]

    def _order(self, verb: str, order: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        if verb == "PUT" and body.get("status", order["status"]) != order["status"]:
            order["status"] = body["status"]
            self.mails.append(f"{order['id']} {order['status']}")
        if verb == "PUT":
            touch(order)
        return shown(order)

    def _notes(self, verb: str, order: dict[str, Any], body: dict[str, Any], part_id: str | None) -> tuple[int, Any]:
        if verb == "POST":
            note = {"id": self.new_id(), "note": body["note"].replace("&", "&amp;"), "customer_note": True}
            order["notes"].append(note)
            self.mails.append(f"{order['id']} note")
            return 201, note
        if verb == "DELETE":
            order["notes"] = [one for one in order["notes"] if str(one["id"]) != part_id]
            return 200, {}
        return 200, order["notes"][::-1]

    # -- fulfilments and trackings ------------------------------------------------------------------------------------

    def _fulfilments(
        self, verb: str, order: dict[str, Any], body: dict[str, Any], part_id: str | None
    ) -> tuple[int, Any]:
        live = [one for one in order["fulfillments"] if not one["date_deleted"]]
        if verb == "GET" and part_id is None:
            return 200, live
        if verb == "POST":
            touch(order)
            made = {"id": self.new_id(), "entity_id": str(order["id"]), "date_deleted": None, "meta_data": []}
            self._fill(made, body)
            order["fulfillments"].append(made)
            if body.get("notify_customer"):
                self.mails.append(f"{order['id']} fulfilment")
            return 201, made
        one = next((one for one in live if str(one["id"]) == part_id), None)
        if one is None:
            raise RefusalError(400, "404", "Fulfillment not found.")
        if verb == "GET":
            return 200, one
        touch(order)
        if verb == "DELETE":
            one["date_deleted"] = "2026-11-20 00:00:00"
            return 200, {"message": "Fulfillment deleted successfully."}
        self._fill(one, body)
        return 200, one

    def _fill(self, one: dict[str, Any], body: dict[str, Any]) -> None:
        """Take over what was sent; meta that isn't is deleted, and quantities aren't looked at."""
        items = {entry["key"]: entry["value"] for entry in body.get("meta_data", [])}.get("_items")
        good = isinstance(items, list) and all(
            type(item.get("item_id")) is int and type(item.get("qty")) is int and item["qty"] > 0 for item in items
        )
        if not good or not items:
            raise RefusalError(400, "0", "The fulfillment should contain at least one item.")
        one |= {"status": body.get("status"), "is_fulfilled": bool(body.get("is_fulfilled"))}
        one["meta_data"] = [{"id": self.new_id(), **entry} for entry in body["meta_data"]]

    def _trackings(
        self, verb: str, order: dict[str, Any], body: dict[str, Any], part_id: str | None
    ) -> tuple[int, Any]:
        held = order["shipment_trackings"]
        if part_id == "providers":
            return 200, {"Italy": {"BRT (Bartolini)": "https://x.example"}, "Germany": {"DHL": "https://d.example"}}
        if verb == "GET":
            return 200, held
        if verb == "DELETE":
            order["shipment_trackings"] = [one for one in held if one["tracking_id"] != part_id]
            return 200, {}
        if not body.get("tracking_number"):
            raise RefusalError(400, "rest_missing_callback_param", "Missing parameter(s): tracking_number")
        provider = body.get("tracking_provider") or body.get("custom_tracking_provider") or ""
        made = {
            "tracking_id": hashlib.md5(str(self.new_id()).encode()).hexdigest(),
            "tracking_provider": provider,
            "tracking_link": body.get("custom_tracking_link", ""),
            "tracking_number": body["tracking_number"],
            "date_shipped": body["date_shipped"],
        }
        held.append(made)
        return 201, made


def touch(order: dict[str, Any]) -> None:
    order["modified"] = max(dt.datetime.now(dt.UTC), order["modified"])


def shown(order: dict[str, Any]) -> dict[str, Any]:
    """Return an order as the API shows it: local times without an offset beside those in GMT."""
    hidden = ("created", "modified", "notes", "fulfillments", "shipment_trackings")
    dates = {}
    for name in ("created", "modified"):
        when = order[name].replace(microsecond=0)
        dates[f"date_{name}_gmt"] = when.astimezone(dt.UTC).replace(tzinfo=None).isoformat()
        dates[f"date_{name}"] = when.astimezone(SITE).replace(tzinfo=None).isoformat()
    refunds = [{name: one[name] for name in ("id", "reason", "total")} for one in order["refunds"]]
    return {name: value for name, value in order.items() if name not in hidden} | dates | {"refunds": refunds}
