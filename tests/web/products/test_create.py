"""Create a product: its fields, and all that can be wrong with them."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import Allocation, Event, OrderLine, Product

TYPED = {
    "title": "Blue mug",
    "sku": "MUG",
    "ean": "4006381333931",
    "price": "12,5",
    "vat_rate": "22.00",
    "own_quantity": "7",
    "weight_grams": "320",
}
HIDDEN = {"own_seen": "", "version": ""}


@pytest.fixture
def client(as_user, cast):
    return as_user(cast.merchant)


def test_the_form_opens_with_what_is_usual(client):
    page = Page(client.get("/products/new"))
    assert page.fields == dict.fromkeys(TYPED, "") | {"vat_rate": "22.00", "own_quantity": "0"} | HIDDEN
    assert page.main.all(class_="form-actions")[0].all("a", "button")[-1].text == "Create"
    asked = Page(client.get("/products/new", query_string={"sku": "GHOST", "title": "G" * 5000}))
    assert asked.fields["sku"] == "GHOST" and asked.fields["title"] == "G" * 255


def test_it_is_stored_and_shown(client, cast):
    answer = client.post("/products/", data=TYPED)
    row = Product.get()
    assert (answer.status_code, answer.location) == (303, f"/products/{row.id}")
    assert (row.store_id, row.sku, row.title, row.ean) == (cast.store.id, "MUG", "Blue mug", "4006381333931")
    assert (row.price_cents, row.vat_basis_points, row.own_quantity, row.weight_grams) == (1250, 2200, 7, 320)
    page = Page(client.get(answer.location))
    assert "Net price €12.50 VAT 22 % Own stock 7 Own stock reserved 0" in page.text and "Add a supply" in page.alert
    assert Event.get().kind == "product.created"


def test_what_is_optional_may_be_left_out(client):
    values = {"title": "T", "sku": "s", "vat_rate": "0", "own_quantity": "0"}
    assert client.post("/products/", data=values).status_code == 303
    row = Product.get()
    assert (row.ean, row.price_cents, row.vat_basis_points, row.weight_grams) == ("", 0, 0, None)


def test_lines_that_waited_for_its_sku_get_its_stock(client, cast):
    shop.order(shop.channel(cast.store), ("MUG", 2))
    client.post("/products/", data=TYPED)
    assert OrderLine.get().product_id == Product.get().id and Allocation.get().quantity == 2


AMOUNT, WHOLE = "Type an amount such as 12.50", "Type a whole number: digits alone"
WRONG = [
    ("title", "", "Give the product a title."),
    ("title", "  ", "Give the product a title."),
    ("title", "t" * 256, "Field cannot be longer than 255 characters."),
    ("sku", " ", "Give the SKU"),
    ("sku", "s" * 65, "Field cannot be longer than 64 characters."),
    ("sku", "TAKEN", "You have a product with the SKU TAKEN already."),
    ("sku", " TAKEN ", "You have a product with the SKU TAKEN already."),
    ("ean", "4006381333932", "The check digit doesn't fit"),
    ("ean", "400638133393x", "The check digit doesn't fit"),
    ("ean", "٤٠٠٦٣٨١٣٣٣٩٣١", "The check digit doesn't fit"),
    ("ean", "0" * 5000, "The check digit doesn't fit"),
    ("price", "-1", "An amount can't be below zero."),
    ("price", "12.505", AMOUNT),
    ("price", "1.000,00", AMOUNT),
    ("price", "1e3", AMOUNT),
    ("price", "NaN", AMOUNT),
    ("price", "٣", AMOUNT),
    ("price", "9" * 13, AMOUNT),
    ("vat_rate", "", AMOUNT),
    ("vat_rate", "100.01", "A VAT rate lies between 0 and 100 per cent."),
    ("vat_rate", "-22", "An amount can't be below zero."),
    ("own_quantity", "", "Type a whole number."),
    ("own_quantity", "1.5", WHOLE),
    ("own_quantity", "-1", "This can't be below zero."),
    ("own_quantity", "1000000000000", "Type a number from 0 to 1,000,000,000."),
    ("weight_grams", "1000001", "Type a number from 0 to 1,000,000."),
    ("weight_grams", "heavy", WHOLE),
]


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(client, cast):
    shop.stocked(cast.store, "TAKEN")
    for field, value, told in WRONG:
        page = Page(client.post("/products/", data=TYPED | {field: value}))
        assert page.status == 422 and list(page.errors) == [field], (field, value)
        assert page.errors[field].startswith(told), (field, value)
        kept = value.strip() if field in ("title", "sku", "ean") else value
        assert page.fields == TYPED | HIDDEN | {field: kept}
    assert Product.select().count() == 1 and not Event.select().exists()


def test_the_largest_numbers_fit(client):
    values = {"price": "999999999999.99", "vat_rate": "100", "own_quantity": "1000000000", "weight_grams": "1000000"}
    answer = client.post("/products/", data=TYPED | values)
    assert answer.status_code == 303 and "€999,999,999,999.99" in client.get(answer.location).text
    assert Product.get().price_cents == 99_999_999_999_999


def test_another_stores_sku_is_free(client, cast):
    shop.stocked(cast.other_store, "MUG")
    assert client.post("/products/", data=TYPED).status_code == 303


def test_a_clerk_creates_none(as_user, cast):
    clerk = as_user(cast.clerk)
    assert clerk.get("/products/new").status_code == 403
    assert clerk.post("/products/", data=TYPED).status_code == 403
    assert not Product.select().exists()
