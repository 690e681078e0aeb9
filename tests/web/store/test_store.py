"""What a store tells of itself: where it is, its currency and clock, its working days, where its mail goes."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import Event, Store

TYPED = {
    "name": "Casa Bella",
    "street": "Via Roma 1",
    "postcode": "48018",
    "city": "Faenza",
    "state": "RA",
    "country": "IT",
    "currency": "EUR",
    "time_zone": "Europe/Rome",
    "working_days": ["1", "2", "3", "6"],
    "notification_mail": "shop@example.com",
}


def opened(client) -> str:
    """Return the version that the form carries."""
    return Page(client.get("/store/edit")).fields["version"]


def save(client, version: str | None = None, **values):
    return client.post("/store/", data={**TYPED, "version": version or opened(client), **values})


def store(cast) -> Store:
    return Store.get_by_id(cast.store.id)


def test_what_is_saved_is_shown(as_user, cast):
    client = as_user(cast.admin)
    answer = save(client)
    assert (answer.status_code, answer.location) == (303, "/store/")
    page = Page(client.get("/store/"))
    for text in ("Via Roma 1", "48018 Faenza RA", "Italy", "Monday, Tuesday, Wednesday, Saturday", "shop@example.com"):
        assert text in page.text
    row = store(cast)
    assert row.address == {name: TYPED[name] for name in ("street", "postcode", "city", "state", "country")}
    assert (row.working_days, row.notification_mail) == ("1236", "shop@example.com")


def test_the_form_holds_what_is_known(as_user, cast):
    client = as_user(cast.admin)
    save(client)
    fields = Page(client.get("/store/edit")).fields
    assert {name: fields[name] for name in TYPED if name != "working_days"} == {
        name: value for name, value in TYPED.items() if name != "working_days"
    }
    ticks = Page(client.get("/store/edit")).main.all("input", name="working_days")
    assert [tick.attributes["value"] for tick in ticks if "checked" in tick.attributes] == ["1", "2", "3", "6"]


def test_the_event_tells_what_was_before_and_after(as_user, cast):
    save(as_user(cast.admin), name="Casa Nuova")
    event = Event.get(Event.kind == "store.changed")
    assert event.data["before"]["name"] == "Casa Bella" and event.data["after"]["name"] == "Casa Nuova"
    assert event.data["after"]["address.city"] == "Faenza" and "currency" not in event.data["after"]


def test_saving_what_is_so_already_is_no_change(as_user, cast):
    client = as_user(cast.admin)
    save(client)
    save(client)
    assert Event.select().where(Event.kind == "store.changed").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"currency": "ABC"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"working_days": []}, "working_days"),
        ({"working_days": ["9"]}, "working_days"),
        ({"notification_mail": "nobody"}, "notification_mail"),
        ({"country": "XX"}, "country"),
        ({"street": "x" * 201}, "street"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_the_rest_is_kept(as_user, cast, values, field):
    page = Page(save(as_user(cast.admin), **{"city": "Lugo", **values}))
    assert page.status == 422 and list(page.errors) == [field]
    assert page.fields["city"] == "Lugo" and store(cast).address == {}


def test_the_currency_stays_once_there_are_orders(as_user, cast):
    client = as_user(cast.admin)
    assert save(client, currency="chf").status_code == 303 and store(cast).currency == "CHF"
    shop.order(shop.channel(cast.store), ("MUG", 1))
    assert "it stays" in Page(client.get("/store/edit")).text
    page = Page(save(client, currency="EUR"))
    assert page.status == 422 and "orders in CHF already" in page.errors["currency"] and store(cast).currency == "CHF"
    assert save(client, currency="CHF", city="Lugo").status_code == 303


def test_the_slower_of_two_admins_hears_who_changed_what_and_keeps_what_was_typed(as_user, cast):
    client = as_user(cast.admin)
    first = opened(client)
    save(client, first, city="Lugo")
    second = opened(client)
    save(client, second, city="Imola", name="Casa Nuova")
    page = Page(save(client, second, street="Via Verdi 2", city="Lugo"))
    assert page.status == 409
    assert "Ada Admin changed name from “Casa Bella” to “Casa Nuova”, city from “Lugo” to “Imola”." in page.alert
    assert "Via Roma 1" not in page.alert
    assert page.fields["street"] == "Via Verdi 2" and store(cast).address["city"] == "Imola"
    again = save(client, page.fields["version"], street="Via Verdi 2", city="Lugo")
    assert again.status_code == 303 and store(cast).address["street"] == "Via Verdi 2"


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_it_is_for_admins(as_user, cast, who):
    client = as_user(getattr(cast, who))
    for answer in (client.get("/store/"), client.get("/store/edit"), client.post("/store/", data=TYPED)):
        assert answer.status_code == 403 and "/store/" not in Page(answer).links
    assert store(cast).address == {}


def test_another_stores_admin_changes_the_own_store_alone(as_user, cast):
    assert save(as_user(cast.stranger), name="Mine").status_code == 303
    assert store(cast).name == "Casa Bella" and Store.get_by_id(cast.other_store.id).name == "Mine"


def test_needs_login(client, cast):
    assert client.get("/store/").location == "/login?next=/store/"
