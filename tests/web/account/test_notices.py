"""Choose what one gets by mail from a store."""

import pytest

from tests.web.page import Page
from webapp.models import Membership


def wanted(user) -> list[str]:
    return Membership.get(Membership.user == user.id).notices


def test_the_choice_is_kept_and_shown(as_user, cast):
    client = as_user(cast.merchant)
    assert client.post("/account/notices", data={"tasks": "y", "digest": "y"}).location == "/account"
    page = Page(client.get("/account"))
    assert (page.fields["tasks"], page.fields["webhooks"], page.fields["digest"]) == (True, False, True)
    assert wanted(cast.merchant) == ["tasks", "digest"] and wanted(cast.admin) == []
    client.post("/account/notices", data={})
    assert wanted(cast.merchant) == []


def test_a_clerk_is_not_offered_the_stores_webhooks(as_user, cast):
    client = as_user(cast.clerk)
    assert "webhooks" not in Page(client.get("/account")).fields
    client.post("/account/notices", data={"webhooks": "y", "digest": "y"})
    assert wanted(cast.clerk) == ["digest"]


def test_each_store_has_its_own_choice(as_user, cast):
    other = Membership.create(store=cast.other_store, user=cast.merchant, role="admin")
    client = as_user(cast.merchant)
    client.post("/account/store", data={"store_id": cast.other_store.id})
    client.post("/account/notices", data={"webhooks": "y"})
    assert Membership.get_by_id(other.id).notices == ["webhooks"]
    assert Membership.get(Membership.user == cast.merchant.id, Membership.store == cast.store.id).notices == []


@pytest.mark.parametrize("path", ["/account/notices"])
def test_needs_login(client, cast, path):
    assert client.post(path, data={"tasks": "y"}).status_code == 401
    assert wanted(cast.merchant) == []
