"""A session ends at once when its user is shut out or the password changes, in every browser."""

import pytest

from tests.web.page import Page
from webapp.models import Membership, Supplier, User


def membership_of(user, store=None) -> Membership:
    query = Membership.select().where(Membership.user == user.id)
    return query.where(Membership.store == store.id).get() if store else query.get()


@pytest.fixture
def of_two_stores(cast):
    """The merchant, who works in the stranger's store too."""
    Membership.create(store=cast.other_store, user=cast.merchant, role="merchant")
    return cast.merchant


def test_a_disabled_user_is_out_at_the_next_request(as_user, cast, client):
    merchant, admin = as_user(cast.merchant), as_user(cast.admin)
    assert merchant.get("/suppliers/").status_code == 200
    row = membership_of(cast.merchant)
    assert admin.post(f"/users/{row.id}/disable").status_code == 303
    assert merchant.get("/suppliers/").location.startswith("/login")
    assert merchant.post("/suppliers/", data={"name": "Late", "min_days": "1", "max_days": "1"}).status_code == 401
    assert not Supplier.select().where(Supplier.name == "Late").exists()
    again = client.post("/login", data={"email": cast.merchant.email, "password": cast.password})
    assert again.status_code == 422


def test_an_enabled_user_logs_in_anew_and_old_sessions_stay_ended(as_user, cast):
    merchant, admin = as_user(cast.merchant), as_user(cast.admin)
    row = membership_of(cast.merchant)
    admin.post(f"/users/{row.id}/disable")
    admin.post(f"/users/{row.id}/enable")
    assert merchant.get("/suppliers/").status_code == 303
    assert as_user(cast.merchant).get("/suppliers/").status_code == 200


def test_who_is_disabled_in_one_store_is_out_of_that_one_alone(as_user, cast, of_two_stores):
    client = as_user(of_two_stores)
    assert "Nord Logistica" in Page(client.get("/suppliers/")).text
    row = membership_of(of_two_stores, cast.store)
    assert as_user(cast.admin).post(f"/users/{row.id}/disable").status_code == 303
    page = Page(client.get("/suppliers/"))
    assert "Foreign Depot" in page.text and "Nord Logistica" not in page.text
    assert User.get_by_id(of_two_stores.id).active
    assert client.get(f"/suppliers/{cast.logistics.id}").status_code == 404


def test_a_form_of_the_lost_store_does_not_land_in_the_other_one(as_user, cast, of_two_stores):
    client = as_user(of_two_stores)
    client.get("/suppliers/new")
    row = membership_of(of_two_stores, cast.store)
    as_user(cast.admin).post(f"/users/{row.id}/disable")
    late = {"name": "Late", "min_days": "1", "max_days": "1"}
    refused = Page(client.post("/suppliers/", data=late))
    assert refused.status == 409 and "no longer work in the store" in refused.text
    assert not Supplier.select().where(Supplier.name == "Late").exists()
    assert client.post("/suppliers/", data=late).status_code == 303
    assert Supplier.get(Supplier.name == "Late").store_id == cast.other_store.id


def test_who_works_in_no_store_any_more_is_told_so(as_user, cast):
    client = as_user(cast.merchant)
    Membership.update(active=False).where(Membership.user == cast.merchant.id).execute()
    page = Page(client.get("/suppliers/"))
    assert page.status == 403 and "belongs to no store any more" in page.text
    assert client.get("/account").status_code == 200
    assert client.post("/logout").status_code == 303


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(as_user, cast):
    here, there = as_user(cast.merchant), as_user(cast.merchant)
    typed = {"present": cast.password, "new": "another good one", "again": "another good one"}
    assert here.post("/account", data=typed).status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303


def test_a_password_that_an_admin_sets_ends_every_session(as_user, cast):
    merchant = as_user(cast.merchant)
    row = membership_of(cast.merchant)
    typed = {"name": "Marta", "role": "merchant", "supplier_id": "", "password": "set by the admin"}
    assert as_user(cast.admin).post(f"/users/{row.id}", data=typed).status_code == 303
    assert merchant.get("/").status_code == 303
    entered = merchant.post("/login", data={"email": cast.merchant.email, "password": "set by the admin"})
    assert entered.location == "/"
