"""The live checks that a logistics service's program passes by doing its work, each told from one call of it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    name: str
    title: str
    how: str


CHECKS = (
    Check("token", "Get a token and call", "POST /oauth/access_token, then any call with it"),
    Check("list", "List orders", "GET /orders"),
    Check("page", "Read the next page", "GET /orders?cursor=… with the page's next"),
    Check("read", "Read one order", "GET /orders/{id}"),
    Check("accept", "Acknowledge an order", "POST /orders/{id}/accept"),
    Check("process", "Set an order in process", "PUT /orders/{id}/status with in_process"),
    Check("partial", "Ship a part of an order", "POST /shippings that names rows"),
    Check("ship", "Hand a shipment over", "POST /shippings/{id}/ship"),
    Check("replay", "Repeat a POST safely", "Send a POST twice under the same Idempotency-Key"),
    Check("waybill", "Create a waybill", "POST /shippings/{id}/waybill"),
    Check("void", "Void a waybill", "DELETE /shippings/{id}/waybill"),
    Check("reject", "Reject a line", "POST /orders/{id}/reject with a reason"),
    Check("stock", "Report stock", "PUT /provisions"),
    Check("changes", "Follow the change feed", "GET /changes?after=… with the last number read"),
    Check("webhook", "Register a webhook", "POST /webhooks"),
    Check("signature", "Refuse a forged message", "Answer the forged message with 400, 401 or 403"),
)
"""All checks, in the order in which a program usually meets them."""

_CALLS = (
    ("list", "GET", r"/orders"),
    ("read", "GET", r"/orders/\d+"),
    ("accept", "POST", r"/orders/\d+/accept"),
    ("reject", "POST", r"/orders/\d+/reject"),
    ("process", "PUT", r"/orders/\d+/status"),
    ("ship", "POST", r"/shippings/\d+/ship"),
    ("waybill", "POST", r"/shippings/\d+/waybill"),
    ("void", "DELETE", r"/shippings/\d+/waybill"),
    ("stock", "PUT", r"/provisions"),
    ("webhook", "POST", r"/webhooks"),
)


def passed_by(method: str, path: str, query: str, body: str, status: int, replayed: bool) -> set[str]:
    """Return the names of the checks that this call has passed; `path` is below /api/v1."""
    if not 200 <= status < 300:
        return set()
    passed = {"token"} | {name for name, verb, form in _CALLS if verb == method and re.fullmatch(form, path)}
    if (method, path) == ("GET", "/orders") and re.search(r"(^|&)cursor=.", query):
        passed.add("page")
    if (method, path) == ("GET", "/changes") and re.search(r"(^|&)after=[1-9]", query):
        passed.add("changes")
    if (method, path) == ("POST", "/shippings") and '"rows"' in body:
        passed.add("partial")
    if replayed:
        passed.add("replay")
    return passed
