"""Reporting stock: many rows in one call, each with a result of its own."""

import pytest

from tests.api.problems import refused, wrong
from webapp.models import Allocation, Change, Event, Product, Supply


def report(call, *rows) -> list[dict]:
    answer = call("PUT", "/provisions", json={"provisions": list(rows)})
    assert answer.status_code == 207, answer.text
    assert answer.json.keys() == {"success", "message", "data"} and answer.json["success"] is True
    results = answer.json["data"]
    assert [result["index"] for result in results] == list(range(len(rows)))
    return results


def held(supplier, sku="MUG") -> Supply:
    return Supply.get(
        Supply.supplier == supplier.id,
        Supply.product == Product.get(Product.sku == sku, Product.store == supplier.store_id).id,
    )


@pytest.fixture
def mine(mug, cast) -> Supply:
    """What the logistics service holds of the mug: ten units."""
    return Supply.get(Supply.supplier == cast.logistics.id)


def test_stock_is_reported_by_any_name(warehouse, mine):
    names = [{"supplier_sku": "MUG"}, {"sku": "MUG"}, {"ean": "8001234567897"}, {"id": mine.id}]
    for quantity, name in enumerate(names, 20):
        assert report(warehouse, {**name, "quantity": quantity}) == [
            {"index": 0, "status": 200, "id": mine.id, "quantity": quantity}
        ]
        assert Supply.get_by_id(mine.id).quantity == quantity


def test_a_report_is_told_to_people_and_programs(warehouse, mine, cast):
    Change.delete().execute()
    report(warehouse, {"sku": "MUG", "quantity": 12})
    told = [(row.subject, row.subject_id, row.supplier_id) for row in Change.select().order_by(Change.number)]
    assert told == [("product", mine.product_id, None), ("product", mine.product_id, cast.logistics.id)]
    event = Event.get(Event.kind == "supply.reported")
    assert event.message == "Stock of MUG at Nord Logistica: 10 → 12"
    assert (event.supplier_id, event.actor_kind) == (cast.logistics.id, "key")


def test_what_is_so_already_is_no_change(warehouse, mine):
    before = (Change.select().count(), Event.select().count(), mine.updated_at)
    (result,) = report(warehouse, {"sku": "MUG", "quantity": 10})
    assert (result["status"], result["code"], result["quantity"]) == (200, "unchanged", 10)
    assert (Change.select().count(), Event.select().count(), Supply.get_by_id(mine.id).updated_at) == before


def test_one_bad_row_stops_no_other(warehouse, mine, pot, strange):
    rows = [
        {"sku": "GHOST", "quantity": 1},
        {"sku": "MUG", "quantity": -1},
        {"sku": "POT", "quantity": 1},
        {"quantity": 1},
        {"sku": "MUG", "ean": "8001234567897", "quantity": 1},
        {"sku": "MUG"},
        {"sku": "MUG", "quantity": 1, "colour": "red"},
        {"sku": "MUG", "quantity": 1.5},
        "MUG",
        {"sku": "MU\x00G", "quantity": 1},
        {"id": 10**17, "quantity": 1},
        {"sku": "MUG", "quantity": 33},
    ]
    results = report(warehouse, *rows)
    assert [result["status"] for result in results] == [404, 422, 404, *[422] * 7, 404, 200]
    assert {(result["id"], result["quantity"]) for result in results[:-1]} == {(None, None)}
    assert all(result["code"] and result["message"] for result in results[:-1])
    assert "quantity: " in results[1]["message"] and "exactly one of" in results[3]["message"]
    assert "colour: This field isn't known." in results[6]["message"]
    assert Supply.get_by_id(mine.id).quantity == 33
    others = Supply.select().where(Supply.supplier != mine.supplier_id).order_by(Supply.id)
    assert [row.quantity for row in others] == [3, 4, 8]


def test_what_isnt_its_own_reads_like_what_isnt_there(warehouse, mug, pot, strange, cast):
    foreign = [row.id for row in Supply.select().where(Supply.supplier != cast.logistics.id)]
    names = [{"supplier_sku": "R-1"}, {"sku": "POT"}, *({"id": number} for number in foreign)]
    results = report(warehouse, *({**name, "quantity": 1} for name in [{"sku": "GHOST"}, *names]))
    assert len({(row["status"], row["code"], row["message"]) for row in results}) == 1
    assert [row.quantity for row in Supply.select().where(Supply.id.in_(foreign))] == [3, 4, 8]


def test_a_supplier_reports_for_itself_alone(warehouse, mine, cast):
    own, rivals, unknown = report(
        warehouse,
        {"sku": "MUG", "supplier_id": cast.logistics.id, "quantity": 11},
        {"sku": "MUG", "supplier_id": cast.rival.id, "quantity": 1},
        {"sku": "MUG", "supplier_id": 10**17, "quantity": 1},
    )
    assert own["status"] == 200
    assert {**rivals, "index": 0} == {**unknown, "index": 0} and rivals["status"] == 422
    assert held(cast.rival).quantity == 3


def test_a_key_of_the_whole_store_names_the_supplier(merchant, mine, cast, strange):
    theirs = held(cast.rival)
    results = report(
        merchant,
        {"sku": "MUG", "quantity": 1},
        {"sku": "MUG", "supplier_id": cast.logistics.id, "quantity": 21},
        {"supplier_sku": "R-1", "supplier_id": cast.rival.id, "quantity": 22},
        {"id": theirs.id, "quantity": 23},
        {"id": theirs.id, "supplier_id": cast.logistics.id, "quantity": 1},
        {"sku": "MUG", "supplier_id": cast.stranger_supplier.id, "quantity": 1},
    )
    assert [result["status"] for result in results] == [422, 200, 200, 200, 404, 404]
    assert "supplier_id" in results[0]["message"]
    assert (held(cast.logistics).quantity, held(cast.rival).quantity) == (21, 23)
    assert Supply.get(Supply.supplier == cast.stranger_supplier.id).quantity == 8


def test_an_ean_of_two_products_is_ambiguous(warehouse, mine, world):
    second = world.product("MUG-BLUE", logistics=1)
    type(second).update(ean="8001234567897").execute()
    (result,) = report(warehouse, {"ean": "8001234567897", "quantity": 5})
    assert (result["status"], result["code"]) == (409, "ambiguous")
    assert Supply.get_by_id(mine.id).quantity == 10


def test_a_late_report_is_refused_with_the_number_held(warehouse, mine):
    assert report(warehouse, {"sku": "MUG", "quantity": 20, "sequence": 5})[0]["status"] == 200
    late = report(warehouse, {"sku": "MUG", "quantity": 30, "sequence": 4})[0]
    assert (late["status"], late["code"], late["sequence"]) == (409, "stale_sequence", 5)
    assert (late["id"], late["quantity"]) == (mine.id, 20)
    assert report(warehouse, {"sku": "MUG", "quantity": 21, "sequence": 5})[0]["status"] == 409
    again = report(warehouse, {"sku": "MUG", "quantity": 20, "sequence": 5})[0]
    assert (again["status"], again["code"]) == (200, "unchanged")
    assert report(warehouse, {"sku": "MUG", "quantity": 22, "sequence": 6})[0]["status"] == 200
    row = Supply.get_by_id(mine.id)
    assert (row.quantity, row.sequence) == (22, 6)


def test_a_report_without_a_number_counts_and_keeps_the_number_held(warehouse, mine):
    report(warehouse, {"sku": "MUG", "quantity": 20, "sequence": 5}, {"sku": "MUG", "quantity": 19})
    assert (Supply.get_by_id(mine.id).quantity, Supply.get_by_id(mine.id).sequence) == (19, 5)
    assert report(warehouse, {"sku": "MUG", "quantity": 20, "sequence": 5})[0]["status"] == 409


def test_a_newer_number_over_the_same_stock_is_kept_without_a_change(warehouse, mine):
    before = Change.select().count()
    (result,) = report(warehouse, {"sku": "MUG", "quantity": 10, "sequence": 8})
    assert (result["status"], result["code"], Supply.get_by_id(mine.id).sequence) == (200, "unchanged", 8)
    assert Change.select().count() == before
    assert report(warehouse, {"sku": "MUG", "quantity": 1, "sequence": 7})[0]["status"] == 409


def test_rows_for_the_same_supply_take_effect_in_their_order(warehouse, mine):
    results = report(
        warehouse,
        {"sku": "MUG", "quantity": 7, "sequence": 2},
        {"supplier_sku": "MUG", "quantity": 8, "sequence": 1},
        {"id": mine.id, "quantity": 9, "sequence": 3},
    )
    assert [result["status"] for result in results] == [200, 409, 200]
    assert Supply.get_by_id(mine.id).quantity == 9


def test_fewer_than_orders_hold_is_taken_and_nothing_is_free(warehouse, mine, world):
    world.order(("MUG", 8))
    assert report(warehouse, {"sku": "MUG", "quantity": 2})[0]["status"] == 200
    (row,) = warehouse("GET", "/provisions").json["data"]
    assert (row["quantity"], row["reserved"], row["free"]) == (2, 8, 0)


def test_stock_that_came_in_goes_to_orders_that_wait(warehouse, mine, world, cast):
    first, second = world.order(("MUG", 16)), world.order(("MUG", 3), external_id="2")
    world.order(("MUG", 40), external_id="3", status="canceled")
    held_before = {row.order_id: row.quantity for row in Allocation.select()}
    report(warehouse, {"sku": "MUG", "quantity": 30})
    units: dict[int, int] = {}
    for row in Allocation.select().where(Allocation.status == "active"):
        units[row.order_id] = units.get(row.order_id, 0) + row.quantity
    assert units == {first.id: 16, second.id: 3} != held_before


def test_a_purchase_price_is_kept_in_cents(warehouse, mine):
    Change.delete().execute()
    (result,) = report(warehouse, {"sku": "MUG", "quantity": 10, "purchase_price": 4.25})
    assert result == {"index": 0, "status": 200, "id": mine.id, "quantity": 10}
    assert Supply.get_by_id(mine.id).purchase_price_cents == 425
    assert Event.get(Event.kind == "supply.reported").message == "Purchase price of MUG at Nord Logistica changed"
    assert report(warehouse, {"sku": "MUG", "quantity": 10, "purchase_price": None})[0]["code"] == "unchanged"


def test_a_key_that_hides_prices_cant_feel_for_one(api, cast, mine):
    call = api(cast.logistics, products="write", hides_prices=True)
    right, wrong_one, none = report(
        call,
        {"sku": "MUG", "quantity": 10, "purchase_price": 4},
        {"sku": "MUG", "quantity": 10, "purchase_price": 5},
        {"sku": "MUG", "quantity": 11},
    )
    assert {**right, "index": 1} == wrong_one
    assert (right["status"], right["code"], none["status"]) == (403, "masked", 200)
    assert Supply.get_by_id(mine.id).purchase_price_cents == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "provisions"),
        ({"provisions": []}, "provisions"),
        ({"provisions": {"sku": "MUG"}}, "provisions"),
        ({"provisions": [{}] * 501}, "provisions"),
        ({"rows": [], "provisions": [{}]}, "rows"),
        ([{"sku": "MUG", "quantity": 1}], "body"),
    ],
)
def test_a_malformed_body_is_refused_as_a_whole(warehouse, mine, body, field):
    wrong(warehouse("PUT", "/provisions", json=body), field)
    assert Supply.get_by_id(mine.id).quantity == 10


def test_broken_json_and_other_media_types(warehouse):
    broken = warehouse("PUT", "/provisions", data="{", headers={"Content-Type": "application/json"})
    refused(broken, 400, "malformed")
    other = warehouse("PUT", "/provisions", data="sku;1", headers={"Content-Type": "text/csv"})
    refused(other, 415, "unsupported_media_type")


@pytest.fixture
def shelves(cast):
    """500 products P0, P1 …, one unit of each at the logistics service."""
    numbers = range(500)
    Product.insert_many([{"store": cast.store.id, "sku": f"P{number}", "title": "P"} for number in numbers]).execute()
    mine = {"store": cast.store.id, "supplier": cast.logistics.id, "quantity": 1}
    ids = [row.id for row in Product.select(Product.id).order_by(Product.id)]
    Supply.insert_many([{**mine, "product": n, "supplier_sku": f"S{n}"} for n in ids]).execute()


def test_five_hundred_rows_that_are_so_already_cost_one_look(warehouse, shelves, sql_count):
    rows = [{"sku": f"P{number}", "quantity": 1} for number in range(500)]
    with sql_count() as seen:
        results = report(warehouse, *rows)
    assert {result["code"] for result in results} == {"unchanged"}
    assert len([statement for statement in seen if "api_key" not in statement]) == 1


def test_a_row_that_changes_costs_its_own_transaction_and_no_more(warehouse, shelves, sql_count):
    with sql_count() as seen:
        report(warehouse, *({"sku": f"P{number}", "quantity": 2} for number in range(60)))
    assert Supply.select().where(Supply.quantity == 2).count() == 60
    # For each row: the update, the ledger, the event, the counter, the change, and the bounds of its transaction.
    assert len(seen) <= 60 * 6 + 8, len(seen)


@pytest.mark.parametrize("level", ["none", "read"])
def test_it_needs_a_key_with_the_permission_to_write(client, api, cast, mine, level):
    body = {"provisions": [{"sku": "MUG", "quantity": 1}]}
    refused(client.put("/api/v1/provisions", json=body), 401, "no_credentials")
    answer = api(cast.logistics, products=level)("PUT", "/provisions", json=body)
    assert refused(answer, 403, "scope_missing")["required"] == "products:write"
    assert Supply.get_by_id(mine.id).quantity == 10
