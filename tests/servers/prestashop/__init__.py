"""A PrestaShop webservice on a free port, written from PrestaShop's own source, with what is odd about it."""

import base64
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from tests.servers.local import LocalServer
from tests.servers.prestashop.notation import TRACKING, RefusedError, as_json, as_xml, read, select
from tests.servers.prestashop.tables import Tables

KEY = "K" * 32
NAMES = {"order_carriers": "order_carrier", "order_histories": "order_history", "orders": "order"}
NAMES |= {"stock_availables": "stock_available"}
WRITABLE = {"order_carriers": {"PUT"}, "order_histories": {"POST"}, "stock_availables": {"PUT"}}


class PrestaShopServer(Tables):
    """One shop. `old` makes it answer as a 1.6 does: all numbers as text, one row without its list, one language.

    It takes the same history row any number of times, mails the buyer each time, blanks what a PUT leaves out, keeps
    its times in its own zone, and where `mail_breaks` answers 500 after having done everything else. `deaf` makes it
    ignore filters.
    """

    def __init__(self, old: bool = False, zone: str = "Europe/Rome") -> None:
        super().__init__(zone)
        self.old, self.mail_breaks, self.off, self.deaf = old, False, False, False
        self.allowed = {name: {"GET"} | WRITABLE.get(name, set()) for name in self.tables if name != "configurations"}
        self.meanwhile: list[Callable[[], object]] = []
        """What happens, in turn, after a list was made and before its rows are loaded."""
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.mails: list[tuple[int, str, str]] = []
        """Order, occasion and tracking number of each mail to a buyer."""
        self._server = LocalServer(self.handle, ("GET", "POST", "PUT"))
        self.url = self._server.url

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        status, kind, content = self.answer(request.command, request.path, request.headers, body)
        request.send_response_only(status)
        request.send_header("Content-Type", kind)
        request.send_header("PSWS-Version", "1.6.1.24" if self.old else "8.1.7")
        request.send_header("Date", request.date_time_string(self.now().timestamp()))
        request.send_header("Access-Time", str(int(self.now().timestamp())))
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def stop(self) -> None:
        self._server.stop()

    def answer(self, verb: str, path: str, headers, body: bytes) -> tuple[int, str, bytes]:
        """Answer one call."""
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        wants_json = query.get("output_format") == "JSON"
        resource = parts.path.removeprefix("/api").strip("/").partition("/")[0]
        with self.lock:
            self.calls.append((verb, parts.path.removeprefix("/api").strip("/"), query))
            try:
                self._check(verb, resource, headers.get("Authorization", ""), parts.path)
                if not resource:
                    return 200, "text/xml;charset=utf-8", self._root()
                if verb == "GET":
                    found = select(self.tables[resource], {"display": "full"} if self.deaf else query)
                    if resource == "orders" and self.meanwhile:
                        self.meanwhile.pop(0)()
                    return as_json(200, self._shown(resource, found))
                row = self._put(resource, body, query) if verb == "PUT" else self._post(body, query)
                shown = {NAMES[resource]: self._shape(row)}
                return (
                    as_json(200 if verb == "PUT" else 201, shown) if wants_json else as_xml(200, NAMES[resource], row)
                )
            except RefusedError as error:
                if error.code is None:
                    return error.status, "", b""
                if wants_json:
                    return as_json(error.status, {"errors": [{"code": error.code, "message": str(error)}]})
                told = f"<code><![CDATA[{error.code}]]></code><message><![CDATA[{error}]]></message>"
                whole = f"<prestashop><errors><error>{told}</error></errors></prestashop>"
                content = f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}'
                return error.status, "text/xml;charset=utf-8", content.encode()

    def _check(self, verb: str, resource: str, login: str, path: str) -> None:
        if not path.startswith("/api"):
            raise RefusedError(404, None, "")
        if self.off:
            raise RefusedError(503, 22, "The PrestaShop webservice is disabled. Please activate it in the Back Office")
        key = base64.b64decode(login.removeprefix("Basic ")).decode()
        if key != f"{KEY}:":
            raise RefusedError(401, 20, "Authentification key is not active")
        if resource and resource not in self.tables:
            raise RefusedError(400, 27, f'Resource of type "{resource}" does not exists. Did you mean: "orders"?')
        if resource and resource not in self.allowed:
            raise RefusedError(401, 26, f'Resource of type "{resource}" is not allowed with this authentication key')
        if resource and verb not in self.allowed[resource]:
            raise RefusedError(405, 25, f"Method {verb} is not allowed for the resource {resource} with this key")

    def _root(self) -> bytes:
        def has(verbs: set[str]) -> str:
            return " ".join(f'{v}="{str(v.upper() in verbs).lower()}"' for v in ("get", "put", "post", "delete"))

        links = "".join(f'<{name} xlink:href="x" {has(verbs)}></{name}>' for name, verbs in self.allowed.items())
        top = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">'
        return f'{top}<api shopName="Bottega &amp; Figli">{links}</api></prestashop>'.encode()

    def _shown(self, resource: str, rows: list[dict]) -> object:
        """Return what JSON holds of rows: none at all is an empty list, and not an object."""
        shaped = [self._shape(row) for row in rows]
        if not shaped:
            return []
        return {resource: shaped[0] if self.old and len(shaped) == 1 else shaped}

    def _shape(self, row: dict) -> dict:
        shown = {name: value if name == "id" and not self.old else str(value) for name, value in row.items()}
        if "current_state" in row:
            details = [one for one in self.tables["order_details"] if one["id_order"] == row["id"]]
            rows = [{name: str(value) for name, value in one.items() if name != "id_order"} for one in details]
            shown["associations"] = {"order_rows": rows[0] if self.old and len(rows) == 1 else rows}
        if "value" in row and "id_product" in row:
            values = [{"id": str(shown.pop("value"))}]
            shown["associations"] = {"product_option_values": values[0] if self.old else values}
        for name in ("name", "template"):
            if name in row and ("logable" in row or "active" in row) and not self.old:
                shown[name] = [{"id": "1", "value": row[name]}, {"id": "2", "value": "In English"}]
        return shown

    def _put(self, resource: str, body: bytes, query: dict[str, str]) -> dict:
        sent = read(body, NAMES[resource])
        if "id" not in sent:
            raise RefusedError(400, 90, "id is required when modifying a resource")
        row = next((row for row in self.tables[resource] if str(row["id"]) == sent["id"]), None)
        if row is None:
            raise RefusedError(404, 92, "Invalid ID")
        if resource == "stock_availables":
            return self._count(row, sent)
        for needed in ("id_order", "id_carrier"):
            if not sent.get(needed, "").isdecimal():
                raise RefusedError(400, 41, f'parameter "{needed}" required')
        if not TRACKING.fullmatch(sent.get("tracking_number", "")) or len(sent.get("tracking_number", "")) > 64:
            raise RefusedError(400, 85, 'Validation error: "Property OrderCarrier->tracking_number is not valid"')
        for name in set(row) - {"id"}:
            row[name] = type(row[name])(sent.get(name) or (0 if isinstance(row[name], int) else ""))
        self._mail(row["id_order"], "in_transit", query)
        return row

    def _count(self, row: dict, sent: dict[str, str]) -> dict:
        for needed in ("id_product", "id_product_attribute", "quantity", "depends_on_stock", "out_of_stock"):
            if not sent.get(needed, "").isdecimal():
                raise RefusedError(400, 41, f'parameter "{needed}" required')
        for name in set(row) - {"id"}:
            row[name] = type(row[name])(sent.get(name) or (0 if isinstance(row[name], int) else ""))
        return row

    def _post(self, body: bytes, query: dict[str, str]) -> dict:
        sent = read(body, "order_history")
        if "id" in sent:
            raise RefusedError(400, 91, "id is forbidden when adding a new resource")
        order, state = self.row("orders", id=int(sent["id_order"])), int(sent["id_order_state"])
        order |= {"current_state": state, "date_upd": self.wall()}
        row = self.add(
            "order_histories", id_order=order["id"], id_order_state=state, id_employee=0, date_add=self.wall()
        )
        self._mail(order["id"], self.row("order_states", id=state)["template"], query)
        return row

    def _mail(self, order: int, occasion: str, query: dict[str, str]) -> None:
        if query.get("sendemail") != "1" or not occasion:
            return
        if self.mail_breaks:
            raise RefusedError(500, 46, "Unable to save resource")
        self.mails.append((order, occasion, self.row("order_carriers", id_order=order)["tracking_number"]))
