"""One publication: its shape, what it takes from the product, and nothing for a supplier's key."""

from tests.api.problems import alike, refused
from webapp.models import Publication

FIELDS = {
    *("id", "product_id", "sku", "source_id", "source", "channel_id", "external_id", "title", "price", "active"),
    *("creation_date", "update_date"),
}


def read(call, publication) -> dict:
    answer = call("GET", f"/channels/publications/{publication.id}")
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_it_has_this_shape(merchant, published, world):
    seen = read(merchant, published)
    assert seen.keys() == FIELDS
    assert (seen["id"], seen["channel_id"], seen["creation_date"][-1]) == (published.id, world.channel.id, "Z")


def test_what_the_channel_has_of_its_own_goes_before_the_products(merchant, published):
    Publication.update(sku="MUG-IT", title="Tazza", price_cents=999).execute()
    seen = read(merchant, published)
    assert (seen["sku"], seen["title"], seen["price"]) == ("MUG-IT", "Tazza", 9.99)


def test_the_etag_tells_whether_it_changed(merchant, published):
    tag = {"If-None-Match": merchant("GET", f"/channels/publications/{published.id}").headers["ETag"]}
    assert merchant("GET", f"/channels/publications/{published.id}", headers=tag).status_code == 304
    Publication.update(active=False).execute()
    assert merchant("GET", f"/channels/publications/{published.id}", headers=tag).status_code == 200


def test_what_isnt_in_reach_reads_like_none(merchant, warehouse, published, foreign):
    unknown = merchant("GET", f"/channels/publications/{10**17}")
    refused(unknown, 404, "not_found")
    assert alike(merchant("GET", f"/channels/publications/{foreign.id}"), unknown)
    assert alike(warehouse("GET", f"/channels/publications/{published.id}"), unknown)


def test_it_needs_a_key_with_the_permission(client, api, published):
    path = f"/channels/publications/{published.id}"
    refused(client.get(f"/api/v1{path}"), 401, "no_credentials")
    refused(api(None)("GET", path), 403, "scope_missing")
