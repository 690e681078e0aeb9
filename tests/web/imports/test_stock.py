"""A clerk's file of its own stock: quantities of what its supplier has, and nothing of anybody else."""

import pytest

from tests.web.imports.files import run, took, upload
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import products
from webapp.jobs.batches import work
from webapp.models import Allocation, Batch, Change, Event, Membership, Product, StockMove, Supply

EAN, OTHER_EAN = "4006381333931", "96385074"


@pytest.fixture
def clerk(as_user, cast):
    return as_user(cast.clerk)


@pytest.fixture
def mug(cast):
    """A mug of which the clerk's service has five, and the rival nine."""
    product = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    facts = {"store": cast.store, "product": product, "supplier": cast.rival}
    Supply.create(**facts, supplier_sku="R-MUG", quantity=9, purchase_price_cents=700)
    Product.update(ean=EAN).where(Product.id == product.id).execute()
    return product


@pytest.fixture
def tin(cast):
    """What the rival alone has."""
    product = shop.stocked(cast.store, "TIN", cast.rival, 7)
    Product.update(ean=OTHER_EAN).where(Product.id == product.id).execute()
    return product


def of_others(cast) -> list[dict]:
    rows = Supply.select().where(Supply.supplier != cast.logistics.id).order_by(Supply.id)
    return [dict(row.__data__) for row in rows]


def own(cast) -> list[tuple]:
    columns = (Supply.supplier_sku, Supply.quantity, Supply.purchase_price_cents, Supply.priority)
    return list(Supply.select(*columns).where(Supply.supplier == cast.logistics.id).tuples())


@pytest.mark.parametrize(("mode", "left"), [("set", 2), ("add", 7), ("subtract", 3)])
@pytest.mark.parametrize("named", ["sku;qta\nS-MUG;2\n", f"ean;qta\n{EAN};2\n"])
def test_a_clerk_sets_adds_and_takes_away_by_its_sku_or_by_ean(clerk, cast, mug, mode, left, named):
    before = of_others(cast)
    assert took(clerk, "stock", named, mode=mode) == [("done", f"Changed: quantity 5 → {left}.")]
    assert own(cast) == [("S-MUG", left, None, 10)] and of_others(cast) == before
    moves = StockMove.select(StockMove.supplier, StockMove.change, StockMove.quantity, StockMove.reason)
    assert list(moves.tuples()) == [(cast.logistics.id, left - 5, left, "imported")]
    told = Change.select(Change.supplier_id).where(Change.subject_id == mug.id).tuples()
    assert {supplier for (supplier,) in told} == {None, cast.logistics.id}
    assert Event.select().where(Event.kind == "supply.changed", Event.supplier_id == cast.logistics.id).count() == 1


def test_rows_that_name_nothing_of_its_own_are_refused_alike_whoever_has_it(clerk, cast, mug, tin):
    before = of_others(cast)
    text = f"sku,ean,quantity\nR-MUG,,1\nODD,,1\nTIN,,1\n,{OTHER_EAN},1\n,5901234123457,1\n,,1\nS-MUG,,\n"
    assert took(clerk, "stock", text) == [
        ("refused", "Your SKU: you stock nothing under R-MUG."),
        ("refused", "Your SKU: you stock nothing under ODD."),
        ("refused", "Your SKU: you stock nothing under TIN."),
        ("refused", f"EAN: you stock nothing with {OTHER_EAN}."),
        ("refused", "EAN: you stock nothing with 5901234123457."),
        ("refused", "It names no product: give your SKU or its EAN."),
        ("refused", "Quantity: it is missing."),
    ]
    assert own(cast) == [("S-MUG", 5, None, 10)] and of_others(cast) == before
    assert Product.select().count() == 2 and StockMove.select().count() == 0


def test_an_ean_that_only_the_rival_has_twice_is_no_question(clerk, cast, mug, tin):
    Product.update(ean=EAN).where(Product.id == tin.id).execute()
    assert took(clerk, "stock", f"ean,quantity\n{EAN},8\n") == [("done", "Changed: quantity 5 → 8.")]
    own_twin = shop.stocked(cast.store, "TWIN", cast.logistics, 1)
    Product.update(ean=EAN).where(Product.id == own_twin.id).execute()
    told = f"EAN: several of your products have {EAN}. Name it by your SKU."
    assert took(clerk, "stock", f"ean,quantity\n{EAN},9\n") == [("refused", told)]


def test_what_the_store_has_archived_is_left_as_it_is_which_preview_and_result_say(clerk, cast, mug):
    shop.stocked(cast.store, "POT", cast.logistics, 3)
    products.archive(cast.viewer(cast.merchant), mug.id)
    told = "S-MUG is archived in the store, so its stock is left as it is. Ask the store to restore it first"
    answer = upload(clerk, f"sku,ean,quantity\nS-MUG,,8\n,{EAN},8\nS-POT,,8\n", "stock")
    page = Page(clerk.get(answer.location))
    assert [told in row for row in page.rows] == [True, True, False] and "Import 1 row" in page.text
    before = of_others(cast)
    batch = run(clerk, answer)
    assert (batch.done, batch.refused) == (1, 2) and of_others(cast) == before
    assert own(cast) == [("S-MUG", 5, None, 10), ("S-POT", 8, None, 10)]
    page = Page(clerk.get(f"/batches/{batch.id}?status=refused"))
    assert all(told in row for row in page.rows) and f"/products/{mug.id}" in page.links
    assert clerk.get(f"/batches/{batch.id}/results.csv").text.count(told) == 2
    products.restore(cast.viewer(cast.merchant), mug.id)
    assert took(clerk, "stock", "sku,quantity\nS-MUG,8\n") == [("done", "Changed: quantity 5 → 8.")]
    assert "archived are left as they are" in Page(clerk.get("/imports/new/stock")).text


def test_a_price_or_another_supplier_in_the_file_is_no_column(clerk, cast, mug):
    text = "sku,supplier,purchase price,priority,quantity\nS-MUG,Rival Warehousing,0.01,1,6\n"
    answer = upload(clerk, text, "stock")
    page = Page(clerk.get(answer.location))
    assert {name for name in page.fields if name.startswith("column_")} == {
        "column_supplier_sku",
        "column_ean",
        "column_quantity",
    }
    sent = {**page.typed, "column_purchase_price": "2", "supplier_id": str(cast.rival.id)}
    clerk.post(f"{answer.location}/columns", data=sent)
    before = of_others(cast)
    run(clerk, answer)
    assert own(cast) == [("S-MUG", 6, None, 10)] and of_others(cast) == before


def test_orders_that_wait_get_what_came(clerk, cast, mug):
    shop.order(shop.channel(cast.store), ("MUG", 17))
    took(clerk, "stock", "sku,quantity\nS-MUG,8\n")
    assert sum(row.quantity for row in Allocation.select()) == 17


def test_the_page_and_the_sample_are_the_clerks(clerk, mug):
    assert "/imports/new/stock" in Page(clerk.get("/products/")).links
    page = Page(clerk.get("/imports/new/stock"))
    assert "Nothing but its quantity is changed" in page.text and "/imports/new/products" not in page.links
    text = clerk.get("/imports/sample/stock.csv").text
    page = Page(clerk.get(upload(clerk, text, "stock").location))
    assert [page.fields[f"column_{name}"] for name in ("supplier_sku", "ean", "quantity")] == ["0", "1", "2"]
    assert page.rows[1].startswith("2 Changed: quantity 5 → 35.")


def test_its_files_are_seen_by_it_and_by_the_stores_people_alone(clerk, as_user, cast, mug):
    answer = upload(clerk, "sku,quantity\nS-MUG,8\n", "stock")
    rival = as_user(cast.rival_clerk)
    results = f"/batches/{Batch.get().id}/results.csv"
    assert rival.get(answer.location).status_code == rival.post(f"{answer.location}/run").status_code == 404
    assert rival.post(f"{answer.location}/columns").status_code == rival.get(results).status_code == 404
    assert answer.location not in Page(rival.get("/imports/new/stock")).links
    assert answer.location in Page(clerk.get("/imports/new/stock")).links
    merchant = as_user(cast.merchant)
    assert "quantity 5 → 8" in Page(merchant.get(answer.location)).text
    assert merchant.get("/imports/new/stock").location == "/imports/new/supplies"
    run(clerk, answer)
    assert clerk.get(results).status_code == merchant.get(results).status_code == 200


def test_who_works_for_another_service_by_now_changes_nothing(clerk, cast, mug):
    answer = upload(clerk, "sku,quantity\nS-MUG,8\nR-MUG,8\n", "stock")
    clerk.post(f"{answer.location}/run")
    waiting = upload(clerk, "sku,quantity\nR-MUG,8\n", "stock")
    Membership.update(supplier=cast.rival).where(Membership.user == cast.clerk.id).execute()
    before = of_others(cast)
    started = Batch.select().order_by(Batch.id).get()
    work(started.id)
    ended = Batch.get_by_id(started.id)
    assert (ended.status, ended.done) == ("failed", 0) and "works for somebody else by now" in ended.error
    assert own(cast) == [("S-MUG", 5, None, 10)] and of_others(cast) == before
    assert clerk.get(waiting.location).status_code == 404


def test_a_file_of_products_or_supplies_is_not_the_clerks(clerk, cast, mug):
    for table in ("products", "supplies"):
        assert clerk.get(f"/imports/new/{table}").status_code == 403
        assert upload(clerk, "sku,quantity\nS-MUG,8\n", table).status_code == 403
    assert Batch.select().count() == 0
