"""GET /waybills: a list as JSON, or one file with the waybills of many shippings."""

import pytest

from tests.api.problems import alike, refused, wrong
from tests.api.v1.waybills.label import PDF, as_, data, path, sending
from tests.scanner import labels, pages
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Waybill


@pytest.fixture
def three(logistics, shipment, world):
    """Three shipments of the logistics service with issued waybills."""
    made = [shipment]
    for number in (2, 3):
        order = world.order(("MUG", 1), external_id=str(number))
        made.append(shipments.create(world.viewer, order.id, ShipmentDraft(carrier="GLS", tracking_code=f"T-{number}")))
    for one in made:
        data(logistics("POST", path(one)), 201)
    return made


def named(*found) -> str:
    return "/waybills?shipping_ids=" + ",".join(str(row.id) for row in found)


def test_one_pdf_has_all_pages_in_the_order_asked_for(logistics, three):
    first, second, third = three
    answer = logistics("GET", named(third, first, second), **as_("application/pdf"))
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="waybills.pdf"'
    assert [page.codes["Code128"] for page in pages(answer.data)] == ["T-3", "T-1", "T-2"]


def test_one_zpl_has_all_labels(logistics, three):
    answer = logistics("GET", named(*three), **as_("application/zpl"))
    assert [label[-1].data for label in labels(answer.data)] == ["T-1", "T-2", "T-3"]


def test_one_that_is_not_issued_is_named(logistics, three):
    logistics("DELETE", path(three[1]))
    told = refused(logistics("GET", named(*three), **as_("application/pdf")), 409, "not_issued")
    assert told["shippings"] == [three[1].id]


def test_one_that_lacks_the_format_is_named(logistics, three):
    logistics("PUT", path(three[0]), **sending("application/pdf"))
    told = refused(logistics("GET", named(*three), **as_("application/zpl")), 406, "format_not_available")
    assert (told["shippings"], told["available"]) == ([three[0].id], ["application/pdf"])


def test_an_upload_that_cannot_be_joined_is_named(logistics, three):
    logistics("PUT", path(three[2]), **sending("application/pdf", PDF))
    told = refused(logistics("GET", named(*three), **as_("application/pdf")), 409, "unreadable")
    assert told["shippings"] == [three[2].id]


def test_png_is_not_joined(logistics, three):
    told = refused(logistics("GET", named(*three), **as_("image/png")), 406, "format_not_available")
    assert told["available"] == ["application/pdf", "application/zpl"]


def test_a_foreign_one_among_them_is_as_an_unknown_one(rival, three):
    foreign = rival("GET", named(*three), **as_("application/pdf"))
    unknown = rival("GET", "/waybills?shipping_ids=999999", **as_("application/pdf"))
    assert refused(foreign, 404, "not_found") and alike(foreign, unknown)


def test_the_list_has_filters_pages_and_scope(logistics, rival, whole, three):
    logistics("DELETE", path(three[1]))
    for call in (logistics, whole):
        answer = call("GET", "/waybills")
        assert [row["shipping_id"] for row in answer.json["data"]] == [row.id for row in three]
        assert answer.json["total"] == 3
        assert [row["formats"] for row in answer.json["data"]] == [
            ["application/pdf", "application/zpl"],
            [],
            answer.json["data"][0]["formats"],
        ]
    assert rival("GET", "/waybills").json["data"] == rival("GET", named(*three)).json["data"] == []
    assert logistics("GET", "/waybills?status=voided").json["total"] == 1
    assert [row["shipping_id"] for row in logistics("GET", named(three[2])).json["data"]] == [three[2].id]
    page = logistics("GET", "/waybills?max=2").json
    rest = logistics("GET", f"/waybills?max=2&cursor={page['next']}").json
    assert (len(page["data"]), len(rest["data"]), rest["next"]) == (2, 1, None)


def test_the_list_takes_as_many_statements_for_many_as_for_one(logistics, three, sql_count):
    with sql_count() as few:
        logistics("GET", named(three[0]))
    with sql_count() as many:
        logistics("GET", named(*three))
    assert len(few) == len(many)


@pytest.mark.parametrize("ids", ["", "1,", "x", "1;2", "-1", "1.5", "9" * 19, "%D9%A3", ",".join(["1"] * 101)])
@pytest.mark.parametrize("accept", ["application/json", "application/pdf"])
def test_odd_ids_are_told(logistics, ids, accept):
    wrong(logistics("GET", f"/waybills?shipping_ids={ids}", **as_(accept)), "shipping_ids")


def test_what_it_does_not_know_is_told(logistics, api, cast):
    wrong(logistics("GET", "/waybills", **as_("application/pdf")), "shipping_ids")
    wrong(logistics("GET", "/waybills?status=lost"), "status")
    wrong(logistics("GET", "/waybills?ids=1"), "ids")
    refused(api(cast.logistics, shipping="none")("GET", "/waybills"), 403, "scope_missing")
    assert not Waybill.select().exists()


def test_nobody_gets_any_without_a_key(client, three):
    refused(client.get("/api/v1" + named(*three), headers={"Accept": "application/pdf"}), 401, "no_credentials")
    refused(client.get("/api/v1" + path(three[0])), 401, "no_credentials")
