"""An admin adds a user."""

import pytest

from tests.web.page import Page
from webapp.actions import users
from webapp.models import Event, Membership, User

PASSWORD = "correct horse battery"


def typed(**values) -> dict[str, str]:
    return {"name": "Nina New", "email": "nina@example.com", "role": "merchant", "supplier_id": "", **values}


def test_the_new_user_can_log_in(as_user, cast, client):
    answer = as_user(cast.admin).post("/users/", data=typed(email=" Nina@Example.com ", password=PASSWORD))
    assert (answer.status_code, answer.location) == (303, "/users/")
    role = Membership.get(Membership.user == users.verify("nina@example.com", PASSWORD).id)
    assert (role.store_id, role.role, role.supplier_id, role.active) == (cast.store.id, "merchant", None, True)
    event = Event.get()
    assert (event.kind, event.actor_id, event.subject_id) == ("user.created", cast.admin.id, role.user_id)
    assert PASSWORD not in f"{event.message}{event.data}"
    entered = client.post("/login", data={"email": "nina@example.com", "password": PASSWORD})
    assert entered.location == "/"


def test_a_clerk_works_for_one_supplier(as_user, cast):
    values = typed(role="clerk", supplier_id=str(cast.rival.id), password=PASSWORD)
    assert as_user(cast.admin).post("/users/", data=values).status_code == 303
    role = Membership.select().order_by(Membership.id.desc()).get()
    assert (role.role, role.supplier_id) == ("clerk", cast.rival.id)


def test_the_form_offers_the_stores_own_suppliers(as_user, cast):
    page = Page(as_user(cast.admin).get("/users/new"))
    offered = [option.text for option in page.main.all("select", name="supplier_id")[0].all("option")]
    assert offered == ["None", "Nord Logistica", "Rival Warehousing"]
    assert page.main.all(class_="form-actions")[0].all("button")[-1].text == "Add user"


WRONG = [
    ({"name": ""}, "name", "Give a name."),
    ({"name": "  "}, "name", "Give a name."),
    ({"name": "n" * 121}, "name", "Field cannot be longer than 120 characters."),
    ({"name": "a\x00b"}, "name", "This holds characters that can't be stored."),
    ({"email": ""}, "email", "Give the e-mail address."),
    ({"email": "nina"}, "email", "This isn't an e-mail address."),
    ({"email": "CARLO.clerk@example.com"}, "email", "Somebody with this address has an account already."),
    ({"email": "stan.stranger@example.com"}, "email", "Somebody with this address has an account already."),
    ({"role": "king"}, "role", "Not a valid choice."),
    ({"role": "clerk"}, "supplier_id", "A clerk works for one supplier: choose which."),
    ({"supplier_id": "logistics"}, "supplier_id", "Only clerks have one."),
    ({"role": "clerk", "supplier_id": "stranger_supplier"}, "supplier_id", "Not a valid choice."),
    ({"role": "clerk", "supplier_id": "x"}, "supplier_id", "Invalid Choice: could not coerce."),
    ({"password": "short"}, "password", "A password has 10 to 200 characters."),
    ({"password": ""}, "password", "Choose a first password; the user can change it after logging in."),
]


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(as_user, cast):
    client, before = as_user(cast.admin), User.select().count()
    for values, field, told in WRONG:
        supplier = getattr(cast, values.get("supplier_id", ""), None)
        sent = typed(password=PASSWORD) | values | ({"supplier_id": str(supplier.id)} if supplier else {})
        answer = client.post("/users/", data=sent)
        page = Page(answer)
        assert page.status == 422 and page.errors[field].startswith(told), values
        kept = {name for name in ("name", "email") if sent[name].strip() == page.fields[name]}
        assert kept == {"name", "email"} and page.fields["password"] == "" and PASSWORD not in answer.text
        assert sent["role"] in (page.fields["role"], "king")
    assert User.select().count() == before


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_only_an_admin_adds_users(as_user, cast, who):
    before = User.select().count()
    assert as_user(getattr(cast, who)).post("/users/", data=typed(password=PASSWORD)).status_code == 403
    assert User.select().count() == before
