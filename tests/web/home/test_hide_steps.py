"""Hide the first steps: for everybody of the store, and not for others."""

from tests.web.page import Page
from webapp.models import Store


def test_hidden_steps_are_gone_for_the_whole_store_and_no_other(as_user, cast):
    merchant = as_user(cast.merchant)
    assert "five steps" in Page(merchant.get("/")).text
    assert merchant.post("/steps/hide").location == "/"
    assert "five steps" not in Page(merchant.get("/")).text + Page(as_user(cast.admin).get("/")).text
    assert "five steps" in Page(as_user(cast.stranger).get("/")).text
    assert [row.steps_hidden for row in Store.select().order_by(Store.id)] == [True, False]


def test_a_clerk_may_not_hide_them(as_user, cast):
    assert as_user(cast.clerk).post("/steps/hide").status_code == 403
    assert not Store.get_by_id(cast.store.id).steps_hidden


def test_needs_login(client, cast):
    assert client.post("/steps/hide").status_code == 401
