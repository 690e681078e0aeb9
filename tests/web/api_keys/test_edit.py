"""Changing a key: its name and rights, never its supplier; more rights by a merchant turn it off."""

import pytest

from tests.web.api_keys import wizard
from webapp.db import now
from webapp.models import ApiKey, Event, Supplier


def form(client, key, **changes) -> dict[str, str]:
    """Return what the edit form sends, with changes; None leaves a tick out."""
    sent = {**wizard.values(client.get(f"/api-keys/{key.id}/edit").text), **changes}
    return {name: value for name, value in sent.items() if value is not None}


def test_the_form_starts_with_what_the_key_has(as_user, cast):
    key = wizard.issue(cast, cast.logistics, shipping="write", hides_prices=True, contact_name="Tina").key
    page = as_user(cast.merchant).get(f"/api-keys/{key.id}/edit").text
    shown = wizard.values(page)
    assert shown.pop("version") and shown == {
        "name": "Robot",
        "contact_name": "Tina",
        "supplier_id": str(cast.logistics.id),
        "orders": "read",
        "products": "none",
        "shipping": "write",
        "hides_prices": "y",
        "requests_per_minute": "600",
    }


def test_name_contact_and_fewer_rights_leave_it_on(as_user, cast):
    key = wizard.enabled(cast, cast.logistics, orders="write", shipping="write").key
    client = as_user(cast.merchant)
    sent = form(client, key, name="Renamed", contact_email="new@nord.example", orders="read", hides_customer="y")
    answer = client.post(f"/api-keys/{key.id}", data=sent)
    assert answer.location == f"/api-keys/{key.id}"
    row = ApiKey.get()
    assert (row.name, row.contact_email, row.orders_level, row.shipping_level) == (
        "Renamed",
        "new@nord.example",
        "read",
        "write",
    )
    assert row.hides_customer and row.enabled
    assert Event.select().order_by(Event.id.desc()).first().kind == "api_key.changed"


MORE = [{"orders": "write"}, {"products": "read"}, {"shipping": "read"}, {"hides_prices": None}]
MORE += [{"hides_customer": None}]


@pytest.mark.parametrize("change", MORE)
def test_more_rights_by_a_merchant_turn_it_off_and_it_is_told(as_user, cast, change):
    key = wizard.enabled(cast, hides_prices=True, hides_customer=True).key
    client = as_user(cast.merchant)
    assert "it is turned off until an admin agrees" in client.get(f"/api-keys/{key.id}/edit").text
    answer = client.post(f"/api-keys/{key.id}", data=form(client, key, **change))
    assert "an admin must enable it again" in client.get(answer.location).text
    assert not ApiKey.get().enabled
    assert "given more rights" in Event.select().order_by(Event.id.desc()).first().message


@pytest.mark.parametrize("change", MORE[:2])
def test_more_rights_by_an_admin_leave_it_as_it_is(as_user, cast, change):
    for issued, on in ((wizard.enabled(cast, hides_prices=True), True), (wizard.issue(cast), False)):
        client = as_user(cast.admin)
        client.post(f"/api-keys/{issued.key.id}", data=form(client, issued.key, **change))
        assert ApiKey.get_by_id(issued.key.id).enabled is on


def test_the_supplier_stays(as_user, cast):
    key = wizard.issue(cast, cast.logistics).key
    client = as_user(cast.merchant)
    for other in (str(cast.rival.id), "", str(cast.stranger_supplier.id)):
        answer = client.post(f"/api-keys/{key.id}", data=form(client, key, supplier_id=other, name="Changed"))
        assert answer.status_code == 422 and 'id="supplier_id-error"' in answer.text
    assert (ApiKey.get().supplier_id, ApiKey.get().name) == (cast.logistics.id, "Robot")


def test_a_key_of_an_archived_supplier_can_still_be_narrowed(as_user, cast):
    key = wizard.issue(cast, cast.logistics, orders="write").key
    Supplier.update(archived_at=now()).where(Supplier.id == cast.logistics.id).execute()
    client = as_user(cast.merchant)
    assert client.post(f"/api-keys/{key.id}", data=form(client, key, orders="read")).status_code == 303
    assert (ApiKey.get().orders_level, ApiKey.get().supplier_id) == ("read", cast.logistics.id)


def test_bad_input_is_said_at_the_field_and_kept(as_user, cast):
    key = wizard.issue(cast).key
    client = as_user(cast.merchant)
    answer = client.post(f"/api-keys/{key.id}", data=form(client, key, name="", contact_name="Typed"))
    assert answer.status_code == 422 and "Give the key a name." in answer.text
    assert wizard.field(answer.text, "contact_name") == "Typed"
    answer = client.post(f"/api-keys/{key.id}", data=form(client, key, orders="none"))
    assert answer.status_code == 422 and "allow at least one thing" in answer.text
    assert (ApiKey.get().name, ApiKey.get().orders_level) == ("Robot", "read")


def test_a_revoked_key_cannot_be_changed(as_user, cast):
    key = wizard.issue(cast).key
    client = as_user(cast.merchant)
    sent = form(client, key, name="Changed")
    ApiKey.update(revoked_at=now()).execute()
    assert client.post(f"/api-keys/{key.id}", data=sent).status_code == 409
    assert ApiKey.get().name == "Robot"


def test_editing_shows_no_secret_and_leaves_it_valid(as_user, cast, client):
    issued = wizard.enabled(cast)
    merchant = as_user(cast.merchant)
    merchant.post(f"/api-keys/{issued.key.id}", data=form(merchant, issued.key, name="Changed"))
    assert wizard.token(client, issued).status_code == 200
