"""Lists as files: what the filters select and the viewer may see, harmless in a spreadsheet, some rows at a time."""

import csv
import io
import re

import pytest

from tests.web.imports.files import run, upload
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Order, OrderLine, Product, Shipment, Supply
from webapp.web import exports


def read(client, path: str) -> list[dict[str, str]]:
    """Return the rows of an export, by heading."""
    answer = client.get(path)
    assert answer.status_code == 200 and answer.mimetype == "text/csv" and "no-store" in answer.headers["Cache-Control"]
    assert re.search(r'filename="\w+-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def sandbox(cast):
    return shop.channel(cast.store)


def test_orders_come_with_a_row_for_each_line(as_user, cast, sandbox):
    buyer = {"name": "@Bea", "surname": "+Buyer", "phone": "-39"}
    order = shop.split_order(cast, sandbox, notes="=1+1", customer=buyer)
    rows = read(as_user(cast.merchant), "/exports/orders.csv")
    assert [(row["sku"], row["quantity"], row["unit_price"], row["with_stock"]) for row in rows] == [
        ("MINE", "2", "10.00", "2"),
        ("RIVALSKU", "3", "10.00", "3"),
    ]
    first = rows[0]
    assert (first["order"], first["channel"], first["total"], first["shipping"]) == (
        order.reference,
        "Sandbox shop",
        "55.00",
        "5.00",
    )
    assert first["ordered_at"] == "2026-11-20T09:30:00Z" and first["delivery_city"] == "Firenze"
    assert (first["notes"], first["customer_name"], first["customer_surname"], first["customer_phone"]) == (
        "'=1+1",
        "'@Bea",
        "'+Buyer",
        "'-39",
    )


def test_the_filters_of_the_list_count(as_user, cast, sandbox):
    shop.split_order(cast, sandbox, reference="#ONE")
    shop.split_order(cast, sandbox, reference="#TWO", status="awaiting_payment")
    client = as_user(cast.merchant)
    for query, found in (("q=one", {"#ONE"}), ("status=awaiting_payment", {"#TWO"}), ("channel=999", set())):
        assert {row["order"] for row in read(client, f"/exports/orders.csv?{query}")} == found


def test_the_ticked_orders_alone_are_exported_or_all_that_match(as_user, cast, sandbox):
    made = [shop.split_order(cast, sandbox, reference=name) for name in ("#ONE", "#TWO", "#ONE-B")]
    client = as_user(cast.merchant)
    names = {row["order"] for row in read(client, f"/exports/orders.csv?query=&order={made[0].id}&order={made[1].id}")}
    assert names == {"#ONE", "#TWO"}
    names = {row["order"] for row in read(client, f"/exports/orders.csv?query=q%3Done&matching=1&order={made[1].id}")}
    assert names == {"#ONE", "#ONE-B"}
    answer = client.get("/exports/orders.csv?query=q%3Done&order=x")
    assert (answer.status_code, answer.location) == (303, "/orders/?q=one")
    assert "Tick at least one order first." in Page(client.get(answer.location)).text
    assert "Export these" in Page(client.get("/orders/")).text


def test_a_foreign_order_is_no_row_however_it_is_ticked(as_user, cast, sandbox):
    hidden = shop.order(sandbox, ("RIVALSKU", 1))
    assert read(as_user(cast.clerk), f"/exports/orders.csv?query=&order={hidden.id}") == []
    assert read(as_user(cast.stranger), f"/exports/orders.csv?query=&order={hidden.id}") == []


def test_a_clerk_exports_its_own_lines_alone_and_no_totals(as_user, cast, sandbox):
    shop.split_order(cast, sandbox)
    shop.order(sandbox, ("RIVALSKU", 1))
    rows = read(as_user(cast.clerk), "/exports/orders.csv")
    assert [(row["sku"], row["quantity"]) for row in rows] == [("MINE", "2")]
    assert rows[0]["total"] == rows[0]["shipping"] == ""


@pytest.mark.parametrize("noun", ["orders", "shipments", "products"])
def test_a_stranger_exports_nothing_of_this_store(as_user, cast, sandbox, noun):
    pack(cast, shop.split_order(cast, sandbox))
    assert read(as_user(cast.stranger), f"/exports/{noun}.csv") == []
    assert read(as_user(cast.merchant), f"/exports/{noun}.csv") != []


@pytest.mark.parametrize("noun", ["orders", "shipments", "products"])
@pytest.mark.usefixtures("cast")
def test_needs_login(client, noun):
    assert "/login" in client.get(f"/exports/{noun}.csv").location


@pytest.mark.parametrize("noun", ["orders", "shipments", "products"])
def test_more_rows_than_are_read_at_once_all_come_once(as_user, cast, sandbox, monkeypatch, noun):
    monkeypatch.setattr(exports, "CHUNK", 2)
    for _ in range(5):
        pack(cast, shop.split_order(cast, sandbox))
    for number in range(3):
        shop.stocked(cast.store, f"SKU-{number}")
    key = {"orders": "order", "shipments": "shipment", "products": "sku"}[noun]
    rows = read(as_user(cast.merchant), f"/exports/{noun}.csv")
    assert len({row[key] for row in rows}) == 5 and len(rows) == (10 if noun == "orders" else 5)


def test_shipments_tell_what_is_in_them(as_user, cast, sandbox):
    order = shop.split_order(cast, sandbox)
    made = pack(cast, order)
    Shipment.update(carrier="=BRT").where(Shipment.id == made.id).execute()
    row = read(as_user(cast.clerk), "/exports/shipments.csv")[0]
    assert (row["shipment"], row["order"], row["supplier"]) == (str(made.id), order.reference, "Nord Logistica")
    assert (row["units"], row["contents"], row["carrier"], row["tracking_code"]) == ("1", "1 × MINE", "'=BRT", "'-T1")
    client = as_user(cast.merchant)
    assert read(client, "/exports/shipments.csv?status=shipped") == []
    assert len(read(client, "/exports/shipments.csv?carrier==BRT&q=T1")) == 1
    assert read(as_user(cast.rival_clerk), "/exports/shipments.csv") == []


def test_products_can_be_imported_again_as_they_were_exported(as_user, cast):
    product = shop.stocked(cast.store, "MUG", units=4)
    Product.update(title="-Mug", price_cents=1205, weight_grams=350).where(Product.id == product.id).execute()
    client = as_user(cast.merchant)
    text = client.get("/exports/products.csv").text
    assert read(client, "/exports/products.csv")[0]["net price"] == "12.05"
    batch = run(client, upload(client, text.replace("12.05", "13.00")))
    assert (batch.done, batch.refused) == (1, 0)
    found = Product.get()
    assert (found.title, found.price_cents, found.own_quantity, found.weight_grams) == ("-Mug", 1300, 4, 350)


def test_a_clerk_exports_what_it_stocks_without_prices_and_the_own_shelf(as_user, cast):
    mug = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    shop.stocked(cast.store, "POT", cast.rival, 7)
    Supply.create(store=cast.store, product=mug, supplier=cast.rival, supplier_sku="R", quantity=90)
    Product.update(own_quantity=60, price_cents=100).execute()
    rows = read(as_user(cast.clerk), "/exports/products.csv")
    assert [(row["sku"], row["at suppliers"], row["own stock"], row["net price"]) for row in rows] == [
        ("MUG", "5", "", "")
    ]


def test_the_list_of_products_links_to_the_export_of_what_it_shows(as_user, cast):
    shop.stocked(cast.store, "MUG", cast.logistics, 0)
    shop.stocked(cast.store, "POT", cast.rival, 7)
    client = as_user(cast.merchant)
    page = Page(client.get("/products/?stock=none&q=U"))
    link = next(link for link in page.links if link.startswith("/exports/products.csv"))
    assert [row["sku"] for row in read(client, link)] == ["MUG"]


def pack(cast, order: Order) -> Shipment:
    """Pack a unit of the logistics service's line."""
    line = OrderLine.get(OrderLine.order == order.id, OrderLine.sku == "MINE")
    draft = ShipmentDraft(lines={line.id: 1}, carrier="BRT", tracking_code="-T1")
    return shipments.create(cast.viewer(cast.merchant), order.id, draft)
