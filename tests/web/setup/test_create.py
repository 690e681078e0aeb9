"""The first visit creates the store and its admin; after that the door is closed for good."""

import pytest

from tests.actions.test_races import at_once
from tests.web.page import Page
from webapp.models import Event, Membership, Store, User

TYPED = {
    "name": "Casa Bella",
    "currency": "chf",
    "time_zone": "Europe/Zurich",
    "admin_name": "Ada Admin",
    "email": "Ada@Example.com",
    "password": "correct horse battery",
}


@pytest.mark.parametrize("path", ["/", "/login", "/orders/", "/account"])
def test_the_first_visit_leads_to_the_set_up(client, path):
    assert client.get(path).location == "/setup"
    page = Page(client.get("/setup"))
    assert page.status == 200 and "closes for good" in page.text
    assert (page.fields["currency"], page.fields["time_zone"]) == ("EUR", "Europe/Rome")


def test_it_makes_the_store_and_lets_its_admin_in(client):
    answer = client.post("/setup", data=TYPED)
    assert (answer.status_code, answer.location) == (303, "/")
    store, user, role = Store.get(), User.get(), Membership.get()
    assert (store.name, store.currency, store.time_zone) == ("Casa Bella", "CHF", "Europe/Zurich")
    assert (user.email, user.name) == ("ada@example.com", "Ada Admin") and "horse" not in user.password
    assert (role.store_id, role.user_id, role.role) == (store.id, user.id, "admin")
    assert Event.get().kind == "store.created"
    page = Page(client.get("/"))
    assert page.status == 200 and "Good to see you, Ada" in page.text and "Your store is ready." in page.alert


def test_the_door_is_closed_for_good_afterwards(client, app):
    client.post("/setup", data=TYPED)
    for person in (client, app.test_client()):
        assert person.get("/setup").status_code == 404
        assert person.post("/setup", data=TYPED | {"name": "Mine now", "email": "eve@example.com"}).status_code == 404
    assert (Store.select().count(), User.select().count()) == (1, 1)
    assert app.test_client().get("/").location.startswith("/login")


def test_it_stays_closed_when_the_store_has_no_active_admin(client, cast):
    User.update(active=False).execute()
    Membership.delete().execute()
    assert client.get("/setup").status_code == 404
    assert client.post("/setup", data=TYPED).status_code == 404


def test_of_two_first_visitors_at_once_one_gets_in(app):
    def visit(number):
        return app.test_client().post("/setup", data=TYPED | {"email": f"visitor-{number}@example.com"})

    answers = at_once(2, visit)
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert first.status_code == 303 and second.status_code in (404, 409)
    assert (Store.select().count(), User.select().count(), Membership.select().count()) == (1, 1, 1)


WRONG = [
    ("name", "", "Give your store a name."),
    ("name", "   ", "Give your store a name."),
    ("name", "x" * 121, "Field cannot be longer than 120 characters."),
    ("currency", "EURO", "Field must be exactly 3 characters long."),
    ("currency", "QQQ", "Give a currency by its three letters, for example EUR."),
    ("time_zone", "Mars/Base", "Give a time zone by its name, for example Europe/Rome."),
    ("time_zone", "../etc/passwd", "Give a time zone by its name, for example Europe/Rome."),
    ("admin_name", " ", "Give your name."),
    ("email", "ada", "This isn't an e-mail address."),
    ("password", "too short", "A password has 10 to 200 characters."),
    ("password", "x" * 201, "A password has 10 to 200 characters."),
]


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(client):
    for field, value, told in WRONG:
        page = Page(client.post("/setup", data=TYPED | {field: value}))
        assert page.status == 422 and page.errors == {field: told}, (field, value)
        kept = value.strip() if field in ("name", "admin_name") else value
        assert page.fields == TYPED | {field: kept, "password": ""}
    assert not Store.select().exists() and not User.select().exists()


def test_it_needs_its_csrf_token(csrf_client):
    assert csrf_client.post("/setup", data=TYPED).status_code == 400
    assert not Store.select().exists()
