"""A program that was written for Poleepo, given nothing but another base URL and other keys, does its day's work."""

import pytest

from webapp.actions import api_keys
from webapp.models import ApiKey, Order, OrderLine, Shipment


class PoleepoClient:
    """What such programs do: a token by `grant`, kept for its `duration`; pages until one is short; fields by name."""

    def __init__(self, http, base: str, key: str, secret: str) -> None:
        self._http, self._base = http, base
        self._pair = {"client_id": key, "client_secret": secret, "grant": "client_credentials"}
        self._token = ""
        self.seconds = 0
        self.tokens_asked_for = 0

    def request(self, method: str, path: str, body: dict | None = None) -> dict:
        """Return the answer of a call; once, where the token isn't taken any more, with a fresh one."""
        if not self._token:
            self._authenticate()
        answer = self._send(method, path, body)
        if answer.status_code == 401:
            self._authenticate()
            answer = self._send(method, path, body)
        told = answer.get_json()
        if not told["success"]:
            raise ValueError(told["message"])
        return told

    def everything(self, path: str, size: int = 50) -> list[dict]:
        """Return all rows of a list, by offset and max until a page is short."""
        rows: list[dict] = []
        while True:
            page = self.request("GET", f"{path}?offset={len(rows)}&max={size}")
            rows += page["data"]
            if len(page["data"]) < size:
                assert page["total"] == len(rows)
                return rows

    def _authenticate(self) -> None:
        headers = {"Accept": "application/json"}
        answer = self._http.post(f"{self._base}/oauth/access_token", json=self._pair, headers=headers).get_json()
        self._token, self.seconds = answer["data"]["access_token"], answer["data"]["duration"]
        self.tokens_asked_for += 1

    def _send(self, method: str, path: str, body: dict | None):
        # It says application/json on every call, also on those that have no body.
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return self._http.open(f"{self._base}{path}", method=method, json=body, headers=headers)


ORDER = {
    "id": int,
    "reference_id": str,
    "source_id": int,
    "status": dict,
    "customer": dict,
    "delivery_address": dict,
    "total_price": float,
    "currency": str,
    "order_date": str,
    "creation_date": str,
    "update_date": str,
    "shippings": list,
    "partial": bool,
    "rows": list,
}
ADDRESS = {"name", "surname", "company", "address", "postcode", "city", "state_iso", "country_iso", "phone"}
ROW = {"id": int, "sku": str, "supplier_sku": str, "ean": str, "title": str, "quantity": int, "unit_price": float}
SHIPPING = {
    "id": int,
    "order_id": int,
    "carrier": str,
    "parcel_id": str,
    "tracking_code": str,
    "reference": str,
    "delivery_address": dict,
    "creation_date": str,
}


def check(shape: dict[str, type], values: dict) -> None:
    assert {name: type(values[name]) for name in shape} == shape


@pytest.fixture
def poleepo(client, pair):
    return PoleepoClient(client, "/api/v1", pair["client_id"], pair["client_secret"])


@pytest.fixture
def orders(world):
    """Five orders whose mugs the logistics service stocks."""
    world.product("MUG", logistics=100)
    address = dict.fromkeys(ADDRESS, "x") | {"name": "Rocco", "surname": "Recipient", "country_iso": "IT"}
    made = [
        world.order(("MUG", 2), external_id=str(number), delivery_address=address, total_cents=1250)
        for number in range(1, 6)
    ]
    OrderLine.update(ean="4006381333931").execute()
    return made


def test_it_reads_all_orders_page_by_page(poleepo, orders):
    read = poleepo.everything("/orders", size=2)
    assert [order["id"] for order in read] == [order.id for order in orders]
    assert (poleepo.seconds, poleepo.tokens_asked_for) == (3600, 1)
    for order in read:
        check(ORDER, order)
        assert order["status"] == {"id": "payment_accepted", "name": "Payment accepted"}
        assert order["delivery_address"].keys() >= ADDRESS and {"name", "surname"} <= order["customer"].keys()
        assert order["creation_date"].endswith("Z") and len(order["creation_date"]) == 20
    check(ROW, read[0]["rows"][0])
    assert poleepo.everything("/orders", size=5) == read  # The second page is empty, not the first again.


def test_lists_that_are_shorter_than_a_page_end(poleepo, orders):
    for path in ("/suppliers", "/carriers", "/shippings"):
        for size in (1, 50):
            rows = poleepo.everything(path, size)
            assert len({row["id"] for row in rows}) == len(rows)


def test_it_works_an_order_off(poleepo, orders):
    (order, *_) = poleepo.everything("/orders")
    path = f"/orders/{order['id']}"
    assert poleepo.request("PUT", f"{path}/status", {"status": {"id": "in_process"}})["message"] is None
    parcel = {"order_id": order["id"], "carrier": "BRT", "tracking_code": "1Z", "parcel_id": "P1", "reference": "#1"}
    made = poleepo.request("POST", "/shippings", parcel)["data"]
    check(SHIPPING, made)
    assert {name: made[name] for name in parcel} == parcel and made["delivery_address"]["surname"] == "Recipient"
    assert poleepo.request("PUT", f"/shippings/{made['id']}", {"tracking_code": "2Z"})["data"]["tracking_code"] == "2Z"
    poleepo.request("POST", f"/shippings/{made['id']}/ship")
    done = poleepo.request("GET", path)["data"]
    assert (done["status"]["id"], done["shippings"]) == ("shipped", [{"id": made["id"]}])
    assert Order.get_by_id(order["id"]).status == "shipped" and Shipment.get().tracking_code == "2Z"


def test_it_gets_a_new_token_when_the_old_one_is_not_taken_any_more(poleepo, orders, cast):
    poleepo.everything("/orders")
    poleepo._token = "xd_at_spoilt"
    assert len(poleepo.everything("/orders")) == 5 and poleepo.tokens_asked_for == 2


def test_it_is_told_in_message_why_something_failed(poleepo, orders, cast):
    with pytest.raises(ValueError, match="no such order"):
        poleepo.request("GET", "/orders/999")
    with pytest.raises(ValueError, match="can't become Delivered"):
        poleepo.request("PUT", f"/orders/{orders[0].id}/status", {"status": "delivered"})
    api_keys.disable(cast.viewer(cast.admin), ApiKey.get().id)
    with pytest.raises(KeyError):  # It finds no token in the answer of /oauth/access_token.
        poleepo.request("GET", "/orders")
