"""Orders that come by telephone: the form keeps what is typed, and the order goes the way of all others."""

import pytest

from tests.web.orders import shop
from tests.web.page import FRAGMENT, Page
from webapp.actions import products, shipments, waybill_content, waybills
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Allocation, Change, Order, OrderLine, Product, Push, SkuLink, Waybill

ADDRESS = {
    "delivery-name": "Rocco",
    "delivery-surname": "Recipient",
    "delivery-address": "Via Roma 1",
    "delivery-postcode": "50121",
    "delivery-city": "Firenze",
    "delivery-country_iso": "IT",
    "delivery-phone": "+39 055 1",
}


@pytest.fixture
def mug(cast):
    product = shop.stocked(cast.store, "MUG", cast.logistics)
    Product.update(price_cents=1000, vat_basis_points=2200, ean="4006381333931").where(
        Product.id == product.id
    ).execute()
    return product


def form(client, *lines, **typed) -> dict:
    """What a browser sends: the form as it comes, an address, and lines of (SKU, units, price)."""
    values = Page(client.get("/orders/new")).typed | ADDRESS | typed
    for place, (sku, units, price) in enumerate(lines):
        values |= {f"lines-{place}-sku": sku, f"lines-{place}-units": units, f"lines-{place}-price": price}
    return values


def test_an_order_is_taken_in_allocated_and_told(as_user, cast, mug):
    client = as_user(cast.merchant)
    assert "/orders/new" in Page(client.get("/orders/")).links
    typed = form(client, ("MUG", "2", "12.50"), shipping="5", payment_method="Bank transfer", notes="Ring twice")
    typed |= {"email": "bea@example.com"}
    answer = client.post("/orders/new", data=typed)
    order, line = Order.get(), OrderLine.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/orders/{order.id}")
    assert (order.channel_id, order.reference, order.status) == (None, f"M-{order.id}", "payment_accepted")
    assert (order.total_cents, order.shipping_cents, order.payment_method) == (3000, 500, "Bank transfer")
    assert (order.delivery_address["city"], order.billing_address) == ("Firenze", order.delivery_address)
    assert (order.customer["surname"], order.customer["email"]) == ("Recipient", "bea@example.com")
    assert (line.product_id, line.title, line.ean, line.unit_price_cents) == (mug.id, mug.title, "4006381333931", 1250)
    assert Allocation.get().supplier_id == cast.logistics.id and order.recipient == "rocco recipient firenze"
    assert Change.select().where(Change.subject == "order", Change.supplier_id == cast.logistics.id).exists()
    page = Page(client.get(f"/orders/{order.id}"))
    assert "Bank transfer" in page.text and "Taken in by hand" in page.text
    clerk = as_user(cast.clerk)
    assert clerk.get(f"/orders/{order.id}").status_code == 200
    made = shipments.create(cast.viewer(cast.clerk), order.id, ShipmentDraft())
    assert shipments.ship(cast.viewer(cast.clerk), made.id).status == "shipped"
    assert not Push.select().exists()


def test_a_form_that_is_sent_twice_makes_one_order(as_user, cast, mug):
    client = as_user(cast.merchant)
    typed = form(client, ("MUG", "1", ""))
    first, second = (client.post("/orders/new", data=typed).headers["Location"] for _ in range(2))
    assert first == second and Order.select().count() == 1
    client.post("/orders/new", data=form(client, ("MUG", "1", "")))
    assert Order.select().count() == 2


def test_a_price_that_is_left_out_is_the_products_own_with_vat(as_user, cast, mug):
    SkuLink.create(store=cast.store, sku="SHOP-MUG", product=mug)
    client = as_user(cast.merchant)
    client.post("/orders/new", data=form(client, ("SHOP-MUG", "1", ""), ("MUG", "1", "0")))
    assert [line.unit_price_cents for line in OrderLine.select().order_by(OrderLine.id)] == [1220, 0]


def test_products_are_found_and_added_as_lines(as_user, cast, mug):
    client = as_user(cast.merchant)
    found = Page(client.get("/orders/new?q=title+mug", headers=FRAGMENT))
    (button,) = [one for one in found.whole.all("button") if one.attributes.get("formaction")]
    assert button.attributes["formaction"] == "/orders/new/line?add=MUG"
    typed = form(client, notes="Keep me")
    page = Page(client.post("/orders/new/line?add=MUG", data=typed))
    assert page.status == 200 and not Order.select().exists()
    assert (page.fields["lines-0-sku"], page.fields["lines-0-units"], page.fields["lines-0-price"]) == (
        "MUG",
        "1",
        "12.20",
    )
    assert (page.fields["notes"], page.fields["delivery-city"]) == ("Keep me", "Firenze")
    again = Page(client.post("/orders/new/line?add=MUG", data=page.typed))
    assert again.fields["lines-0-units"] == "2"


def test_add_line_and_search_work_without_a_script(as_user, cast, mug):
    client = as_user(cast.merchant)
    typed = form(client, ("X", "1", "1"), ("Y", "1", "1"))
    page = Page(client.post("/orders/new/line", data=typed))
    assert "lines-2-sku" in page.fields and page.fields["lines-1-sku"] == "Y"
    page = Page(client.post("/orders/new/line", data=typed | {"q": "mug"}))
    assert "Title of MUG" in page.text and "lines-2-sku" not in page.fields
    page = Page(client.post("/orders/new/line?more=1", data=typed | {"q": "mug"}))
    assert "Title of MUG" in page.text and "lines-2-sku" in page.fields


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lines-0-sku": "NOPE"}, "lines-0-sku"),
        ({"lines-0-units": "0"}, "lines-0-units"),
        ({"lines-0-units": ""}, "lines-0-units"),
        ({"lines-0-price": "cheap"}, "lines-0-price"),
        ({"delivery-city": ""}, "delivery-city"),
        ({"delivery-country_iso": ""}, "delivery-country_iso"),
        ({"delivery-country_iso": "Italy"}, "delivery-country_iso"),
        ({"delivery-surname": ""}, "delivery-surname"),
        ({"email": "bea"}, "email"),
        ({"shipping": "-1"}, "shipping"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(as_user, cast, mug, changed, field):
    client = as_user(cast.merchant)
    page = Page(client.post("/orders/new", data=form(client, ("MUG", "1", "1")) | {"notes": "Keep me"} | changed))
    assert page.status == 422 and set(page.errors) == {field}
    assert page.fields["notes"] == "Keep me" and not Order.select().exists()


@pytest.mark.parametrize("sku", ["MUG", "SHOP-MUG"])
def test_a_line_of_an_archived_product_offers_to_restore_it_and_keeps_what_is_typed(as_user, cast, mug, sku):
    SkuLink.create(store=cast.store, sku="SHOP-MUG", product=mug)
    products.archive(cast.viewer(cast.merchant), mug.id)
    client = as_user(cast.merchant)
    page = Page(client.post("/orders/new", data=form(client, ("NOPE", "1", "1"), (sku, "2", "9"), notes="Keep me")))
    assert page.status == 422 and not Order.select().exists()
    assert "create it first" in page.errors["lines-0-sku"] and "Restore" not in page.rows[0]
    assert page.errors["lines-1-sku"] == (
        f"The product with the SKU {sku} is archived: restore it first, or choose another."
    )
    assert f"/products/{mug.id}" in page.links
    (button,) = [one for one in page.main.all("button") if one.text == "Restore"]
    path = button.attributes["formaction"]
    assert path == button.attributes["hx-post"] == f"/orders/new/restore?product={mug.id}"
    restored = Page(client.post(path, data=page.typed))
    assert restored.status == 200 and Product.get_by_id(mug.id).archived_at is None
    assert (restored.fields["lines-1-sku"], restored.fields["lines-1-price"]) == (sku, "9")
    assert restored.fields["notes"] == "Keep me" and "is archived" not in restored.text
    assert client.post("/orders/new", data=restored.typed | {"lines-0-sku": "", "lines-0-price": ""}).status_code == 303
    assert OrderLine.get().product_id == mug.id


def test_a_search_that_fits_archived_products_alone_offers_them(as_user, cast, mug):
    client, path = as_user(cast.merchant), f"/orders/new/restore?product={mug.id}"
    products.archive(cast.viewer(cast.merchant), mug.id)
    found = Page(client.get("/orders/new?q=mug", headers=FRAGMENT))
    assert "archived ones do" in found.text and "Create it" not in found.text
    assert [one.attributes["formaction"] for one in found.whole.all("button")] == [path]
    page = Page(client.post(path, data=form(client, q="mug")))
    assert "archived" not in page.text and "Add" in [one.text for one in page.main.all("button")]


def test_nobody_restores_a_product_of_another_store_or_without_the_role(as_user, cast, mug):
    products.archive(cast.viewer(cast.merchant), mug.id)
    for who, status in ((cast.stranger, 404), (cast.clerk, 403)):
        for path in (f"/orders/new/restore?product={mug.id}", "/orders/new/restore?product=x"):
            assert as_user(who).post(path).status_code == status
    assert Product.get_by_id(mug.id).archived_at
    stranger = as_user(cast.stranger)
    page = Page(stranger.post("/orders/new", data=form(stranger, ("MUG", "1", "1"))))
    assert "create it first" in page.errors["lines-0-sku"] and "is archived" not in page.text


def test_another_billing_address_is_asked_for_whole_and_names_the_customer(as_user, cast, mug):
    client = as_user(cast.merchant)
    typed = form(client, ("MUG", "1", "1"))
    del typed["same_billing"]
    page = Page(client.post("/orders/new", data=typed))
    assert page.status == 422 and {"billing-address", "billing-surname"} <= set(page.errors)
    typed |= {name.replace("delivery", "billing"): value for name, value in ADDRESS.items()} | {
        "billing-surname": "Payer"
    }
    assert client.post("/orders/new", data=typed).status_code == 303
    order = Order.get()
    assert (order.customer["surname"], order.delivery_address["surname"]) == ("Payer", "Recipient")


def test_an_order_without_lines_is_none(as_user, cast):
    client = as_user(cast.merchant)
    page = Page(client.post("/orders/new", data=form(client)))
    assert page.status == 422 and "Add at least one line." in page.alert


def test_cash_on_delivery_stands_on_the_first_waybill_alone(as_user, cast, mug):
    client = as_user(cast.merchant)
    client.post("/orders/new", data=form(client, ("MUG", "2", "10"), on_delivery="y"))
    order, line, clerk = Order.get(), OrderLine.get(), cast.viewer(cast.clerk)
    assert order.cash_on_delivery_cents == 2000 and "Cash on delivery" in Page(client.get(f"/orders/{order.id}")).text
    boxes = [shipments.create(clerk, order.id, ShipmentDraft({line.id: 1}, carrier="GLS")) for _ in range(2)]
    pages = [f"/shipments/{box.id}/waybill/new" for box in boxes]
    assert [Page(client.get(path)).fields["cash"] for path in pages] == ["20.00", ""]
    for box in boxes:
        waybills.create(clerk, box.id, draw=None)
    told = [
        waybill_content.shown(row, row.shipment)["cash_on_delivery"] for row in Waybill.select().order_by(Waybill.id)
    ]
    assert told == [{"amount_cents": 2000, "currency": "EUR"}, None]


def test_cash_that_was_emptied_on_a_waybill_is_not_collected(as_user, cast, mug):
    client = as_user(cast.merchant)
    client.post("/orders/new", data=form(client, ("MUG", "2", "10"), on_delivery="y", on_delivery_amount="15"))
    box = shipments.create(cast.viewer(cast.clerk), Order.get().id, ShipmentDraft())
    typed = Page(client.get(f"/shipments/{box.id}/waybill/new")).typed
    assert typed["cash"] == "15.00"
    assert client.post(f"/shipments/{box.id}/waybill", data=typed | {"cash": ""}).status_code == 303
    assert waybill_content.shown(Waybill.get(), Waybill.get().shipment)["cash_on_delivery"] is None


def test_only_the_stores_own_people_take_orders_in(as_user, cast, mug):
    assert as_user(cast.clerk).get("/orders/new").status_code == 403
    stranger = as_user(cast.stranger)
    page = Page(stranger.post("/orders/new", data=form(stranger, ("MUG", "1", "1"))))
    assert page.status == 422 and "no product with the SKU MUG" in page.errors["lines-0-sku"]
    assert not Order.select().exists()
