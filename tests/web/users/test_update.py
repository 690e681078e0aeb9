"""An admin changes a user, and shuts users out and lets them in again."""

import pytest

from tests.web.page import Page
from webapp.actions import users
from webapp.models import Event, Membership, User


def membership_of(user) -> Membership:
    return Membership.get(Membership.user == user.id)


def typed(**values) -> dict[str, str]:
    return {"name": "Marta Moved", "role": "merchant", "supplier_id": "", "password": "", **values}


def test_the_form_holds_what_is_known_and_no_password(as_user, cast):
    page = Page(as_user(cast.admin).get(f"/users/{membership_of(cast.clerk).id}/edit"))
    expected = {"name": "Carlo Clerk", "role": "clerk", "supplier_id": str(cast.logistics.id), "password": ""}
    shown = page.fields
    assert shown.pop("version") and shown == expected and "carlo.clerk@example.com" in page.text


def test_name_role_and_supplier_change_and_the_rest_stays(as_user, cast):
    row = membership_of(cast.merchant)
    values = typed(role="clerk", supplier_id=str(cast.rival.id), email="evil@example.com")
    answer = as_user(cast.admin).post(f"/users/{row.id}", data=values)
    assert (answer.status_code, answer.location) == (303, "/users/")
    row, user = membership_of(cast.merchant), User.get_by_id(cast.merchant.id)
    assert (row.role, row.supplier_id, user.name) == ("clerk", cast.rival.id, "Marta Moved")
    assert user.email == cast.merchant.email and users.verify(user.email, cast.password)
    assert Event.get().kind == "user.changed"


def test_a_role_counts_at_the_next_request(as_user, cast):
    merchant = as_user(cast.merchant)
    assert merchant.get("/suppliers/").status_code == 200
    values = typed(role="clerk", supplier_id=str(cast.rival.id))
    as_user(cast.admin).post(f"/users/{membership_of(cast.merchant).id}", data=values)
    assert merchant.get("/suppliers/").status_code == 403


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": " "}, "name"), ({"role": "clerk"}, "supplier_id"), ({"password": "short"}, "password")],
)
def test_what_is_wrong_is_told_at_its_field(as_user, cast, values, field):
    page = Page(as_user(cast.admin).post(f"/users/{membership_of(cast.merchant).id}", data=typed(**values)))
    assert page.status == 422 and list(page.errors) == [field]
    stripped = {"name": values.get("name", "Marta Moved").strip()}
    assert page.fields == typed(**values) | stripped | {"password": "", "version": ""}
    assert "marta.merchant@example.com" in page.text
    assert User.get_by_id(cast.merchant.id).name == "Marta Merchant" and membership_of(cast.merchant).role == "merchant"


def test_an_admin_does_not_take_the_own_role_away(as_user, cast):
    page = Page(as_user(cast.admin).post(f"/users/{membership_of(cast.admin).id}", data=typed(name="Ada")))
    assert page.status == 409 and "You can't take your own admin role away" in page.alert
    assert page.fields["name"] == "Ada" and page.fields["role"] == "merchant"
    assert membership_of(cast.admin).role == "admin" and User.get_by_id(cast.admin.id).name == "Ada Admin"


def test_nobody_sets_the_password_of_somebody_who_works_elsewhere_too(as_user, cast):
    Membership.create(store=cast.other_store, user=cast.merchant, role="admin")
    row = Membership.get(Membership.user == cast.merchant.id, Membership.store == cast.store.id)
    page = Page(as_user(cast.admin).post(f"/users/{row.id}", data=typed(password="let me in there")))
    assert page.status == 422 and "works in another store too" in page.errors["password"]
    assert users.verify(cast.merchant.email, cast.password)
    assert as_user(cast.admin).post(f"/users/{row.id}", data=typed()).status_code == 303


def test_disabling_and_enabling_show_in_the_list(as_user, cast):
    client, row = as_user(cast.admin), membership_of(cast.clerk)
    for verb, state in (("disable", "Disabled"), ("enable", "Active")):
        assert client.post(f"/users/{row.id}/{verb}").location == "/users/"
        page = Page(client.get("/users/"))
        assert state in next(line for line in page.rows if "Carlo" in line) and f"{verb.capitalize()}d" in page.alert
        assert User.get_by_id(cast.clerk.id).active is (verb == "enable")
    assert [event.kind for event in Event.select().order_by(Event.id)] == ["user.disabled", "user.enabled"]


def test_nobody_disables_oneself(as_user, cast):
    client = as_user(cast.admin)
    answer = client.post(f"/users/{membership_of(cast.admin).id}/disable", data={"back": "/users/"})
    assert answer.status_code == 303 and "ask another admin" in Page(client.get("/users/")).alert
    assert membership_of(cast.admin).active


@pytest.mark.parametrize(("who", "status"), [("merchant", 403), ("clerk", 403), ("stranger", 404)])
def test_it_is_for_the_stores_own_admins(as_user, cast, who, status):
    row, client = membership_of(cast.rival_clerk), as_user(getattr(cast, who))
    for verb in ("", "/disable", "/enable"):
        assert client.post(f"/users/{row.id}{verb}", data=typed()).status_code == status
    assert membership_of(cast.rival_clerk).active and User.get_by_id(cast.rival_clerk.id).name == "Rita Rival"
    assert not Event.select().exists()


def test_a_foreign_user_and_an_unknown_one_read_alike(as_user, cast):
    client = as_user(cast.admin)
    foreign, unknown = client.get(f"/users/{membership_of(cast.stranger).id}/edit"), client.get("/users/999999/edit")
    assert foreign.status_code == unknown.status_code == 404 and Page(foreign).text == Page(unknown).text
