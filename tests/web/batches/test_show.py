"""The page of a batch: progress that asks for itself, results, and nothing for those whom it doesn't concern."""

import csv

import pytest

from tests.web.page import FRAGMENT, Page
from webapp.actions import batches
from webapp.actions.batches import Outcome
from webapp.db import transaction
from webapp.models import Batch


@pytest.fixture
def half_done(cast):
    """A batch of three rows of the merchant, of which one is done and one refused."""
    viewer = cast.viewer(cast.merchant)
    rows = [{"label": label} for label in ("Order 1", "=Order 2", "Order 3")]
    batches.start(viewer, "test", "Ship three orders", rows, subjects=[11, 12, 13])
    batch = batches.claim(Batch.get().id)
    done = (Outcome("done", "Shipped"), Outcome("refused", "Nothing left to ship"))
    with transaction():
        batches.keep(batch, zip(batches.next_rows(batch, 2), done, strict=True))
    return batch


def test_shows_how_far_it_is_and_asks_again(as_user, cast, half_done):
    page = Page(as_user(cast.merchant).get(f"/batches/{half_done.id}"))
    bar = page.main.all("progress")[0].attributes
    assert (bar["value"], bar["max"]) == ("2", "3")
    assert page.rows == [
        "1 Order 1 Done Shipped",
        "2 =Order 2 Refused Nothing left to ship",
        "3 Order 3 Waiting –",
    ]
    assert "data-every" in page.main.all("div", id="batch-progress")[0].attributes
    assert f"/batches/{half_done.id}/stop" in page.posts


def test_asks_no_more_once_it_has_ended(as_user, cast, half_done):
    batches.finish(half_done)
    answer = as_user(cast.merchant).get(f"/batches/{half_done.id}", headers=FRAGMENT)
    page = Page(answer)
    assert "data-every" not in page.main.all("div", id="batch-progress")[0].attributes and page.posts == []
    assert answer.text.strip().startswith('<div id="batch-progress">')


def test_an_import_that_waits_for_a_word_is_a_draft_and_not_packed(as_user, cast, half_done):
    Batch.update(status="draft").execute()
    page = Page(as_user(cast.merchant).get(f"/batches/{half_done.id}"))
    assert page.main.all("span", class_="badge-status")[0].text == "Draft"


def test_filters_the_refused(as_user, cast, half_done):
    client = as_user(cast.merchant)
    assert len(Page(client.get(f"/batches/{half_done.id}?status=refused")).rows) == 1
    assert len(Page(client.get(f"/batches/{half_done.id}?status=odd")).rows) == 3
    assert "No row is in this state" in Page(client.get(f"/batches/{half_done.id}?status=skipped")).text


def test_many_rows_come_page_by_page(as_user, cast):
    made = batches.start(cast.viewer(cast.merchant), "test", "Many", [{"label": str(n)} for n in range(60)])
    client = as_user(cast.merchant)
    first = Page(client.get(f"/batches/{made.id}"))
    assert len(first.rows) == 50
    assert len(Page(client.get(next(link for link in first.links if "after=50" in link))).rows) == 10


def test_the_results_come_as_a_file_that_a_spreadsheet_runs_nothing_of(as_user, cast, half_done):
    answer = as_user(cast.merchant).get(f"/batches/{half_done.id}/results.csv")
    assert "attachment" in answer.headers["Content-Disposition"] and "no-store" in answer.headers["Cache-Control"]
    assert list(csv.reader(answer.text.removeprefix("\ufeff").splitlines())) == [
        ["row", "status", "result"],
        ["Order 1", "done", "Shipped"],
        ["'=Order 2", "refused", "Nothing left to ship"],
        ["Order 3", "waiting", ""],
    ]


def test_stops_and_says_so(as_user, cast, half_done):
    client = as_user(cast.merchant)
    answer = client.post(f"/batches/{half_done.id}/stop", follow_redirects=True)
    assert "What was done stays done" in Page(answer).alert and Batch.get().status == "stopped"
    again = client.post(f"/batches/{half_done.id}/stop", follow_redirects=True)
    assert "ended already" in Page(again).alert


@pytest.mark.parametrize("who", ["clerk", "stranger"])
def test_is_hidden_from_whom_it_does_not_concern(as_user, cast, half_done, who):
    client = as_user(getattr(cast, who))
    for path in ("", "/results.csv"):
        assert client.get(f"/batches/{half_done.id}{path}").status_code == 404
    assert client.post(f"/batches/{half_done.id}/stop").status_code == 404
    assert Batch.get().status == "running"
    assert "Ship three orders" not in client.get("/batches/").text


def test_a_clerk_sees_its_own_and_the_merchant_sees_all(as_user, cast, half_done):
    mine = batches.start(cast.viewer(cast.clerk), "test", "Clerk's", [{}])
    client = as_user(cast.clerk)
    assert client.get(f"/batches/{mine.id}").status_code == 200
    assert [row.startswith("Clerk's") for row in Page(client.get("/batches/")).rows] == [True]
    assert len(Page(as_user(cast.merchant).get("/batches/")).rows) == 2


def test_needs_login(client, half_done):
    assert "/login" in client.get(f"/batches/{half_done.id}").headers["Location"]
    assert "/login" in client.get("/batches/").headers["Location"]
    assert "/login" in client.get(f"/batches/{half_done.id}/results.csv").headers["Location"]


def test_an_empty_list_says_what_it_is_for(as_user, cast):
    assert "Nothing has run yet" in Page(as_user(cast.merchant).get("/batches/")).text
