"""POST /shippings: pack an order, whole or in parts, never more than waits."""

import pytest

from tests.api.problems import refused, wrong
from webapp.actions import orders
from webapp.models import Order, OrderLine, Push, Shipment, ShipmentLine


@pytest.fixture
def pack(logistics, order):
    def post(call=logistics, **values):
        return call("POST", "/shippings", json={"order_id": order.id, **values})

    return post


def line(sku: str) -> int:
    return OrderLine.get(OrderLine.sku == sku).id


def packed() -> list[tuple[str, int]]:
    return [(row.line.sku, row.quantity) for row in ShipmentLine.select().order_by(ShipmentLine.id)]


TEXTS = {"carrier": "GLS", "tracking_code": "A 1", "parcel_id": "P-1", "reference": "R-1"}


def test_without_rows_it_packs_all_that_waits_at_the_keys_supplier(pack, logistics, cast, order):
    answer = pack(**TEXTS)
    assert answer.status_code == 201, answer.json
    made = answer.json["data"]
    assert answer.headers["Location"] == f"/api/v1/shippings/{made['id']}"
    assert logistics("GET", f"/shippings/{made['id']}").json == answer.json
    assert {name: made[name] for name in TEXTS} == TEXTS and made["status"]["id"] == "draft"
    row = Shipment.get()
    assert {name: getattr(row, name) for name in TEXTS} == TEXTS
    assert (row.supplier_id, row.created_by) == (cast.logistics.id, "API key Nord Logistica")
    assert row.tracking_url == "https://gls-group.eu/track/A%201"
    assert packed() == [("MUG", 2)] and Order.get().status == "in_process"
    assert not Push.select().exists()  # Nothing has left yet.


def test_it_takes_the_orders_address_unless_one_is_given(pack, world):
    assert pack(rows=[{"sku": "MUG", "quantity": 1}]).json["data"]["delivery_address"]["city"] == "Milano"
    address = {"name": "Rocco", "surname": "Recipient", "city": "Firenze", "country_iso": "IT"}
    answer = pack(rows=[{"sku": "MUG", "quantity": 1}], delivery_address=address)
    assert answer.json["data"]["delivery_address"] == address
    assert [row.delivery_address["city"] for row in Shipment.select().order_by(Shipment.id)] == ["Milano", "Firenze"]


def test_an_order_leaves_in_parts_by_sku_or_by_line(pack, logistics):
    assert pack(rows=[{"sku": "MUG", "quantity": 1}]).status_code == 201
    answer = pack(rows=[{"id": line("MUG"), "quantity": 1}])
    assert answer.json["data"]["rows"] == [{"id": line("MUG"), "sku": "MUG", "quantity": 1}]
    assert packed() == [("MUG", 1), ("MUG", 1)]
    refused(pack(), 409, "nothing_open")


def test_rows_of_one_line_add_up(pack):
    assert pack(rows=[{"sku": "MUG", "quantity": 1}, {"id": line("MUG"), "quantity": 1}]).status_code == 201
    assert packed() == [("MUG", 2)]


def test_more_than_waits_is_told_with_what_does(pack):
    told = refused(pack(rows=[{"sku": "MUG", "quantity": 3}]), 409, "over_shipping")
    assert told["open"] == {str(line("MUG")): 2}
    pack(rows=[{"sku": "MUG", "quantity": 1}])
    told = refused(pack(rows=[{"id": line("MUG"), "quantity": 2}]), 409, "over_shipping")
    assert told["open"] == {str(line("MUG")): 1}
    assert packed() == [("MUG", 1)]


def test_lines_of_two_stocks_need_a_shipment_each(pack, whole, cast):
    told = refused(pack(whole), 409, "several_sources")
    assert told["sources"] == [cast.logistics.id, cast.rival.id]
    assert pack(whole, supplier_id=cast.rival.id).json["data"]["supplier_id"] == cast.rival.id
    assert pack(whole).json["data"]["supplier_id"] == cast.logistics.id
    assert packed() == [("POT", 1), ("MUG", 2)]


def test_the_merchants_own_shelf_is_supplier_0(whole, world):
    world.product("LID", own=5)
    order = world.order(("LID", 1))
    made = whole("POST", "/shippings", json={"order_id": order.id, "supplier_id": 0})
    assert (made.status_code, made.json["data"]["supplier_id"]) == (201, None)
    assert Shipment.get().supplier_id is None


def test_a_key_packs_for_its_own_supplier_alone(pack, cast):
    for supplier in (cast.rival.id, 0, 10**17):
        wrong(pack(supplier_id=supplier), "supplier_id")
    assert pack(supplier_id=cast.logistics.id).status_code == 201


def test_an_order_in_a_status_that_cannot_be_packed_is_a_conflict(pack, whole, world, order):
    for status, name in (("on_hold", "On hold"), ("canceled", "Canceled")):
        orders.set_status(world.viewer, order.id, status)
        told = refused(pack(whole, supplier_id=0), 409, "not_packable")
        assert name in told["message"] and told["status"] == 409
    assert not Shipment.select().exists()


def test_it_needs_a_key_that_may_write_shipping(client, api, cast, order, pack):
    refused(client.post("/api/v1/shippings", json={"order_id": order.id}), 401, "no_credentials")
    for shipping in ("none", "read"):
        refused(pack(api(cast.logistics, shipping=shipping)), 403, "scope_missing")
    assert not Shipment.select().exists()
    assert pack(api(cast.logistics, orders="none")).status_code == 201


def test_a_foreign_order_reads_like_an_unknown_one(logistics, whole, rival, world, foreign_order, order):
    mugs = world.order(("MUG", 1), external_id="2")
    for call, order_id in ((rival, mugs.id), (logistics, foreign_order.id), (whole, foreign_order.id), (whole, 10**17)):
        told = refused(call("POST", "/shippings", json={"order_id": order_id}), 404, "not_found")
        assert told["message"] == "There is no such order."
    assert not Shipment.select().exists()


def test_a_foreign_line_reads_like_an_unknown_one(pack, foreign_order):
    foreign = OrderLine.get(OrderLine.order == foreign_order.id).id
    said = {
        *wrong(pack(rows=[{"sku": "MUG", "quantity": 1}, {"sku": "POT", "quantity": 1}]), "rows.1.sku"),
        *wrong(pack(rows=[{"sku": "UNHEARD-OF", "quantity": 1}]), "rows.0.sku"),
        *wrong(pack(rows=[{"sku": "", "quantity": 1}]), "rows.0.sku"),
        *wrong(pack(rows=[{"id": line("POT"), "quantity": 1}]), "rows.0.id"),
        *wrong(pack(rows=[{"id": foreign, "quantity": 1}]), "rows.0.id"),
        *wrong(pack(rows=[{"id": 10**17, "quantity": 1}]), "rows.0.id"),
    }
    assert len(said) == 1 and not Shipment.select().exists()


def test_a_sku_of_two_lines_must_be_named_by_id(world, logistics):
    world.product("MUG", logistics=10)
    order = world.order(("MUG", 1), ("MUG", 2))
    body = {"order_id": order.id, "rows": [{"sku": "MUG", "quantity": 1}]}
    assert "use the id" in wrong(logistics("POST", "/shippings", json=body), "rows.0.sku")[0]
    body["rows"] = [{"id": row.id, "quantity": row.quantity} for row in order.lines]
    assert logistics("POST", "/shippings", json=body).status_code == 201
    assert packed() == [("MUG", 1), ("MUG", 2)]


BAD = {
    "rows.0.quantity": [{"rows": [{"sku": "MUG", "quantity": units}]} for units in (0, -1, 1.5, "1", None, 10**6 + 1)],
    "rows.0.id": [{"rows": [{"id": line_id, "quantity": 1}]} for line_id in (0, -1, "1", 10**18)],
    "rows.0": [{"rows": [{"quantity": 1}]}, {"rows": [{"id": 1, "sku": "MUG", "quantity": 1}]}, {"rows": ["MUG"]}],
    "rows": [{"rows": []}, {"rows": {}}, {"rows": "MUG"}],
    "carrier": [{"carrier": "c" * 81}, {"carrier": 5}],
    "tracking_code": [{"tracking_code": "t" * 121}, {"tracking_code": 5}],
    "tracking_url": [{"tracking_url": url} for url in ("javascript:alert(1)", "//x", "x", f"https://{'x' * 493}")],
    "parcel_id": [{"parcel_id": "p" * 121}],
    "reference": [{"reference": "r" * 121}],
    "delivery_address.city": [{"delivery_address": {"city": "c" * 121}}, {"delivery_address": {"city": None}}],
    "delivery_address": [{"delivery_address": "Via Roma 1"}],
    "supplier_id": [{"supplier_id": -1}, {"supplier_id": "1"}],
    "status": [{"status": "shipped"}],
}
"""Field that is told -> bodies that are wrong there."""


def test_it_says_what_is_wrong(pack):
    for field, bodies in BAD.items():
        for body in bodies:
            wrong(pack(**body), field)
    wrong(pack(order_id=None), "order_id")
    assert not Shipment.select().exists() and Order.get().status == "payment_accepted"


def test_what_fits_exactly_is_kept(pack):
    texts = {"carrier": "c" * 80, "tracking_code": "t" * 120, "parcel_id": "p" * 120, "reference": " r " * 40}
    answer = pack(**texts, tracking_url="https://" + "x" * 492, delivery_address={"city": "è" * 120})
    assert answer.status_code == 201, answer.json
    assert Shipment.get().reference == texts["reference"].strip() and len(Shipment.get().tracking_url) == 500
