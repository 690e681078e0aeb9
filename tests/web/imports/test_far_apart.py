"""Rows far apart that name the same thing: the preview, which reads some at a time, tells what the run then does."""

import pytest

from tests.web.imports.files import run, upload
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import imports
from webapp.jobs import batches as batches_job
from webapp.models import Batch, BatchRow, Product, Supply

SUPPLIES = """sku,supplier,supplier sku,quantity
MUG,Nord Logistica,,3
TIN,Nord Logistica,,1
POT,Rival Warehousing,R-POT,2
TIN,Nord Logistica,,1
MUG,Nord Logistica,,4
POT,Rival Warehousing,,2
,Rival Warehousing,R-POT,1
TIN,Rival Warehousing,R-POT,1
MUG,Nord Logistica,N-MUG,1
,Nord Logistica,N-MUG,1
,Nord Logistica,S-MUG,1
TIN,Nord Logistica,S-MUG,1
MUG,Nord Logistica,S-MUG,1
MUG,Nord Logistica,,100
"""

PRODUCTS = """sku,title,stock
NEW,New,1
TIN,Tin,2
NEW,,3
TIN,Tin,2
NEW,Newer,3
NEW,Newer,3
,None,1
"""

STOCK = """sku,ean,quantity
S-MUG,,3
S-TIN,,1
S-TIN,,1
,4006381333931,4
S-MUG,,1
S-TIN,,0
S-MUG,,100
"""


@pytest.fixture(params=[1, 3, 2_000])
def size(request, monkeypatch):
    """How many rows the preview reads at a time."""
    monkeypatch.setattr(imports, "LOOKED_AT", request.param)


@pytest.fixture(params=[1, 400])
def chunk(request, monkeypatch):
    """How many rows the run does at a time."""
    monkeypatch.setattr(batches_job, "CHUNK", request.param)


@pytest.fixture(autouse=True)
def products(cast):
    mug = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    Product.update(ean="4006381333931").where(Product.id == mug.id).execute()
    shop.stocked(cast.store, "TIN", cast.logistics, 5)
    shop.stocked(cast.store, "POT")


def both(cast, client, kind: str, text: str, **options) -> tuple[list[str], list[str]]:
    """Return what the preview says of each row, and what became of it."""
    answer = upload(client, text, kind)
    if options:
        fields = {**Page(client.get(answer.location)).typed, **options}
        assert client.post(f"{answer.location}/columns", data=fields).status_code == 303
    seen = imports.preview(cast.viewer(cast.admin), Batch.get())
    assert seen.counts.total() == len(seen.first) == Batch.get().total
    run(client, answer)
    messages = BatchRow.select(BatchRow.message).order_by(BatchRow.number).tuples()
    return [one.message for _, _, one in seen.first], [message for (message,) in messages]


@pytest.mark.usefixtures("size", "chunk")
@pytest.mark.parametrize("mode", ["set", "add", "subtract"])
def test_a_file_of_supplies_does_what_its_preview_told(cast, merchant, mode):
    foreseen, came = both(cast, merchant, "supplies", SUPPLIES, mode=mode)
    assert foreseen == came
    if mode == "add":
        assert came[4] == "Changed: quantity 8 → 12." and came[5] == "Changed: quantity 2 → 4."
        assert came[7] == "Rival Warehousing has another product under the SKU R-POT already."
        assert came[11] == "Changed: quantity 7 → 8, supplier's SKU."
        assert came[12] == "Nord Logistica has another product under the SKU S-MUG already."
        assert came[10].startswith("It names no product")


@pytest.mark.usefixtures("size", "chunk")
def test_units_that_rows_far_apart_take_away_run_out_in_the_preview_too(cast, merchant):
    text = "sku,quantity\nMUG,2\nTIN,1\nTIN,1\nMUG,2\nTIN,1\nTIN,1\nMUG,2\nTIN,1\n"
    chosen = {"mode": "subtract", "supplier_id": str(cast.logistics.id)}
    foreseen, came = both(cast, merchant, "supplies", text, **chosen)
    assert foreseen == came and foreseen[6] == "Quantity: 2 can't be taken away, for only 1 are there."
    assert sorted(row.quantity for row in Supply.select()) == [0, 1]


@pytest.mark.usefixtures("size", "chunk")
def test_a_file_of_products_does_what_its_preview_told(cast, merchant):
    foreseen, came = both(cast, merchant, "products", PRODUCTS)
    assert foreseen == came
    assert came[0] == "Created." and came[2] == "Changed: own stock." and came[3] == "It is so already."


@pytest.mark.usefixtures("size", "chunk")
@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("set", "Changed: quantity 3 → 4."),
        ("add", "Changed: quantity 8 → 12."),
        ("subtract", "Quantity: 4 can't be taken away, for only 2 are there."),
    ],
)
def test_a_services_own_file_does_what_its_preview_told(cast, as_user, mode, told):
    foreseen, came = both(cast, as_user(cast.clerk), "stock", STOCK, mode=mode)
    assert foreseen == came and came[3] == told
