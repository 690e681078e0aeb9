"""The page of a large file: it waits for the worker, can be left, says where none runs, and then shows the preview."""

import pytest

from tests.web.imports.files import FILE, upload
from tests.web.page import FRAGMENT, Page
from webapp.actions import file_looks, imports
from webapp.jobs.batches import work as import_file
from webapp.jobs.file_looks import work
from webapp.models import Batch, BatchRow, FileLook, FilePart, Product


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Files of more than two rows count as large."""
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    monkeypatch.setattr(file_looks, "PART", 2)


def polled(page: Page):
    (part,) = page.whole.all("div", id="file-look")
    return part


@pytest.mark.usefixtures("alive_worker")
def test_the_page_tells_how_far_it_is_and_asks_again(merchant):
    answer = upload(merchant)
    page = Page(merchant.get(answer.location))
    assert "Read: 0 of 5 rows" in page.text and "data-every" in polled(page).attributes
    assert "No worker is running" not in page.text and "Import 2 rows" not in page.text
    work(Batch.get().id, lambda: True)
    part = merchant.get(answer.location, headers=FRAGMENT)
    assert part.status_code == 200 and "Read: 2 of 5 rows" in Page(part).text
    FileLook.update(kept=5, looked=4).execute()
    assert "Checked: 4 of 5 rows" in Page(merchant.get(answer.location)).text


def test_the_page_says_that_no_worker_runs(merchant):
    assert "No worker is running. The file is kept" in Page(merchant.get(upload(merchant).location)).alert


@pytest.mark.usefixtures("alive_worker")
def test_it_can_be_left_and_come_back_to(merchant, as_user, cast):
    answer = upload(merchant)
    assert answer.location in Page(as_user(cast.admin).get("/imports/new/products")).links
    work(Batch.get().id)
    done = merchant.get(answer.location, headers=FRAGMENT)
    assert done.status_code == 204 and done.headers["HX-Redirect"] == answer.location
    page = Page(merchant.get(answer.location))
    assert "Import 2 rows" in page.text and "data-every" not in page.text
    assert page.rows[0] == "1 Created. MUG-BLUE 4006381333931 Blue mug, large 12,50 40"
    assert "each row is checked again as it is imported" in page.text


def test_it_shows_the_same_as_a_small_file(merchant, monkeypatch):
    large = upload(merchant)
    work(Batch.get().id)
    monkeypatch.setattr(imports, "AT_ONCE", 5)
    small = upload(merchant)
    assert FileLook.select().count() == 1
    assert Page(merchant.get(large.location)).rows == Page(merchant.get(small.location)).rows


def test_nothing_of_it_runs_before_it_is_read(merchant):
    answer = upload(merchant)
    page = Page(merchant.post(f"{answer.location}/run", follow_redirects=True))
    assert "still being read" in page.alert and Batch.get().status == "draft"
    work(Batch.get().id)
    assert "/batches/" in merchant.post(f"{answer.location}/run").location
    import_file(Batch.get().id)
    assert (Batch.get().done, Batch.get().refused, Product.select().count()) == (2, 3, 2)


def test_other_columns_are_looked_at_anew(merchant):
    answer = upload(merchant)
    work(Batch.get().id)
    fields = {**Page(merchant.get(answer.location)).typed, "column_price": ""}
    assert merchant.post(f"{answer.location}/columns", data=fields).status_code == 303
    assert "Checked: 0 of 5 rows" in Page(merchant.get(answer.location)).text
    work(Batch.get().id)
    assert Page(merchant.get(answer.location)).fields["column_price"] == ""


def test_where_the_look_failed_the_page_says_why_and_offers_another(merchant):
    answer = upload(merchant)
    FileLook.update(status="failed", error="Something broke on our side (KeyError).").execute()
    page = Page(merchant.get(answer.location))
    assert "Something broke on our side (KeyError)." in page.alert
    merchant.post(f"{answer.location}/columns", data=page.typed)
    work(Batch.get().id)
    assert "Import 2 rows" in Page(merchant.get(answer.location)).text


def test_what_can_not_be_read_is_still_said_at_the_field(merchant):
    page = Page(upload(merchant, FILE + 'X;"never closed\n'))
    assert page.status == 422 and "never closed" in page.errors["file"]
    assert Batch.select().count() == FilePart.select().count() == BatchRow.select().count() == 0


def test_another_store_does_not_find_it(merchant, as_user, cast):
    answer = upload(merchant)
    stranger = as_user(cast.stranger)
    assert stranger.get(answer.location).status_code == 404
    assert stranger.get(answer.location, headers=FRAGMENT).status_code == 404
