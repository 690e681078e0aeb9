"""Whatever is typed into whichever field, a page answers: no text brings the server down or is stored by halves."""

import pytest

from tests.web.orders import shop
from tests.web.page import Page
from webapp.models import Membership, Store, Supplier, Supply

HOSTILE = {
    "nul": "a\x00b",
    "controls": "\x01\x1b[31m\x7f",
    "half a pair": b"a\xed\xa0\x80b",
    "no utf-8": b"\xff\xfe",
    "long": "😀" * 5000,
    "markup": "<script>alert(1)</script>{{ 7 * 7 }}'\"--\u202e\u2028",
}
LISTS = ("/suppliers/", "/products/", "/users/", "/audit/")
FORMS = {
    "/suppliers/new": "/suppliers/",
    "/suppliers/{supplier}/edit": "/suppliers/{supplier}",
    "/products/new": "/products/",
    "/products/{product}/edit": "/products/{product}",
    "/products/{product}/supplies/new": "/products/{product}/supplies/",
    "/products/{product}/supplies/{supply}/edit": "/products/{product}/supplies/{supply}",
    "/users/new": "/users/",
    "/users/{member}/edit": "/users/{member}",
    "/account": "/account",
}
GOOD = {"name": "Name", "min_days": "1", "max_days": "2", "title": "Title", "sku": "SKU-1", "own_quantity": "1"}
GOOD |= {"email": "new@example.com", "password": "correct horse battery", "quantity": "1", "vat_rate": "22"}


@pytest.fixture
def places(cast) -> dict[str, int]:
    """Rows to edit."""
    product = shop.stocked(cast.store, "MUG", cast.logistics)
    member = Membership.get(Membership.user == cast.merchant.id)
    return {"supplier": cast.logistics.id, "product": product.id, "supply": Supply.get().id, "member": member.id}


def typed_fields(page: Page) -> list[str]:
    """The names of the fields that take text, hidden ones included."""
    inputs = [field for field in page.main.all("input", "textarea", "select") if "name" in field.attributes]
    return [field.attributes["name"] for field in inputs if field.attributes.get("type") not in ("checkbox", "submit")]


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_field_of_any_form_brings_it_down(as_user, cast, places, kind):
    client = as_user(cast.admin)
    for path, target in FORMS.items():
        page = Page(client.get(path.format(**places)))
        fields = typed_fields(page)
        assert page.status == 200 and fields
        for name in fields:
            sent = {key: value for key, value in GOOD.items() if key in fields} | page.typed | {name: HOSTILE[kind]}
            answer = client.post(target.format(**places), data=sent)
            assert answer.status_code in (303, 400, 409, 422), f"{path} {name}: {answer.status_code}"
            assert "<script>alert" not in answer.text
            if answer.status_code == 303:
                page = Page(client.get(path.format(**places)))  # What was stored must be shown again, and counts.


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_search_brings_it_down(as_user, cast, places, kind):
    client = as_user(cast.admin)
    for path in LISTS:
        for name in ("q", "after", "kind", "subject", "archived", HOSTILE[kind]):
            answer = client.get(path, query_string={name: HOSTILE[kind]})
            assert answer.status_code == 200 and "<script>alert" not in answer.text, f"{path} {name}"


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_log_in_or_set_up_brings_it_down(client, database, kind):
    for path in ("/setup", "/login"):
        for name in ("name", "currency", "time_zone", "admin_name", "email", "password", "next"):
            answer = client.post(path, data=GOOD | {"currency": "EUR", "admin_name": "Ada", name: HOSTILE[kind]})
            assert answer.status_code == 422
    assert not Store.select().exists()


def test_what_is_stored_is_what_was_typed(as_user, cast):
    text = "😀 Ünïcode & <b> \u202e"
    assert as_user(cast.merchant).post("/suppliers/", data=GOOD | {"name": text}).status_code == 303
    assert Supplier.select().order_by(Supplier.id.desc()).get().name == text.strip()
