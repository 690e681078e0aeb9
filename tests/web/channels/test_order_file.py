"""Uploading a file of orders: checked whole, shown beforehand, taken in once."""

import datetime as dt
import io

import pytest

from tests.web.orders import shop as made_up
from tests.web.page import Page, wants_login
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.connectors.channels.generic.order_file import SAMPLE
from webapp.forms import sent_orders
from webapp.models import Event, Order, OrderLine, Store, SyncRun


@pytest.fixture
def sends(cast):
    """A channel whose shop sends its orders by itself."""
    return channels.connect(cast.viewer(cast.merchant), "generic", ChannelDraft("Own shop", ""), reads=False)


@pytest.fixture
def at(sends) -> str:
    return f"/channels/{sends.id}/orders/file"


def check(client, at: str, text: str | bytes = SAMPLE, **fields: str) -> Page:
    content = text.encode() if isinstance(text, str) else text
    sent = {"file": (io.BytesIO(content), "orders.csv"), "dates": "day", **fields}
    return Page(client.post(f"{at}/", data=sent, content_type="multipart/form-data"))


def take(client, at: str, page: Page):
    return client.post(f"{at}/take", data={"kept": page.fields["kept"]})


def test_the_page_says_what_a_file_must_hold_and_has_a_sample(merchant, at):
    page = Page(merchant.get(f"{at}/"))
    assert "5,000 rows" in page.text and f"{at}/sample.csv" in page.links
    assert any(row.startswith("unit_price or price") and row.endswith("In each row") for row in page.rows)
    sample = merchant.get(f"{at}/sample.csv")
    assert sample.mimetype == "text/csv" and sample.text == SAMPLE
    assert 'filename="orders-sample.csv"' in sample.headers["Content-Disposition"]


def test_a_good_file_is_shown_before_anything_is_taken_in(merchant, cast, at):
    made_up.stocked(cast.store, "MUG-BLUE", cast.logistics)
    page = check(merchant, at)
    assert page.status == 200 and "2 orders, 3 lines, 1 unknown SKU." in page.text
    assert "No product has this SKU: MOKA-3." in page.text and "Rocco Recipient" in page.rows[1]
    assert Order.select().count() == SyncRun.select().count() == 0


def test_a_date_without_an_offset_is_by_the_stores_clock(merchant, cast, at):
    Store.update(time_zone="America/New_York").where(Store.id == cast.store.id).execute()
    take(merchant, at, check(merchant, at))
    placed = dict(Order.select(Order.reference, Order.ordered_at).tuples())
    assert placed["1042"] == dt.datetime(2026, 11, 24, 5, tzinfo=dt.UTC)
    assert placed["1043"] == dt.datetime(2026, 11, 24, 14, 30, tzinfo=dt.UTC)


def test_it_is_taken_in_once_however_often_it_is_sent(merchant, cast, sends, at):
    made_up.stocked(cast.store, "MUG-BLUE", cast.logistics)
    page = check(merchant, at)
    for said in ("2 new orders, 0 changed, 0 left", "0 new orders, 0 changed, 2 left"):
        answer = take(merchant, at, page)
        assert (answer.status_code, answer.location) == (303, f"/channels/{sends.id}")
        assert f"Taken in: {said} as they were." in Page(merchant.get(answer.location)).alert
    again = check(merchant, at)
    assert "Here already, the same 2" in again.text
    take(merchant, at, again)
    assert (Order.select().count(), OrderLine.select().count()) == (2, 3)
    run = SyncRun.get()
    assert (run.trigger, run.status, run.seen, run.created) == ("file", "done", 2, 2)
    assert Event.select().where(Event.kind == "channel.file_taken").count() == 3
    assert "Uploaded file" in Page(merchant.get(f"/channels/{sends.id}")).rows[0]


def test_an_order_that_changed_in_the_file_is_taken_over(merchant, at):
    take(merchant, at, check(merchant, at))
    changed = check(merchant, at, SAMPLE.replace("MOKA-3,1,", "MOKA-3,4,"))
    assert "Changed since 1" in changed.text
    take(merchant, at, changed)
    assert OrderLine.get(OrderLine.sku == "MOKA-3").quantity == 4


def test_a_preview_that_was_left_open_sets_nothing_back(merchant, at):
    old = check(merchant, at)
    take(merchant, at, check(merchant, at, SAMPLE.replace("MOKA-3,1,", "MOKA-3,4,")))
    assert take(merchant, at, old).status_code == 303
    assert OrderLine.get(OrderLine.sku == "MOKA-3").quantity == 4


def test_all_that_is_wrong_is_listed_and_nothing_is_taken_in(merchant, at):
    bad = SAMPLE.replace("2026-11-24 09:30", "soon").replace("MOKA-3,1,", "<b>,x,")
    page = check(merchant, at, bad)
    assert page.status == 422 and "Mend these 2 places" in page.alert
    assert page.rows[0].startswith("3 quantity “x”: Give a whole number")
    assert page.rows[1].startswith("4 date “soon”: Give a date")
    assert Order.select().count() == 0 and "kept" not in page.fields


def test_of_many_faults_the_first_hundred_are_listed(merchant, at):
    head, first, *_ = SAMPLE.splitlines()
    page = check(
        merchant, at, "\n".join([head, *[first.replace("1042", str(n)).replace(",2,", ",x,") for n in range(150)]])
    )
    assert "Mend these 150 places" in page.alert and "And 50 more" in page.text
    assert sum("quantity “x”: Give a whole" in row for row in page.rows) == 100


def test_how_dates_are_written_is_chosen_and_kept(merchant, at):
    text = SAMPLE.replace("2026-11-24 09:30", "04/03/2026")
    page = check(merchant, at, text, dates="month")
    take(merchant, at, page)
    assert Order.get(Order.external_id == "1043").ordered_at.month == 4
    assert Page(merchant.get(f"{at}/")).fields["dates"] == "day"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04\x00", b'"', SAMPLE.encode("utf-16")])
def test_what_is_no_file_of_orders_is_told(merchant, at, content):
    page = check(merchant, at, content)
    assert page.status == 422 and "Mend this in the file" in page.alert


def test_without_a_file_it_says_so_at_the_field(merchant, at):
    answer = Page(merchant.post(f"{at}/", data={"dates": "day"}))
    assert answer.status == 422 and answer.errors["file"] == "Choose a file."
    assert Page(merchant.post(f"{at}/", data={"dates": "year", "file": "text"})).status == 422


def test_a_file_that_doesnt_fit_into_a_page_is_told(merchant, at, monkeypatch):
    monkeypatch.setattr(sent_orders, "LONGEST", 100)
    page = check(merchant, at)
    assert page.status == 422 and page.errors["file"] == "This file is too much for one go. Split it."


@pytest.mark.parametrize("kept", ["", "made up", None])
def test_what_wasnt_looked_at_isnt_taken_in(merchant, at, kept):
    answer = merchant.post(f"{at}/take", data={} if kept is None else {"kept": kept})
    assert (answer.status_code, answer.location) == (303, f"{at}/")
    assert "can't be used any more" in Page(merchant.get(answer.location)).text.replace("’", "'")
    assert Order.select().count() == 0


def test_a_preview_is_good_for_its_channel_and_person_alone(merchant, as_user, cast, at):
    page = check(merchant, at)
    other = channels.connect(cast.viewer(cast.admin), "generic", ChannelDraft("Other", ""), reads=False)
    take(merchant, f"/channels/{other.id}/orders/file", page)
    take(as_user(cast.admin), at, page)
    assert Order.select().count() == 0
    assert "Bea" not in str(page.fields["kept"])


def test_a_paused_channel_takes_nothing_in_and_a_read_one_has_no_such_page(merchant, cast, sends, at):
    page = check(merchant, at)
    channels.pause(cast.viewer(cast.admin), sends.id)
    answer = merchant.post(f"{at}/take", data={"kept": page.fields["kept"], "back": f"{at}/"})
    assert answer.location == f"{at}/" and "is paused. Resume it first." in Page(merchant.get(answer.location)).text
    assert Order.select().count() == 0
    read = made_up.channel(cast.store)
    assert merchant.get(f"/channels/{read.id}/orders/file/").status_code == 409


@pytest.mark.parametrize(("verb", "door"), [("GET", "/"), ("POST", "/"), ("POST", "/take"), ("GET", "/sample.csv")])
def test_every_door_is_closed_to_others(merchant, as_user, client, cast, at, verb, door):
    kept = check(merchant, at).fields["kept"]

    def knock(who):
        sent = {"kept": kept, "file": (io.BytesIO(SAMPLE.encode()), "orders.csv"), "dates": "day"}
        return who.open(f"{at}{door}", method=verb, data=sent if verb == "POST" else None)

    assert knock(as_user(cast.stranger)).status_code == 404
    assert knock(as_user(cast.clerk)).status_code == knock(as_user(cast.rival_clerk)).status_code == 403
    assert wants_login(knock(client))
    assert Order.select().count() == 0


def test_five_thousand_rows_go_through(merchant, sends, at):
    head = "order,date,sku,quantity,unit_price,currency,name,address,city,country"
    rows = [f"{n // 5},2026-11-24,SKU-{n % 5},1,9.50,EUR,Bea,Via Roma {n // 5},Firenze,IT" for n in range(5_000)]
    page = check(merchant, at, "\n".join([head, *rows]))
    assert "1000 orders, 5000 lines, 5 unknown SKUs." in page.text
    assert take(merchant, at, page).status_code == 303
    assert Order.select().where(Order.channel == sends.id).count() == 1000
    assert "1000 new orders" in Page(merchant.get(f"/channels/{sends.id}")).alert
