"""Notes on an order's page: who writes them, who reads them, and who takes them back."""

import re

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import Allocation, Change, Event, OrderNote

INNER = "The buyer is a friend of the boss"
PUBLIC = "Ring twice: the bell is weak"


@pytest.fixture
def write(as_user, order):
    """Write a note on the order as somebody, as the form of its page sends it."""

    def written(user, text: str, *, shown: bool = False):
        typed = {"text": text} | ({"shown_to_suppliers": "y"} if shown else {})
        return as_user(user).post(f"/orders/{order.id}/notes/", data=typed)

    return written


def read(client, order) -> str:
    answer = client.get(f"/orders/{order.id}")
    assert answer.status_code == 200
    return Page(answer).text


def test_a_merchant_writes_a_note_by_the_form_of_the_page(as_user, cast, order):
    client = as_user(cast.merchant)
    page = Page(client.get(f"/orders/{order.id}"))
    assert page.fields["shown_to_suppliers"] is False and f"/orders/{order.id}/notes/" in page.posts
    answer = client.post(f"/orders/{order.id}/notes/", data=page.typed | {"text": f"  {INNER}\n\nReally  "})
    assert answer.status_code == 303 and answer.headers["Location"] == f"/orders/{order.id}"
    row = OrderNote.get()
    assert (row.store_id, row.order_id, row.supplier_id) == (cast.store.id, order.id, None)
    assert (row.author_id, row.author_name, row.shown_to_suppliers) == (cast.merchant.id, "Marta Merchant", False)
    assert re.fullmatch(rf"{INNER}\s+Really", row.text)
    page = Page(client.get(f"/orders/{order.id}"))
    assert "The note is added." in page.alert and page.fields["text"] == ""
    told = page.text[page.text.index("Timeline") :]
    assert f"{INNER} Really Marta Merchant" in told and "For your own people" in told


def test_a_note_of_the_store_is_its_own_unless_it_is_shown(as_user, cast, order, write):
    write(cast.merchant, INNER)
    write(cast.admin, PUBLIC, shown=True)
    assert [note.shown_to_suppliers for note in OrderNote.select().order_by(OrderNote.id)] == [False, True]
    for user in (cast.merchant, cast.admin):
        page = read(as_user(user), order)
        assert INNER in page and PUBLIC in page and "Shown to the warehouse" in page
    for clerk in (cast.clerk, cast.rival_clerk):
        page = read(as_user(clerk), order)
        assert INNER not in page and PUBLIC in page and "Ada Admin" in page
        assert page.count("Note written") == 0 and "Marta Merchant" not in page


def test_what_a_clerk_writes_is_for_the_store_and_its_own_supplier(as_user, cast, order, write):
    assert write(cast.clerk, "Box is dented", shown=True).status_code == 303
    row = OrderNote.get()
    assert (row.supplier_id, row.shown_to_suppliers) == (cast.logistics.id, False)
    page = Page(as_user(cast.clerk).get(f"/orders/{order.id}"))
    assert "Box is dented Carlo Clerk" in page.text and "shown_to_suppliers" not in page.fields
    assert "Box is dented Carlo Clerk" in read(as_user(cast.merchant), order)
    rival = read(as_user(cast.rival_clerk), order)
    assert "dented" not in rival and "Carlo" not in rival and "Note written" not in rival


def test_a_note_leaves_with_the_order_that_a_warehouse_no_longer_serves(cast, order, write):
    write(cast.merchant, PUBLIC, shown=True)
    clerk, rival = cast.viewer(cast.clerk), cast.viewer(cast.rival_clerk)
    assert OrderNote.visible_to(clerk).count() == OrderNote.visible_to(rival).count() == 1
    Allocation.update(status="released").where(Allocation.supplier == cast.logistics.id).execute()
    assert not OrderNote.visible_to(clerk).exists() and OrderNote.visible_to(rival).exists()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "Write something first."),
        (" \n ", "Write something first."),
        ("x" * 2001, "At most 2000 characters."),
        ("a\0b", "can't be stored"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(as_user, cast, order, write, text, wrong):
    answer = Page(write(cast.merchant, text, shown=True))
    assert answer.status == 422 and set(answer.errors) == {"text"} and wrong in answer.errors["text"]
    assert answer.fields["text"] == text.strip() or "\0" in text
    assert answer.fields["shown_to_suppliers"] is True
    assert not OrderNote.select().exists() and "Timeline" in answer.text


def test_the_longest_note_is_kept_whole(cast, write):
    assert write(cast.merchant, "x" * 2000).status_code == 303
    assert OrderNote.get().text == "x" * 2000


def test_who_wrote_a_note_deletes_it(as_user, cast, order, write):
    write(cast.merchant, INNER)
    path = f"/orders/{order.id}/notes/{OrderNote.get().id}/delete"
    assert path not in Page(as_user(cast.admin).get(f"/orders/{order.id}")).posts
    assert as_user(cast.admin).post(path).status_code == 404
    assert OrderNote.select().count() == 1
    client = as_user(cast.merchant)
    assert path in Page(client.get(f"/orders/{order.id}")).posts
    assert client.post(path).status_code == 303
    page = read(client, order)
    assert not OrderNote.select().exists() and INNER not in page and "The note is deleted." in page
    assert "Note written Marta Merchant" in page and "Note deleted Marta Merchant" in page
    assert "Note deleted" not in read(as_user(cast.clerk), order)
    assert client.post(path).status_code == 404
    assert Event.select().where(Event.kind == "order_note.deleted").count() == 1


def test_a_clerk_deletes_its_own_note_and_no_other(as_user, cast, order, write):
    write(cast.clerk, "Mine")
    write(cast.merchant, PUBLIC, shown=True)
    own, shown = OrderNote.select().order_by(OrderNote.id)
    client = as_user(cast.clerk)
    assert client.post(f"/orders/{order.id}/notes/{shown.id}/delete").status_code == 404
    assert as_user(cast.rival_clerk).post(f"/orders/{order.id}/notes/{own.id}/delete").status_code == 404
    assert OrderNote.select().count() == 2
    assert client.post(f"/orders/{order.id}/notes/{own.id}/delete").status_code == 303
    assert [row.id for row in OrderNote.select()] == [shown.id]


def test_a_note_is_found_at_its_own_order_alone(as_user, cast, order, write):
    write(cast.merchant, INNER)
    other = shop.split_order(cast, shop.channel(cast.store, "Second shop"))
    note = OrderNote.get()
    assert as_user(cast.merchant).post(f"/orders/{other.id}/notes/{note.id}/delete").status_code == 404
    assert INNER not in read(as_user(cast.merchant), other) and OrderNote.select().count() == 1


@pytest.mark.parametrize("who", ["stranger", "clerk"])
def test_an_order_out_of_reach_takes_no_note(as_user, cast, who):
    shop.stocked(cast.store, "RIVALONLY", cast.rival)
    hidden = shop.order(shop.channel(cast.store), ("RIVALONLY", 1)).id
    client = as_user(getattr(cast, who))
    for path in (f"/orders/{hidden}/notes/", "/orders/999999/notes/"):
        for data in ({"text": "Mine"}, {}):
            answer = client.post(path, data=data)
            assert answer.status_code == 404 and "There is no such order." in answer.text
    assert not OrderNote.select().exists()


def test_who_isnt_logged_in_is_sent_to_do_so(client, order):
    assert client.post(f"/orders/{order.id}/notes/", data={"text": "X"}).status_code == 401
    assert not OrderNote.select().exists()


def test_nothing_is_written_without_the_forms_token(csrf_client, cast, order):
    token = Page(csrf_client.get("/login")).whole.all("input", name="csrf_token")[0].attributes["value"]
    csrf_client.post("/login", data={"email": cast.admin.email, "password": cast.password, "csrf_token": token})
    assert csrf_client.post(f"/orders/{order.id}/notes/", data={"text": "X"}).status_code == 400
    assert not OrderNote.select().exists()
    forms = Page(csrf_client.get(f"/orders/{order.id}")).main.all("form", action=f"/orders/{order.id}/notes/")
    signed = {"text": "X", "csrf_token": forms[0].all("input", name="csrf_token")[0].attributes["value"]}
    assert csrf_client.post(f"/orders/{order.id}/notes/", data=signed).status_code == 303
    assert csrf_client.post(f"/orders/{order.id}/notes/{OrderNote.get().id}/delete").status_code == 400
    assert OrderNote.select().count() == 1


def test_a_note_is_text_and_no_markup(as_user, cast, order, write):
    write(cast.merchant, "<b>bold</b> & <script>x</script>", shown=True)
    html = as_user(cast.clerk).get(f"/orders/{order.id}").text
    assert "&lt;b&gt;bold" in html and "<script>x" not in html


def test_programs_are_told_nothing_of_notes(cast, write):
    before = Change.select().count()
    write(cast.merchant, PUBLIC, shown=True)
    assert Change.select().count() == before


def test_many_notes_cost_no_more_statements(as_user, cast, order, write, sql_count):
    client = as_user(cast.clerk)
    write(cast.clerk, "One")
    client.get(f"/orders/{order.id}")  # It tells that the note was added.
    with sql_count() as few:
        read(client, order)
    for number in range(5):
        write(cast.merchant, f"Note {number}", shown=True)
    with sql_count() as many:
        read(client, order)
    assert len(few) == len(many)
