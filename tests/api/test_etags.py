"""ETags: what is unchanged isn't sent again, and nobody writes over what somebody else did meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.api.problems import refused
from webapp.db import db
from webapp.models import Event, Order, Shipment


def tag(call, path: str) -> str:
    return call("GET", path).headers["ETag"]


@pytest.fixture
def path(shipment) -> str:
    return f"/shippings/{shipment.id}"


def test_a_single_resource_has_an_etag_and_a_list_has_none(logistics, order, shipment):
    for path in ("/me", f"/orders/{order.id}", f"/shippings/{shipment.id}"):
        first, again = logistics("GET", path), logistics("GET", path)
        assert first.headers["ETag"] == again.headers["ETag"] and first.headers["ETag"].startswith('"')
        assert first.headers["Cache-Control"] == "private, no-cache"
    for path in ("/orders", "/shippings", "/suppliers", "/carriers"):
        assert "ETag" not in logistics("GET", path).headers


def test_what_is_unchanged_is_not_sent_again(logistics, order, path):
    for at in (f"/orders/{order.id}", path):
        seen = tag(logistics, at)
        for method in ("GET", "HEAD"):
            for wanted in (seen, f'"other", {seen}', f"W/{seen}", "*"):
                answer = logistics(method, at, headers={"If-None-Match": wanted})
                assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", seen)
        assert logistics("GET", at, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_gives_another_etag_which_its_own_answer_tells(logistics, path):
    seen = tag(logistics, path)
    changed = logistics("PUT", path, json={"reference": "R-2"})
    assert changed.headers["ETag"] not in (seen, None)
    again = logistics("GET", path, headers={"If-None-Match": seen})
    assert (again.status_code, again.headers["ETag"]) == (200, changed.headers["ETag"])


def test_two_keys_that_see_different_parts_have_different_etags(logistics, whole, order):
    assert tag(logistics, f"/orders/{order.id}") != tag(whole, f"/orders/{order.id}")


WRITES = {
    "PUT /orders/{order}/status": {"status": "on_hold"},
    "PUT /shippings/{shipment}": {"tracking_code": "NEW"},
    "POST /shippings/{shipment}/ship": {},
    "POST /shippings/{shipment}/cancel": {},
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_counts_only_for_what_the_caller_saw(whole, order, shipment, write):
    method, at = write.format(order=order.id, shipment=shipment.id).split()
    read = "/".join(at.split("/")[:3])
    before = Event.select().count()
    for stale in ('"other"', f"W/{tag(whole, read)}", tag(whole, "/me"), "x", ""):
        told = refused(whole(method, at, json=WRITES[write], headers={"If-Match": stale}), 412, "stale")
        assert "changed since" in told["message"]
    assert Event.select().count() == before
    assert (Order.get().status, Shipment.get().status, Shipment.get().tracking_code) == ("in_process", "draft", "T-1")
    seen = tag(whole, read)
    done = whole(method, at, json=WRITES[write], headers={"If-Match": f'"other", {seen}'})
    assert done.status_code == 200, done.json
    assert Event.select().count() > before and tag(whole, read) == done.headers["ETag"] != seen


def test_a_delivery_counts_only_for_what_the_caller_saw(logistics, path):
    seen = tag(logistics, path)
    logistics("POST", f"{path}/ship")
    refused(logistics("POST", f"{path}/deliver", headers={"If-Match": seen}), 412, "stale")
    assert logistics("POST", f"{path}/deliver", headers={"If-Match": tag(logistics, path)}).status_code == 200
    assert Shipment.get().status == "delivered"


def test_a_star_matches_whatever_is_there(logistics, path):
    assert logistics("PUT", path, json={"reference": "R"}, headers={"If-Match": "*"}).status_code == 200
    refused(logistics("PUT", "/shippings/999", json={}, headers={"If-Match": "*"}), 404, "not_found")


def test_of_eight_who_saw_the_same_state_one_writes(logistics, path):
    seen, gate = tag(logistics, path), Barrier(8)

    def write(number):
        gate.wait()
        try:
            answer = logistics("PUT", path, json={"tracking_code": f"N{number}"}, headers={"If-Match": seen})
            return answer.status_code, f"N{number}"
        finally:
            db.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(write, range(8)))

    assert sorted(status for status, _ in answers) == [200] + [412] * 7
    assert Shipment.get().tracking_code == dict(answers)[200]
    assert Event.select().where(Event.kind == "shipment.edited").count() == 1
