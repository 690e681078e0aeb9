"""Add a supply to a product: who stocks it, under which code, how much, at what price, in which turn."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.db import now
from webapp.models import Allocation, Event, Supplier, Supply

TYPED = {"supplier_sku": "NL-77", "quantity": "40", "purchase_price": "3.20", "priority": "5"}


@pytest.fixture
def mug(cast):
    return shop.stocked(cast.store, "MUG", units=0)


@pytest.fixture
def client(as_user, cast):
    return as_user(cast.merchant)


def test_the_form_offers_the_suppliers_in_use(client, cast, mug):
    Supplier.update(archived_at=now()).where(Supplier.id == cast.rival.id).execute()
    page = Page(client.get(f"/products/{mug.id}/supplies/new"))
    offered = [option.text for option in page.main.all("select", name="supplier_id")[0].all("option")]
    assert offered == ["Choose …", "Nord Logistica"]
    opened = {"supplier_id": "", "supplier_sku": "", "quantity": "", "purchase_price": "", "priority": "10"}
    assert page.fields == opened | {"quantity_seen": "", "version": ""}
    assert page.main.all(class_="form-actions")[0].all("a", "button")[-1].text == "Add supply"


def test_it_is_stored_and_shown_with_the_product(client, cast, mug):
    answer = client.post(f"/products/{mug.id}/supplies/", data=TYPED | {"supplier_id": str(cast.logistics.id)})
    assert (answer.status_code, answer.location) == (303, f"/products/{mug.id}")
    row = Supply.get()
    assert (row.store_id, row.product_id, row.supplier_id) == (cast.store.id, mug.id, cast.logistics.id)
    assert (row.supplier_sku, row.quantity, row.purchase_price_cents, row.priority) == ("NL-77", 40, 320, 5)
    page = Page(client.get(answer.location))
    assert page.rows[0].startswith("Nord Logistica NL-77 40 0 40 €3.20 5 ") and "Supply added." in page.alert
    assert Event.get().message == "Nord Logistica stocks MUG: 40 units"


def test_without_a_code_of_its_own_it_takes_the_products(client, cast, mug):
    values = {"supplier_id": str(cast.logistics.id), "quantity": "0", "priority": "0", "supplier_sku": "  "}
    assert client.post(f"/products/{mug.id}/supplies/", data=values).status_code == 303
    row = Supply.get()
    assert (row.supplier_sku, row.quantity, row.purchase_price_cents, row.priority) == ("MUG", 0, None, 0)


def test_orders_that_wait_get_the_new_stock(client, cast, mug):
    shop.order(shop.channel(cast.store), ("MUG", 2))
    client.post(f"/products/{mug.id}/supplies/", data=TYPED | {"supplier_id": str(cast.logistics.id)})
    assert Allocation.get().supplier_id == cast.logistics.id and Supply.get().reserved == 2


AMOUNT, WHOLE = "Type an amount such as 12.50", "Type a whole number: digits alone"
WRONG = [
    ("supplier_id", "", "Choose the supplier."),
    ("supplier_id", "foreign", "Not a valid choice."),
    ("supplier_id", "9" * 40, "Not a valid choice."),
    ("supplier_sku", "s" * 65, "Field cannot be longer than 64 characters."),
    ("quantity", "", "Type a whole number."),
    ("quantity", "-1", "This can't be below zero."),
    ("quantity", "0.5", WHOLE),
    ("quantity", "1000000000000", "Type a number from 0 to 1,000,000,000."),
    ("purchase_price", "-3", "An amount can't be below zero."),
    ("purchase_price", "cheap", AMOUNT),
    ("purchase_price", "9" * 13, AMOUNT),
    ("priority", "1001", "Type a number from 0 to 1,000."),
    ("priority", "first", WHOLE),
]


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(client, cast, mug):
    for field, value, told in WRONG:
        typed = str(cast.stranger_supplier.id) if value == "foreign" else value
        sent = TYPED | {"supplier_id": str(cast.logistics.id)} | {field: typed}
        page = Page(client.post(f"/products/{mug.id}/supplies/", data=sent))
        assert page.status == 422 and list(page.errors) == [field], (field, value)
        assert page.errors[field].startswith(told), (field, value)
        assert page.fields == sent | {"quantity_seen": "", "version": ""} | (
            {"supplier_id": ""} if field == "supplier_id" else {}
        )
    assert not Supply.select().exists() and not Event.select().exists()


@pytest.mark.parametrize("code", ["NL-77", "another", ""])
def test_a_supplier_that_stocks_it_already_is_told_at_the_supplier(client, cast, mug, code):
    sent = TYPED | {"supplier_id": str(cast.logistics.id)}
    client.post(f"/products/{mug.id}/supplies/", data=sent)
    page = Page(client.post(f"/products/{mug.id}/supplies/", data=sent | {"supplier_sku": code, "quantity": "1"}))
    assert page.status == 422
    assert page.errors == {"supplier_id": "This product has a supply from this supplier already: edit that."}
    assert page.fields["supplier_sku"] == code and Supply.get().quantity == 40


@pytest.mark.parametrize("code", ["POT", " POT ", ""])
def test_a_code_that_the_supplier_has_for_another_product_is_told_at_the_code(client, cast, code):
    pot, other = shop.stocked(cast.store, "X", units=0), shop.stocked(cast.store, "POT", units=0)
    values = {"supplier_id": str(cast.logistics.id), "quantity": "1", "priority": "1"}
    client.post(f"/products/{pot.id}/supplies/", data=values | {"supplier_sku": "POT"})
    page = Page(client.post(f"/products/{other.id}/supplies/", data=values | {"supplier_sku": code}))
    assert page.status == 422
    assert page.errors == {"supplier_sku": "This supplier has another product under the SKU POT already."}
    assert Supply.select().count() == 1


@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("stranger", 404)])
def test_it_is_for_the_stores_own_people(as_user, cast, who, status):
    product = shop.stocked(cast.store, "SEEN", cast.logistics)
    client = as_user(getattr(cast, who))
    sent = TYPED | {"supplier_id": str(cast.rival.id)}
    assert client.get(f"/products/{product.id}/supplies/new").status_code == status
    assert client.post(f"/products/{product.id}/supplies/", data=sent).status_code == status
    assert Supply.select().count() == 1
