"""Parcels of POST and PUT /shippings: weighed in grams or kilograms, measured in centimetres."""

import pytest

from tests.api.problems import wrong
from webapp.models import Parcel, Shipment

TWO = [{"weight": 1.25, "length": 30, "width": 20.5, "height": 10}, {"weight_grams": 800}]
SEEN = [
    {"position": 1, "weight_grams": 1250, "weight": 1.25, "length": 30.0, "width": 20.5, "height": 10.0},
    {"position": 2, "weight_grams": 800, "weight": 0.8, "length": None, "width": None, "height": None},
]


def test_a_shipment_is_created_with_its_parcels(logistics, order):
    made = logistics("POST", "/shippings", json={"order_id": order.id, "parcels": TWO})
    assert (made.status_code, made.json["data"]["parcels"]) == (201, SEEN)
    assert logistics("GET", f"/shippings/{made.json['data']['id']}").json["data"]["parcels"] == SEEN
    assert [(row.weight_grams, row.width_mm) for row in Parcel.select().order_by(Parcel.id)] == [
        (1250, 205),
        (800, None),
    ]


def test_without_any_there_are_none(logistics, order):
    assert logistics("POST", "/shippings", json={"order_id": order.id}).json["data"]["parcels"] == []


def test_put_sets_them_anew_and_leaves_them_where_they_are_not_named(logistics, shipment):
    path = f"/shippings/{shipment.id}"
    assert logistics("PUT", path, json={"parcels": TWO}).json["data"]["parcels"] == SEEN
    assert logistics("PUT", path, json={"reference": "R"}).json["data"]["parcels"] == SEEN
    changed = logistics("PUT", path, json={"parcels": [{}, {"weight": 2, "weight_grams": 2000}]}).json["data"]
    assert [row["weight_grams"] for row in changed["parcels"]] == [None, 2000]
    assert logistics("PUT", path, json={"parcels": []}).json["data"]["parcels"] == []
    assert not Parcel.select().exists()


ODD = {
    "parcels": [7, [{}] * 100],
    "parcels.0": [[7], [{"weight": 1, "weight_grams": 999}]],
    "parcels.0.weight": [[{"weight": value}] for value in (0, -1, 2001, "1", True, 0.0004)],
    "parcels.0.weight_grams": [[{"weight_grams": value}] for value in (0, -5, 1.5, 10**9)],
    "parcels.1.height": [[{}, {"height": value}] for value in (0, -1, 3001, "x")],
    "parcels.0.colour": [[{"colour": "red"}]],
}


@pytest.mark.parametrize("field", ODD)
def test_odd_parcels_are_told_at_their_field(logistics, shipment, order, field):
    for value in ODD[field]:
        wrong(logistics("PUT", f"/shippings/{shipment.id}", json={"parcels": value}), field)
        wrong(logistics("POST", "/shippings", json={"order_id": order.id, "parcels": value}), field)
    assert (Parcel.select().count(), Shipment.select().count()) == (0, 1)


def test_the_list_takes_as_many_statements_with_parcels_and_waybills_as_without(logistics, order, shipment, sql_count):
    with sql_count() as few:
        logistics("GET", "/shippings")
    logistics("PUT", f"/shippings/{shipment.id}", json={"parcels": TWO})
    logistics("POST", f"/shippings/{shipment.id}/waybill")
    with sql_count() as many:
        (row,) = logistics("GET", "/shippings").json["data"]
    assert len(few) == len(many) and row["parcels"] == SEEN and row["waybill"]["id"] == "issued"
