"""GET /suppliers: those in reach of the key."""

from tests.api.problems import refused, wrong
from webapp.actions import suppliers


def test_a_suppliers_key_sees_its_own_alone(logistics, cast):
    answer = logistics("GET", "/suppliers")
    assert (answer.status_code, answer.json["success"], answer.json["total"]) == (200, True, 1)
    assert answer.json["data"] == [
        {"id": cast.logistics.id, "name": "Nord Logistica", "kind": "logistics", "min_days": 1, "max_days": 3}
    ]
    assert "Rival" not in answer.text


def test_a_key_for_the_whole_store_sees_those_of_its_store(whole, cast):
    names = [row["name"] for row in whole("GET", "/suppliers").json["data"]]
    assert names == ["Nord Logistica", "Rival Warehousing"]  # And not the stranger's.


def test_an_archived_supplier_is_left_out(whole, cast):
    suppliers.archive(cast.viewer(cast.admin), cast.rival.id)
    answer = whole("GET", "/suppliers").json
    assert ([row["name"] for row in answer["data"]], answer["total"]) == (["Nord Logistica"], 1)


def test_any_key_may_ask_and_nobody_without(api, client, cast):
    assert api(None, orders="none", shipping="none", products="read")("GET", "/suppliers").json["total"] == 2
    refused(client.get("/api/v1/suppliers"), 401, "no_credentials")


def test_it_says_what_it_does_not_know(logistics):
    wrong(logistics("GET", "/suppliers?name=x"), "name")
    refused(logistics("POST", "/suppliers", json={"name": "Mine"}), 405, "method_not_allowed")
