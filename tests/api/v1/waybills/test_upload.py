"""POST and PUT of the courier's own file: kept byte for byte, as what it says it is, up to 5 MB."""

import pytest

from tests.api.problems import refused, wrong
from tests.api.v1.waybills.label import FILES, PDF, ZPL, as_, data, path, sending
from webapp.models import Waybill, WaybillFile


@pytest.mark.parametrize("media_type", FILES)
def test_it_comes_back_byte_for_byte(logistics, shipment, media_type):
    seen = data(logistics("POST", path(shipment), **sending(media_type)), 201)
    assert (seen["status"]["id"], seen["origin"], seen["formats"]) == ("issued", "uploaded", [media_type])
    answer = logistics("GET", path(shipment), **as_(media_type))
    assert (answer.data, answer.content_type) == (FILES[media_type], media_type)
    assert bytes(WaybillFile.get().content) == FILES[media_type]


def test_a_synonym_is_kept_under_the_formats_own_name(logistics, shipment):
    logistics("POST", path(shipment), data=ZPL, content_type="application/x-zpl")
    assert WaybillFile.get().media_type == "application/zpl"


def test_the_largest_file_is_kept_whole_and_a_larger_one_is_413(logistics, shipment):
    largest = PDF + b"\x07" * (5_000_000 - len(PDF))
    refused(logistics("POST", path(shipment), **sending("application/pdf", largest + b"\x07")), 413, "too_large")
    assert not Waybill.select().exists()
    data(logistics("POST", path(shipment), **sending("application/pdf", largest)), 201)
    assert logistics("GET", path(shipment), **as_("application/pdf")).data == largest


@pytest.mark.parametrize("verb", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("said", "sent", "told"),
    [
        ("application/pdf", ZPL, "it begins as ZPL"),
        ("application/zpl", PDF, "it begins as PDF"),
        ("image/png", PDF, "it begins as PDF"),
        ("application/pdf", b"<html>", "it doesn't begin as one"),
        ("application/zpl", b"hello ^XA", "it doesn't begin as one"),
    ],
)
def test_a_file_must_be_what_it_says(logistics, shipment, verb, said, sent, told):
    (message,) = wrong(logistics(verb, path(shipment), **sending(said, sent)), "body")
    assert told in message and not Waybill.select().exists()


@pytest.mark.parametrize(
    "media_type", ["text/plain", "image/jpeg", "application/octet-stream", "multipart/form-data", ""]
)
def test_another_kind_of_body_is_415_with_those_that_are_taken(logistics, shipment, media_type):
    answer = logistics("POST", path(shipment), data=PDF, content_type=media_type)
    told = refused(answer, 415, "unsupported_media_type")
    assert told["accepted"] == ["application/json", "application/pdf", "application/zpl", "image/png"]


def test_a_draft_gathers_several_formats_and_is_issued_with_them(logistics, shipment):
    drafted = data(logistics("POST", path(shipment) + "?issue=false", **sending("application/pdf")), 201)
    assert (drafted["status"]["id"], drafted["formats"]) == ("draft", [])
    data(logistics("PUT", path(shipment), **sending("application/zpl")))
    issued = data(logistics("PUT", path(shipment) + "?issue=true", **sending("image/png")))
    assert (issued["id"], issued["status"]["id"], issued["formats"]) == (drafted["id"], "issued", list(FILES))
    for media_type, content in FILES.items():
        assert logistics("GET", path(shipment), **as_(media_type)).data == content


def test_put_replaces_an_issued_one(logistics, shipment):
    first = data(logistics("POST", path(shipment)), 201)
    second = data(logistics("PUT", path(shipment), **sending("application/pdf")))
    assert (second["replaces"], second["formats"]) == (first["id"], ["application/pdf"])
    assert Waybill.get_by_id(first["id"]).status == "replaced"
    assert logistics("GET", path(shipment), **as_("application/pdf")).data == PDF


def test_post_beside_a_live_one_is_409_unless_it_replaces_it(logistics, shipment):
    first = data(logistics("POST", path(shipment), **sending("application/zpl")), 201)
    refused(logistics("POST", path(shipment), **sending("application/pdf")), 409, "waybill_exists")
    second = data(logistics("POST", path(shipment) + "?replace=true", **sending("application/pdf")), 201)
    assert second["replaces"] == first["id"]


def test_put_needs_something_to_be_put_over(logistics, shipment):
    refused(logistics("PUT", path(shipment), **sending("application/pdf")), 404, "not_found")
    logistics("POST", path(shipment))
    logistics("DELETE", path(shipment))
    refused(logistics("PUT", path(shipment), **sending("application/pdf")), 409, "not_a_draft")
    assert Waybill.select().count() == 1


def test_the_query_knows_its_flags(logistics, shipment):
    for verb, query, field in (
        ("POST", "issue=yes", "issue"),
        ("POST", "replace=", "replace"),
        ("PUT", "replace=true", "replace"),
    ):
        wrong(logistics(verb, f"{path(shipment)}?{query}", **sending("application/pdf")), field)


def test_a_flag_in_the_query_overrules_the_bodys(logistics, shipment):
    drafted = logistics("POST", f"{path(shipment)}?issue=false", json={"issue": True})
    assert (drafted.status_code, drafted.json["data"]["status"]["id"]) == (201, "draft")
    issued = logistics("PUT", f"{path(shipment)}?issue=1", json={"notes": "Ring twice"})
    assert (issued.status_code, issued.json["data"]["status"]["id"]) == (200, "issued")
    refused(logistics("POST", f"{path(shipment)}?replace=0", json={"replace": True}), 409, "waybill_exists")


def test_a_canceled_shipment_takes_none(logistics, shipment):
    logistics("POST", f"/shippings/{shipment.id}/cancel")
    refused(logistics("POST", path(shipment), **sending("application/pdf")), 409, "canceled")


def test_the_same_key_uploads_once(logistics, shipment):
    options = {**sending("application/pdf"), "headers": {"Idempotency-Key": "up"}}
    first, again = (logistics("POST", path(shipment), **options) for _ in range(2))
    assert again.json == first.json and Waybill.select().count() == 1
