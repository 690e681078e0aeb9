"""Create a supplier: the first step of the path that must always work, and all that can be wrong with it."""

import pytest

from tests.web.page import Page
from tests.web.suppliers.form import DROPSHIPPING, EMPTY, PLAIN
from webapp.models import Event, Supplier


@pytest.fixture
def client(as_user, cast):
    return as_user(cast.merchant)


def made() -> Supplier:
    return Supplier.select().order_by(Supplier.id.desc()).get()


def test_the_form_is_as_poleepos(client):
    page = Page(client.get("/suppliers/new"))
    assert page.fields == EMPTY | {"version": ""}
    form = page.main.all("form")[0]
    last = [child for child in form.children if not isinstance(child, str)][-1]
    assert last.attributes["class"] == "form-actions"  # The style sheet puts these at the right.
    assert last.all("a", "button")[-1].text == "Create" and "btn-primary" in last.all("button")[-1].attributes["class"]
    ticks = form.all("input", type="checkbox")
    assert [tick.attributes["name"] for tick in ticks] == ["logistics", "dropshipping"]
    assert {tick.attributes["data-exclusive"] for tick in ticks} == {"kind"}


def test_dropshipping_unfolds_address_hours_collection_and_instructions(client):
    page = Page(client.get("/suppliers/new"))
    unfolded = page.main.all("fieldset", class_="js-unfold")[0].all(class_="unfold")[0]
    inside = [field.attributes["name"] for field in unfolded.all("input", "textarea")]
    assert inside == list(DROPSHIPPING)
    assert {field.attributes["type"] for field in unfolded.all("input")} == {"text", "time"}
    labels = {label.attributes["for"] for label in page.main.all("label")}
    assert labels >= set(page.fields) - {"version"}


def test_an_external_logistics_service_appears_among_your_suppliers(client, cast):
    answer = client.post("/suppliers/", data=PLAIN | {"logistics": "y"})
    assert (answer.status_code, answer.location) == (303, "/suppliers/")
    page = Page(client.get("/suppliers/"))
    assert page.rows[0].startswith("Sud Magazzini External logistics 1–3 0 ")
    assert "Sud Magazzini is one of your suppliers now." in page.alert
    row = made()
    assert (row.store_id, row.kind, row.min_days, row.max_days) == (cast.store.id, "logistics", 1, 3)
    event = Event.get()
    assert (event.kind, event.subject_id, event.actor_id) == ("supplier.created", row.id, cast.merchant.id)


def test_a_dropshipper_keeps_what_was_unfolded(client):
    assert client.post("/suppliers/", data=PLAIN | DROPSHIPPING | {"dropshipping": "y"}).status_code == 303
    row = made()
    assert row.kind == "dropshipping" and row.instructions == DROPSHIPPING["instructions"]
    assert row.address | row.hours | {"instructions": row.instructions} == DROPSHIPPING


def test_one_that_is_neither_keeps_nothing_of_it(client):
    assert client.post("/suppliers/", data=PLAIN | DROPSHIPPING | {"min_days": "0", "max_days": "0"}).status_code == 303
    row = made()
    assert (row.kind, row.address, row.hours, row.instructions) == ("plain", {}, {}, "")


WHOLE, BELOW, RANGE = "Type a whole number: digits alone", "This can't be below zero.", "Type a number from 0 to 365."
TAKEN = "You have a supplier named Nord Logistica already."
WRONG = [
    ({"min_days": "4"}, {"max_days": "The maximum (3) is below the minimum (4)."}),
    ({"min_days": "-1"}, {"min_days": BELOW}),
    ({"min_days": "1.5", "max_days": "2,5"}, {"min_days": WHOLE, "max_days": WHOLE}),
    ({"min_days": "", "max_days": " "}, {"min_days": "Type a whole number.", "max_days": "Type a whole number."}),
    ({"max_days": "1000000000000"}, {"max_days": RANGE}),
    ({"min_days": "9" * 5000}, {"min_days": RANGE}),
    ({"max_days": "366"}, {"max_days": RANGE}),
    ({"min_days": "1e1"}, {"min_days": WHOLE}),
    ({"min_days": "٣"}, {"min_days": WHOLE}),
    ({"min_days": "0x1"}, {"min_days": WHOLE}),
    ({"name": ""}, {"name": "Give the supplier a name."}),
    ({"name": " \t "}, {"name": "Give the supplier a name."}),
    ({"name": "n" * 121}, {"name": "At most 120 characters."}),
    ({"name": "Nord Logistica"}, {"name": TAKEN}),
    ({"name": "  nORD   LOGISTICA "}, {"name": TAKEN}),
    ({"logistics": "y"}, {"dropshipping": "Choose one of the two: external logistics or dropshipping."}),
    ({"morning_from": "13:00"}, {"morning_to": "This is before the hours begin."}),
    ({"afternoon_to": "14:00"}, {"afternoon_to": "This is before the hours begin."}),
    ({"collection_at": "25:00"}, {"collection_at": "Not a valid time value."}),
    ({"instructions": "i" * 2001}, {"instructions": "At most 2,000 characters."}),
    ({"city": "c" * 101}, {"city": "Field cannot be longer than 100 characters."}),
]


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(client):
    before = Supplier.select().count()
    for values, told in WRONG:
        sent = PLAIN | DROPSHIPPING | {"dropshipping": "y"} | values
        page = Page(client.post("/suppliers/", data=sent))
        assert page.status == 422 and page.errors.keys() == told.keys(), values
        assert all(page.errors[name].startswith(words) for name, words in told.items()), page.errors
        kept = {name: value.strip() if name == "name" else value for name, value in sent.items()}
        assert page.fields == kept | {"version": "", "dropshipping": True, "logistics": "logistics" in values}
        assert "Not saved yet" in page.alert
        marked = {field.attributes["name"] for field in page.main.all("input", "textarea", class_="is-invalid")}
        assert marked == told.keys()
    assert Supplier.select().count() == before and not Event.select().exists()


def test_an_archived_suppliers_name_is_taken_too(client, cast):
    client.post(f"/suppliers/{cast.rival.id}/archive")
    page = Page(client.post("/suppliers/", data=PLAIN | {"name": "rival warehousing"}))
    assert page.errors["name"].startswith("The archived supplier Rival Warehousing has this name: restore it")


def test_another_stores_name_is_free(client):
    assert client.post("/suppliers/", data=PLAIN | {"name": "Foreign Depot"}).status_code == 303


def test_a_clerk_creates_none(as_user, cast):
    before = Supplier.select().count()
    clerk = as_user(cast.clerk)
    assert clerk.get("/suppliers/new").status_code == 403
    assert clerk.post("/suppliers/", data=PLAIN).status_code == 403
    assert Supplier.select().count() == before
