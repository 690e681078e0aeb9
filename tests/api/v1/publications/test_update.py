"""Changing a publication: in parts, on the state that was seen, by whoever works for the whole store."""

import pytest

from tests.api.problems import alike, refused, wrong
from webapp.actions import publications
from webapp.domain.errors import Conflict
from webapp.models import Change, Event, Publication


def change(call, publication, **values) -> dict:
    answer = call("PUT", f"/channels/publications/{publication.id}", json=values)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_what_is_left_out_stays_and_the_change_is_told(merchant, published, mug):
    Change.delete().execute()
    seen = change(merchant, published, price=9.5)
    assert (seen["price"], seen["source_id"], seen["title"]) == (9.5, "gid-77", "Mug")
    seen = change(merchant, published, external_id="gid-78", active=False)
    assert (seen["price"], seen["source_id"], seen["active"]) == (9.5, "gid-78", False)
    assert [(row.subject, row.subject_id) for row in Change.select()] == [("product", mug.id)] * 2
    assert Event.select().where(Event.kind == "publication.changed").count() == 2


def test_what_is_so_already_is_no_change(merchant, published):
    before = (Change.select().count(), published.updated_at)
    change(merchant, published, external_id="gid-77", active=True)
    assert (Change.select().count(), Publication.get().updated_at) == before


def test_emptied_values_are_the_products_again(merchant, published):
    change(merchant, published, sku="MUG-IT", title="Tazza", price=9.5)
    seen = change(merchant, published, sku="", title=None, price=None)
    assert (seen["sku"], seen["title"], seen["price"]) == ("MUG", "Mug", 8.2)


def test_a_change_on_a_state_that_is_gone_is_refused(merchant, published, world):
    path = f"/channels/publications/{published.id}"
    tag = {"If-Match": merchant("GET", path).headers["ETag"]}
    assert merchant("PUT", path, json={"title": "First"}, headers=tag).status_code == 200
    refused(merchant("PUT", path, json={"title": "Second"}, headers=tag), 412, "stale")
    with pytest.raises(Conflict, match="while you were editing it"):
        publications.edit(world.viewer, published, {"title": "Third"})
    assert Publication.get().title == "First"


@pytest.mark.parametrize("body", [{"price": -1}, {"active": None}, {"product_id": 1}, {"channel_id": 1}])
def test_a_wrong_value_is_told_at_its_field(merchant, published, body):
    wrong(merchant("PUT", f"/channels/publications/{published.id}", json=body), *body)


def test_a_key_that_hides_prices_cant_feel_for_one(api, published):
    call = api(None, products="write", hides_prices=True)
    for price in (8.2, 1, None):
        answer = call("PUT", f"/channels/publications/{published.id}", json={"price": price})
        refused(answer, 403, "masked")
    assert change(call, published, title="Tazza")["price"] is None


def test_what_isnt_in_reach_is_not_changed(merchant, warehouse, published, foreign):
    unknown = merchant("PUT", f"/channels/publications/{10**17}", json={"title": "x"})
    refused(unknown, 404, "not_found")
    assert alike(merchant("PUT", f"/channels/publications/{foreign.id}", json={"title": "x"}), unknown)
    for number in (published.id, 10**17):
        answer = warehouse("PUT", f"/channels/publications/{number}", json={"title": "x"})
        refused(answer, 403, "scope_missing")
    assert not Publication.select().where(Publication.title == "x").exists()


def test_it_needs_a_key_with_the_permission_to_write(client, api, published):
    path = f"/channels/publications/{published.id}"
    refused(client.put(f"/api/v1{path}", json={"title": "x"}), 401, "no_credentials")
    refused(api(None, products="read")("PUT", path, json={"title": "x"}), 403, "scope_missing")
