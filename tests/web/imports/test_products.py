"""Products from a file: looked at first, then created and changed in the background; bad rows stop none."""

import csv
import io

import pytest

from tests.web.imports.files import run, upload
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import batches, products
from webapp.jobs.batches import work
from webapp.jobs.file_looks import work as look
from webapp.models import Allocation, Batch, BatchRow, Change, Event, OrderLine, Product, StockMove


def results() -> list[tuple[str, str]]:
    return list(BatchRow.select(BatchRow.status, BatchRow.message).order_by(BatchRow.id).tuples())


def test_the_preview_tells_what_each_row_does_and_writes_nothing(merchant, cast):
    shop.stocked(cast.store, "MOKA-3", units=7)
    page = Page(merchant.get(upload(merchant).location))
    facts = {item.all("dt")[0].text: item.all("dd")[0].text for item in page.main.all(class_="facts")[0].all("div")}
    assert facts == {"Rows": "5", "Created": "1", "Changed": "1", "Already so": "0", "Refused": "3"}
    assert page.rows[0] == "1 Created. MUG-BLUE 4006381333931 Blue mug, large 12,50 40"
    assert page.rows[1].startswith("2 Changed: title, price. MOKA-3")
    assert page.rows[2].startswith("3 SKU: it is missing.")
    assert "“cheap” isn't an amount" in page.rows[3] and "“many” isn't a whole number" in page.rows[3]
    assert "Title: a new product needs one." in page.rows[4]
    assert page.fields["column_title"] == "1" and page.fields["column_weight_g"] == ""
    assert "This column of the file isn't used: Note." in page.text
    assert Product.select().count() == 1 and Batch.get().status == "draft"


def test_it_runs_in_the_background_and_each_row_has_its_result(merchant, cast):
    moka = shop.stocked(cast.store, "MOKA-3", units=9)
    batch = run(merchant, upload(merchant))
    assert (batch.status, batch.total, batch.done, batch.refused) == ("done", 5, 2, 3)
    mug = Product.get(Product.sku == "MUG-BLUE")
    assert (mug.title, mug.price_cents, mug.own_quantity, mug.ean) == ("Blue mug,\nlarge", 1250, 40, "4006381333931")
    assert (Product.get_by_id(moka.id).title, Product.get_by_id(moka.id).own_quantity) == ("=Moka", 7)
    moves = StockMove.select(StockMove.product, StockMove.change, StockMove.quantity, StockMove.reason)
    assert sorted(moves.tuples()) == sorted([(mug.id, 40, 40, "imported"), (moka.id, -2, 7, "imported")])
    assert Event.select().where(Event.kind == "product.created", Event.subject_id == mug.id).count() == 1
    assert {row.subject_id for row in Change.select().where(Change.subject == "product")} == {mug.id, moka.id}
    page = Page(merchant.get(f"/batches/{batch.id}?status=refused"))
    assert len(page.rows) == 3
    assert f"/products/{mug.id}" in Page(merchant.get(f"/batches/{batch.id}")).links


def test_the_result_file_is_the_input_with_what_became_of_it_and_can_be_imported_again(merchant, cast):
    batch = run(merchant, upload(merchant))
    text = merchant.get(f"/batches/{batch.id}/results.csv").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["SKU", "Nome prodotto", "Prezzo", "Giacenza", "EAN", "Note", "status", "result"]
    assert rows[2] == ["MOKA-3", "'=Moka", "24", "7", "", "", "done", "Created."]
    again = run(merchant, upload(merchant, text))
    assert (again.done, again.skipped, again.refused) == (0, 2, 3)
    assert Product.get(Product.sku == "MOKA-3").title == "=Moka"


def test_the_refused_rows_alone_can_be_mended_and_imported_again(merchant):
    batch = run(merchant, upload(merchant, "sku,stock,title\nA,1,One\nB,odd,Two\n"))
    page = Page(merchant.get(f"/batches/{batch.id}"))
    address = f"/batches/{batch.id}/results.csv?status=refused"
    assert address in page.links and "Mend the refused rows" in page.text
    text = merchant.get(address).text
    assert "One" not in text
    again = run(merchant, upload(merchant, text.replace("odd", "2")))
    assert (again.total, again.done) == (1, 1) and Product.get(Product.sku == "B").own_quantity == 2
    assert "Mend the refused rows" not in Page(merchant.get(f"/batches/{again.id}")).text


def test_the_refused_rows_of_a_longer_file_stand_together(merchant):
    text = "sku,title\n" + "".join(f"{'' if number % 2 else f'S{number}'},Title\n" for number in range(50))
    page = Page(merchant.get(upload(merchant, text).location))
    assert "The first rows that would be refused" in page.text
    assert [row.split()[0] for row in page.rows[:20]] == [str(number) for number in range(2, 42, 2)]
    assert len(page.rows) == 40


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffsku,title\r\nA,Caffè\r\n".encode(),
        "sku;title\nA;Caffè\n".encode("cp1252"),
        "sku\ttitle\nA\tCaffè\n".encode("utf-16"),
        'SKU,"Title, of it"\n\nA,Caffè\n'.encode(),
    ],
    ids=["utf-8 with a mark", "windows-1252", "utf-16", "quoted heading and an empty line"],
)
def test_files_as_spreadsheets_save_them_are_read(merchant, content):
    answer = upload(merchant, content)
    merchant.post(f"{answer.location}/columns", data={"column_sku": "0", "column_title": "1"})
    run(merchant, answer)
    assert [row.title for row in Product.select()] == ["Caffè"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"sku,title\n", "no row below"),
        (b'sku,title\n"A,B\n', "never closed"),
        (b"PK\x03\x04\x00\x00", "isn't a text file"),
    ],
)
def test_what_can_not_be_read_is_said_at_the_field(merchant, content, told):
    page = Page(upload(merchant, content))
    assert page.status == 422 and told in page.errors["file"] and Batch.select().count() == 0


def test_no_file_is_no_upload(merchant):
    page = Page(merchant.post("/imports/new/products", data={}))
    assert page.status == 422 and page.errors == {"file": "Choose a file."}


def test_columns_can_be_chosen_and_are_remembered_for_the_next_file(merchant):
    text = "a,b,c\nA,Title,3.10\n"
    answer = upload(merchant, text)
    assert "Every row is refused" in Page(merchant.get(answer.location)).text
    chosen = {"column_sku": "0", "column_title": "1", "column_price": "2"}
    assert merchant.post(f"{answer.location}/columns", data=chosen).status_code == 303
    run(merchant, answer)
    assert Product.get().price_cents == 310
    page = Page(merchant.get(upload(merchant, text).location))
    assert {name: page.fields[name] for name in chosen} == chosen


def test_one_column_can_not_mean_two_things(merchant):
    answer = upload(merchant)
    page = Page(merchant.post(f"{answer.location}/columns", data={"column_sku": "0", "column_title": "0"}))
    assert page.status == 422 and set(page.errors) == {"column_sku", "column_title"}


def test_a_sku_that_comes_twice_is_created_once_and_then_changed(merchant):
    answer = upload(merchant, "sku,title\nA,One\nA,Two\n")
    assert Page(merchant.get(answer.location)).rows == ["1 Created. A One", "2 Changed: title. A Two"]
    run(merchant, answer)
    assert [row.title for row in Product.select()] == ["Two"]


def test_an_archived_product_is_left_as_it_is_which_preview_and_result_say(merchant, cast):
    mug, tin = shop.stocked(cast.store, "MUG-BLUE", units=3), shop.stocked(cast.store, "TIN", units=3)
    products.archive(cast.viewer(cast.merchant), mug.id)
    was, told = Product.get_by_id(mug.id), "MUG-BLUE is archived, so it is left as it is. Restore it on its page"
    answer = upload(merchant, "sku,title,stock\nMUG-BLUE,New,9\nTIN,Tin,9\nMUG-BLUE,,3\n")
    page = Page(merchant.get(answer.location))
    assert [told in row for row in page.rows] == [True, False, True] and "Import 1 row" in page.text
    batch = run(merchant, answer)
    assert (batch.done, batch.refused) == (1, 2)
    assert Product.get_by_id(mug.id) == was and Product.get_by_id(mug.id).__data__ == was.__data__
    assert Product.get_by_id(tin.id).own_quantity == 9
    page = Page(merchant.get(f"/batches/{batch.id}?status=refused"))
    assert all(told in row for row in page.rows) and f"/products/{mug.id}" in page.links
    products.restore(cast.viewer(cast.merchant), mug.id)
    assert run(merchant, upload(merchant, "sku,title,stock\nMUG-BLUE,New,9\n")).done == 1
    assert "Archived products are left as they are" in Page(merchant.get("/imports/new/products")).text


def test_orders_that_waited_for_a_sku_get_its_stock(merchant, cast):
    order = shop.order(shop.channel(cast.store), ("MUG-BLUE", 2))
    run(merchant, upload(merchant))
    mug = Product.get(Product.sku == "MUG-BLUE")
    assert OrderLine.get(OrderLine.order == order.id).product_id == mug.id and mug.own_reserved == 2
    assert [row.quantity for row in Allocation.select()] == [2]


def test_what_a_dead_worker_left_out_behind_its_rows_is_made_up_for(merchant, cast, monkeypatch):
    shop.order(shop.channel(cast.store), ("MUG-BLUE", 2))
    answer = upload(merchant)
    merchant.post(f"{answer.location}/run")
    batch = Batch.get()
    from webapp.jobs import batches as job
    from webapp.jobs.batch_kinds import SETTLED

    settle = SETTLED["products"]

    class DiedError(BaseException):
        """The worker is killed."""

    def die(*_):
        raise DiedError

    monkeypatch.setitem(SETTLED, "products", die)
    with pytest.raises(DiedError):
        work(batch.id)
    assert Allocation.select().count() == 0 and results()[0][0] == "done"
    monkeypatch.setitem(SETTLED, "products", settle)
    job.work(batch.id)
    assert [row.quantity for row in Allocation.select()] == [2] and Batch.get().status == "done"


def test_it_runs_once_and_then_shows_the_batch(merchant):
    answer = upload(merchant)
    run(merchant, answer)
    batch = Batch.get()
    assert merchant.get(answer.location).location == f"/batches/{batch.id}"
    assert "started already" in Page(merchant.post(f"{answer.location}/run", follow_redirects=True)).alert
    assert merchant.post(f"{answer.location}/columns", data={"column_sku": "0"}).status_code == 409


def test_other_stores_and_other_batches_are_not_there(as_user, merchant, cast):
    answer = upload(merchant)
    stranger = as_user(cast.stranger)
    assert stranger.get(answer.location).status_code == 404
    assert stranger.post(f"{answer.location}/run").status_code == 404
    assert stranger.post(f"{answer.location}/columns").status_code == 404
    other = batches.start(cast.viewer(cast.merchant), "test", "Other", [{}])
    assert merchant.get(f"/imports/{other.id}").status_code == 404
    assert Batch.get().status == "draft"


def test_a_clerk_imports_nothing(as_user, cast):
    client = as_user(cast.clerk)
    assert client.get("/imports/new/products").status_code == 403 and upload(client).status_code == 403
    assert "/imports/new/products" not in Page(client.get("/products/")).links


@pytest.mark.usefixtures("cast")
def test_needs_login(client):
    assert "/login" in client.get("/imports/new/products").location
    assert "/login" in client.get("/imports/sample/products.csv").location


@pytest.mark.parametrize("kind", ["products", "supplies"])
def test_the_sample_is_understood_as_it_is(merchant, kind):
    text = merchant.get(f"/imports/sample/{kind}.csv").text
    page = Page(merchant.get(upload(merchant, text, kind).location))
    assert "" not in {value for name, value in page.fields.items() if name.startswith("column_")} - {""}
    assert page.fields["column_sku"] == "0"
    assert merchant.get("/imports/sample/odd.csv").status_code == 404


def test_a_large_file_is_taken_here_alone(csrf_client, cast):
    def token(path: str) -> str:
        return Page(csrf_client.get(path)).whole.all("input", name="csrf_token")[0].attributes["value"]

    entered = {"email": cast.merchant.email, "password": cast.password, "csrf_token": token("/login")}
    csrf_client.post("/login", data=entered)
    text = "sku,title\n" + "".join(f"SKU-{n},{'Long title ' * 20}{n}\n" for n in range(26_000))
    assert len(text) > 5_500_000
    for path, status in (("/imports/new/products", 303), ("/products/", 413)):
        parts = [f'name="csrf_token"\r\n\r\n{token("/products/new")}', f'name="file"; filename="b.csv"\r\n\r\n{text}']
        body = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--x--\r\n"
        sent = csrf_client.post(path, data=body.encode(), content_type="multipart/form-data; boundary=x")
        assert sent.status_code == status
    assert BatchRow.select().count() == 0
    look(Batch.get().id)
    assert BatchRow.select().count() == 26_000 == Batch.get().total
