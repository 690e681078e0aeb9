"""Stock at suppliers from a file: set, added or taken away, by SKU, EAN or the supplier's own code."""

import pytest

from tests.web.imports.files import run, took, upload
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import products
from webapp.models import Allocation, Change, Product, StockMove, Supplier, Supply

EAN = "4006381333931"


@pytest.fixture
def mug(cast):
    """A mug of which the logistics service has five."""
    product = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    Product.update(ean=EAN).where(Product.id == product.id).execute()
    return product


def stocks() -> list[tuple]:
    columns = (Supply.supplier_sku, Supply.quantity, Supply.purchase_price_cents, Supply.priority)
    return sorted(Supply.select(*columns).tuples())


def test_changes_what_is_there_and_creates_what_is_not(merchant, cast, mug):
    text = "sku,fornitore,codice fornitore,quantità,costo,priorità\n"
    text += 'MUG,nord logistica,,8,"6,40",3\nMUG,Rival Warehousing,R-1,4,,\n'
    assert took(merchant, "supplies", text) == [
        ("done", "Changed: quantity 5 → 8, purchase price, priority."),
        ("done", "Rival Warehousing stocks MUG now."),
    ]
    assert stocks() == [("R-1", 4, None, 10), ("S-MUG", 8, 640, 3)]
    moves = StockMove.select(StockMove.supplier, StockMove.change, StockMove.quantity, StockMove.reason).tuples()
    assert sorted(moves) == [(cast.logistics.id, 3, 8, "imported"), (cast.rival.id, 4, 4, "imported")]
    told = Change.select(Change.supplier_id).where(Change.subject_id == mug.id).tuples()
    assert {supplier for (supplier,) in told} == {None, cast.logistics.id, cast.rival.id}


@pytest.mark.parametrize(("mode", "left"), [("set", 2), ("add", 7), ("subtract", 3)])
def test_the_quantity_means_what_was_chosen(merchant, cast, mug, mode, left):
    took(merchant, "supplies", "ean,quantity\n4006381333931,2\n", mode=mode, supplier_id=str(cast.logistics.id))
    assert Supply.get().quantity == left


def test_added_units_of_several_rows_add_up_and_none_can_be_taken_that_is_not_there(merchant, cast, mug):
    chosen = {"mode": "subtract", "supplier_id": str(cast.logistics.id)}
    assert took(merchant, "supplies", "sku,quantity\nMUG,2\nMUG,2\nMUG,2\n", **chosen) == [
        ("done", "Changed: quantity 5 → 3."),
        ("done", "Changed: quantity 3 → 1."),
        ("refused", "Quantity: 2 can't be taken away, for only 1 are there."),
    ]
    assert Supply.get().quantity == 1


def test_a_supply_can_be_named_by_the_suppliers_own_code(merchant, cast, mug):
    chosen = {"supplier_id": str(cast.logistics.id)}
    assert took(merchant, "supplies", "supplier sku,quantity\nS-MUG,9\nODD,1\n", **chosen) == [
        ("done", "Changed: quantity 5 → 9."),
        ("refused", "It names no product: give its SKU, its EAN, or a code that the supplier has already."),
    ]


def test_each_bad_row_says_why(merchant, cast, mug):
    twin = shop.stocked(cast.store, "TWIN")
    Product.update(ean=EAN).where(Product.id == twin.id).execute()
    Supplier.update(archived_at=Supplier.created_at).where(Supplier.id == cast.rival.id).execute()
    text = "sku,ean,supplier,supplier sku,quantity\n"
    text += f",{EAN},Nord Logistica,,1\nODD,,Nord Logistica,,1\n,96385074,Nord Logistica,,1\n"
    text += "MUG,,Foreign Depot,,1\nMUG,,Rival Warehousing,,1\nMUG,,,,1\n"
    text += "TWIN,,Nord Logistica,S-MUG,1\nMUG,,Nord Logistica,,-1\n"
    told = took(merchant, "supplies", text)
    assert {status for status, _ in told} == {"refused"}
    assert [message for _, message in told] == [
        f"EAN: several products have {EAN}. Name it by its SKU.",
        "SKU: no product has ODD.",
        "EAN: no product has 96385074.",
        "Supplier: none of yours is called “Foreign Depot”.",
        "Supplier: none of yours is called “Rival Warehousing”.",
        "Supplier: it is missing. Map its column, or choose one for the whole file.",
        "Nord Logistica has another product under the SKU S-MUG already.",
        "Quantity: “-1” isn't a whole number from 0 on.",
    ]
    assert stocks() == [("S-MUG", 5, None, 10)]


def test_orders_that_wait_get_the_stock(merchant, cast, mug):
    shop.order(shop.channel(cast.store), ("MUG", 8))
    took(merchant, "supplies", "sku,supplier,quantity\nMUG,Rival Warehousing,3\n")
    assert sorted(row.quantity for row in Allocation.select()) == [3, 5]


def test_the_same_again_changes_nothing(merchant, cast, mug):
    text = "sku,supplier,quantity\nMUG,Nord Logistica,5\n"
    assert took(merchant, "supplies", text) == [("skipped", "It is so already.")]
    assert StockMove.select().count() == 0


def test_a_foreign_supplier_can_not_be_chosen(merchant, cast, mug):
    answer = upload(merchant, "sku,quantity\nMUG,1\n", "supplies")
    fields = {**Page(merchant.get(answer.location)).typed, "supplier_id": str(cast.stranger_supplier.id)}
    assert merchant.post(f"{answer.location}/columns", data=fields).status_code == 422


def test_stock_of_an_archived_product_is_left_as_it_is_which_preview_and_result_say(merchant, cast, mug):
    shop.stocked(cast.store, "TIN", cast.logistics, 3)
    products.archive(cast.viewer(cast.merchant), mug.id)
    was, told = Supply.get(Supply.product == mug.id).__data__, "MUG is archived, so its stock is left as it is. Restore"
    text = "sku,ean,supplier,supplier sku,quantity\n"
    text += f"MUG,,Nord Logistica,,9\n,{EAN},Nord Logistica,,9\n,,Nord Logistica,S-MUG,9\n"
    text += "MUG,,Rival Warehousing,,9\nTIN,,Nord Logistica,,9\n"
    answer = upload(merchant, text, "supplies")
    page = Page(merchant.get(answer.location))
    assert [told in row for row in page.rows] == [True, True, True, True, False] and "Import 1 row" in page.text
    batch = run(merchant, answer)
    assert (batch.done, batch.refused) == (1, 4)
    assert Supply.get(Supply.product == mug.id).__data__ == was and Supply.select().count() == 2
    assert StockMove.select().where(StockMove.product == mug.id).count() == 0
    page = Page(merchant.get(f"/batches/{batch.id}?status=refused"))
    assert len(page.rows) == 4 and all(told in row for row in page.rows) and f"/products/{mug.id}" in page.links
    assert merchant.get(f"/batches/{batch.id}/results.csv").text.count(told) == 4
    products.restore(cast.viewer(cast.merchant), mug.id)
    assert run(merchant, upload(merchant, text, "supplies")).done == 2
    assert Supply.get(Supply.product == mug.id, Supply.supplier == cast.logistics.id).quantity == 9
    assert "Archived products are left as they are" in Page(merchant.get("/imports/new/supplies")).text


def test_an_ean_means_the_product_in_use_and_not_its_archived_twin(merchant, cast, mug):
    twin = shop.stocked(cast.store, "TWIN", cast.logistics, 1)
    Product.update(ean=EAN).where(Product.id == twin.id).execute()
    products.archive(cast.viewer(cast.merchant), mug.id)
    chosen = {"supplier_id": str(cast.logistics.id)}
    assert took(merchant, "supplies", f"ean,quantity\n{EAN},4\n", **chosen) == [("done", "Changed: quantity 1 → 4.")]
    products.archive(cast.viewer(cast.merchant), twin.id)
    told = took(merchant, "supplies", f"ean,quantity\n{EAN},6\n", **chosen)
    assert told == [("refused", f"EAN: several products have {EAN}. Name it by its SKU.")]
    assert sorted(row.quantity for row in Supply.select()) == [4, 5]
