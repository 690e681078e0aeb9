"""Filters of the list of orders, kept under a name."""

import pytest

from tests.web.page import Page
from webapp.actions import saved_filters, users
from webapp.models import Event, Membership, SavedFilter

QUERY = "status=on_hold&dates=7d"


def chips(client, path: str = "/orders/") -> dict[str, str]:
    """Return the saved filters above the list, name -> address; the one that is set now has a star."""
    found = Page(client.get(path)).main.all("a", class_="chip")
    return {link.text + ("*" if "aria-current" in link.attributes else ""): link.attributes["href"] for link in found}


def saved(cast, user, name: str = "Waiting", **values) -> SavedFilter:
    return saved_filters.save(cast.viewer(user), name, QUERY, **values)


def test_needs_login(client, cast):
    assert client.post("/orders/filters/").status_code == 401 and not SavedFilter.select().exists()


def test_filters_are_saved_under_a_name_and_stand_above_the_list(as_user, cast):
    client = as_user(cast.merchant)
    page = Page(client.get("/orders/?dates=7d&status=on_hold&channel=&q=+&sort=newest"))
    assert page.fields["query"] == QUERY
    answer = client.post("/orders/filters/", data={"name": " Waiting  long ", "query": page.fields["query"]})
    assert answer.status_code == 303 and answer.headers["Location"] == f"/orders/?{QUERY}"
    row = SavedFilter.get()
    assert (row.name, row.query, row.shared, row.user_id) == ("Waiting long", QUERY, False, cast.merchant.id)
    assert chips(client) == {"All orders*": "/orders/", "Waiting long": f"/orders/?{QUERY}"}
    assert "Waiting long*" in chips(client, f"/orders/?{QUERY}")
    assert "Save these filters" not in Page(client.get(f"/orders/?{QUERY}")).text


def test_what_is_no_filter_is_not_saved(as_user, cast):
    client = as_user(cast.merchant)
    client.post("/orders/filters/", data={"name": "A", "query": "status=on_hold&x=1&after=1~2&status=nonsense"})
    client.post("/orders/filters/", data={"name": "B", "query": "after=1~2&status=on_hold&x=%00"})
    assert [row.query for row in SavedFilter.select()] == ["status=on_hold"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "", "query": QUERY}, "Give the filter a name."),
        ({"name": "x" * 61, "query": QUERY}, "At most 60 characters."),
        ({"name": "WAITING", "query": QUERY}, "You have a filter called WAITING already."),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(as_user, cast, typed, told):
    saved(cast, cast.merchant)
    page = Page(as_user(cast.merchant).post("/orders/filters/", data=typed | {"shared": "y"}))
    assert page.status == 422 and page.errors == {"name": told}
    assert page.fields == {"name": typed["name"], "query": QUERY, "shared": True, "version": ""}
    assert SavedFilter.select().count() == 1


@pytest.mark.parametrize(("query", "told"), [("", "at least one filter"), ("q=" + "x%C3%A8" * 100, "too long")])
def test_filters_that_are_none_or_too_long_are_refused(as_user, cast, query, told):
    page = Page(as_user(cast.merchant).post("/orders/filters/", data={"name": "A", "query": query}))
    assert page.status == 422 and told in page.alert


def test_twenty_are_enough(as_user, cast):
    for number in range(saved_filters.MOST):
        saved(cast, cast.merchant, f"Filter {number}")
    page = Page(as_user(cast.merchant).post("/orders/filters/", data={"name": "One more", "query": QUERY}))
    assert page.status == 422 and "Delete one first" in page.alert
    assert as_user(cast.admin).post("/orders/filters/", data={"name": "Mine", "query": QUERY}).status_code == 303


def test_others_see_what_is_shared_and_nothing_else(as_user, cast):
    saved(cast, cast.merchant, "Private")
    saved(cast, cast.merchant, "Shared", shared=True)
    saved(cast, cast.clerk, "Of a clerk", shared=True)
    assert chips(as_user(cast.admin)).keys() == {"All orders*", "Shared"}
    assert chips(as_user(cast.merchant)).keys() == {"All orders*", "Private", "Shared"}
    assert chips(as_user(cast.clerk)).keys() == {"All orders*", "Of a clerk"}
    assert chips(as_user(cast.rival_clerk)) == {} == chips(as_user(cast.stranger))
    assert Event.select().where(Event.kind == "saved_filter.changed").count() == 2


def test_a_colleague_at_the_same_supplier_sees_a_clerks_shared_filter(as_user, cast):
    saved(cast, cast.clerk, "Of a clerk", shared=True)
    draft = users.UserDraft("Clara", "clara@example.com", "clerk", cast.logistics.id, cast.password)
    colleague = users.create(cast.viewer(cast.admin), draft).user
    assert "Of a clerk" in chips(as_user(colleague))


def test_is_renamed_shared_and_deleted(as_user, cast):
    client, row = as_user(cast.merchant), saved(cast, cast.merchant)
    path = f"/orders/filters/{row.id}"
    opened = Page(client.get(path + "/edit")).fields
    assert opened.pop("version") and opened == {"name": "Waiting", "shared": False}
    assert client.post(path, data={"name": "waiting", "shared": "y"}).headers["Location"] == f"/orders/?{QUERY}"
    assert (SavedFilter.get().name, SavedFilter.get().shared) == ("waiting", True)
    assert path + "/edit" in Page(client.get(f"/orders/?{QUERY}")).links
    assert client.post(path + "/delete").headers["Location"] == "/orders/"
    assert not SavedFilter.select().exists()
    assert client.post(path + "/delete").status_code == 404


def test_a_name_that_is_taken_is_refused_when_renaming(as_user, cast):
    saved(cast, cast.merchant, "Taken")
    row = saved(cast, cast.merchant)
    page = Page(as_user(cast.merchant).post(f"/orders/filters/{row.id}", data={"name": "taken"}))
    assert page.status == 422 and "taken already" in page.errors["name"] and page.fields["name"] == "taken"


@pytest.mark.parametrize(
    ("who", "shared"), [("admin", False), ("clerk", True), ("rival_clerk", True), ("stranger", True)]
)
def test_nobody_else_changes_it(as_user, cast, who, shared):
    row, client = saved(cast, cast.merchant, shared=shared), as_user(getattr(cast, who))
    path = f"/orders/filters/{row.id}"
    assert client.get(path + "/edit").status_code == 404
    assert client.post(path, data={"name": "Mine"}).status_code == 404
    assert client.post(path + "/delete").status_code == 404
    assert SavedFilter.get().name == "Waiting"


def test_an_admin_changes_and_deletes_what_is_shared(as_user, cast):
    row, client = saved(cast, cast.merchant, shared=True), as_user(cast.admin)
    assert client.post(f"/orders/filters/{row.id}", data={"name": "Tidied", "shared": "y"}).status_code == 303
    assert SavedFilter.get().name == "Tidied" and SavedFilter.get().user_id == cast.merchant.id
    client.post(f"/orders/filters/{row.id}/delete")
    assert not SavedFilter.select().exists()


def test_a_merchant_does_not_change_what_an_admin_shared(as_user, cast):
    row, client = saved(cast, cast.admin, shared=True), as_user(cast.merchant)
    assert client.get(f"/orders/filters/{row.id}/edit").status_code == 404
    assert client.post(f"/orders/filters/{row.id}/delete").status_code == 404
    assert f"/orders/filters/{row.id}/edit" not in Page(client.get(f"/orders/?{QUERY}")).links


def test_columns_are_chosen_for_oneself_alone(as_user, cast):
    client = as_user(cast.merchant)
    data = {"column": ["status", "place", "nonsense"], "back": "/orders/?status=on_hold"}
    assert client.post("/orders/columns", data=data).headers["Location"] == "/orders/?status=on_hold"
    assert Membership.get(Membership.user == cast.merchant.id).order_columns == ["place", "status"]
    assert Membership.get(Membership.user == cast.admin.id).order_columns is None
    client.post("/orders/columns", data={"usual": "1", "back": "https://elsewhere.example/"})
    assert Membership.get(Membership.user == cast.merchant.id).order_columns is None
