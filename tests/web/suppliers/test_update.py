"""Edit a supplier: the form opens as it was saved, and bad input changes nothing."""

import pytest

from tests.web.page import Page
from tests.web.suppliers.form import DROPSHIPPING, PLAIN
from webapp.models import Event, Supplier


@pytest.fixture
def dropshipper(as_user, cast) -> Supplier:
    as_user(cast.merchant).post("/suppliers/", data=PLAIN | DROPSHIPPING | {"dropshipping": "y"})
    return Supplier.select().order_by(Supplier.id.desc()).get()


def test_saving_the_form_as_it_opens_changes_nothing(as_user, cast, dropshipper):
    client = as_user(cast.merchant)
    page = Page(client.get(f"/suppliers/{dropshipper.id}/edit"))
    fields = {name: value for name, value in page.fields.items() if name != "version"}
    assert fields == PLAIN | DROPSHIPPING | {"logistics": False, "dropshipping": True}
    answer = client.post(f"/suppliers/{dropshipper.id}", data=page.typed)
    assert (answer.status_code, answer.location) == (303, f"/suppliers/{dropshipper.id}")
    before, after = dropshipper.__data__, Supplier.get_by_id(dropshipper.id).__data__
    assert {name for name in before if before[name] != after[name]} == {"updated_at"}


def test_it_takes_a_new_name_days_and_kind(as_user, cast, dropshipper):
    values = {"name": "Sud  Nuovo", "min_days": "2", "max_days": "365", "logistics": "y"}
    assert as_user(cast.merchant).post(f"/suppliers/{dropshipper.id}", data=values).status_code == 303
    row = Supplier.get_by_id(dropshipper.id)
    assert (row.name, row.name_key, row.kind, row.min_days, row.max_days) == (
        "Sud Nuovo",
        "sud nuovo",
        "logistics",
        2,
        365,
    )
    assert row.address == row.hours == {}
    assert Event.select().order_by(Event.id.desc()).get().kind == "supplier.changed"


def test_its_own_name_in_another_case_is_no_repetition(as_user, cast):
    client = as_user(cast.merchant)
    values = PLAIN | {"name": "NORD Logistica"}
    assert client.post(f"/suppliers/{cast.logistics.id}", data=values).status_code == 303
    assert Supplier.get_by_id(cast.logistics.id).name == "NORD Logistica"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": "rival WAREHOUSING"}, "name"), ({"min_days": "9"}, "max_days"), ({"logistics": "y"}, "dropshipping")],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(as_user, cast, dropshipper, values, field):
    sent = PLAIN | DROPSHIPPING | {"dropshipping": "y"} | values
    page = Page(as_user(cast.merchant).post(f"/suppliers/{dropshipper.id}", data=sent))
    assert page.status == 422 and list(page.errors) == [field]
    assert page.fields == sent | {"version": "", "dropshipping": True, "logistics": "logistics" in values}
    row = Supplier.get_by_id(dropshipper.id)
    assert (row.name, row.min_days, row.kind) == ("Sud Magazzini", 1, "dropshipping")


@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("stranger", 404)])
def test_it_is_for_the_stores_own_people(as_user, cast, who, status):
    answer = as_user(getattr(cast, who)).post(f"/suppliers/{cast.logistics.id}", data=PLAIN)
    assert answer.status_code == status
    assert Supplier.get_by_id(cast.logistics.id).name == "Nord Logistica"


def test_the_second_of_two_people_is_told_what_differs_and_overwrites_nothing(as_user, cast, dropshipper):
    client, path = as_user(cast.merchant), f"/suppliers/{dropshipper.id}"
    typed = Page(client.get(f"{path}/edit")).typed
    as_user(cast.admin).post(path, data=typed | {"max_days": "9"})
    page = Page(client.post(path, data=typed | {"city": "Ravenna"}))
    assert page.status == 409 and "It says now: Maximum supply days: 9; City: " in page.alert
    assert page.fields["city"] == "Ravenna" and Supplier.get_by_id(dropshipper.id).max_days == 9
    assert client.post(path, data=page.typed).status_code == 303
    assert Supplier.get_by_id(dropshipper.id).address["city"] == "Ravenna"
