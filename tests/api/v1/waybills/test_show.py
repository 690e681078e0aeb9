"""GET /shippings/{id}/waybill: the format that was asked for, or none."""

import pytest

from tests.api.problems import refused
from tests.api.v1.waybills.label import as_, data, path, sending
from tests.scanner import labels, pages
from webapp.actions import shipments
from webapp.models import Order, Waybill


@pytest.fixture
def issued(logistics, shipment):
    data(logistics("POST", path(shipment)), 201)
    return shipment


def test_the_pdf_is_scanned_and_the_zpl_taken_apart(logistics, issued):
    answer = logistics("GET", path(issued), **as_("application/pdf"))
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="waybill-{issued.id}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Accept" in answer.headers["Vary"]
    (page,) = pages(answer.data)
    assert page.codes == {"Code128": "T-1", "QRCode": "https://gls-group.eu/track/T-1"}
    assert page.size == (100.0, 150.0) and "Bea Buyer" in page.text and "#1" in page.text
    answer = logistics("GET", path(issued), **as_("application/zpl"))
    assert (answer.status_code, answer.content_type) == (200, "application/zpl")
    (fields,) = labels(answer.data)
    assert {"Bea Buyer", "T-1", "Nord Logistica", "GLS"} <= {field.data for field in fields}


def test_no_price_is_on_a_label(logistics, issued):
    page = pages(logistics("GET", path(issued), **as_("application/pdf")).data)[0].text
    zpl = logistics("GET", path(issued), **as_("application/zpl")).text
    assert not any(price in text for text in (page, zpl) for price in ("5.00", "10.00", "EUR"))


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/*", "text/html, */*;q=0.8"])
def test_without_a_wish_it_is_json(logistics, issued, accept):
    answer = logistics("GET", path(issued), **(as_(accept) if accept else {}))
    assert data(answer)["status"]["id"] == "issued" and "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("word", ["application/x-zpl", "text/zpl", "application/vnd.zebra-zpl", "APPLICATION/ZPL"])
def test_zpl_has_several_names(logistics, issued, word):
    assert logistics("GET", path(issued), **as_(word)).content_type == "application/zpl"


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("image/png, application/zpl", "application/zpl"),
        ("application/zpl;q=0.5, application/pdf", "application/pdf"),
        ("application/pdf, */*", "application/pdf"),
        ("application/json, application/pdf;q=0.1", "application/json"),
        ("application/json;q=0.1, application/pdf", "application/pdf"),
    ],
)
def test_the_preferred_one_of_those_there_is_given(logistics, issued, accept, found):
    assert logistics("GET", path(issued), **as_(accept)).content_type == found


@pytest.mark.parametrize("accept", ["image/png", "image/*", "image/png, */*;q=0.1", "application/pdf;q=0, image/png"])
def test_a_format_that_is_not_there_is_406_with_those_that_are(logistics, issued, accept):
    told = refused(logistics("GET", path(issued), **as_(accept)), 406, "format_not_available")
    assert told["available"] == ["application/pdf", "application/zpl"]


def test_what_no_waybill_ever_is_is_406_as_well(logistics, issued):
    for accept in ("text/html", "image/jpeg", "application/octet-stream", "application/json;q=0"):
        told = refused(logistics("GET", path(issued), **as_(accept)), 406, "format_not_available")
        assert told["available"] == ["application/pdf", "application/zpl", "image/png"]


@pytest.mark.parametrize("sent", ["application/pdf", "application/zpl", "image/png"])
def test_of_an_upload_only_its_own_format_is_there(logistics, shipment, sent):
    logistics("POST", path(shipment), **sending(sent))
    for accept in ("application/pdf", "application/zpl", "image/png"):
        answer = logistics("GET", path(shipment), **as_(accept))
        if accept == sent:
            assert (answer.status_code, answer.data) == (200, sending(sent)["data"])
        else:
            assert refused(answer, 406, "format_not_available")["available"] == [sent]


def test_a_draft_and_a_void_one_have_nothing_to_hand_out(logistics, shipment):
    logistics("POST", path(shipment), json={"issue": False})
    assert (
        refused(logistics("GET", path(shipment), **as_("application/pdf")), 406, "format_not_available")["available"]
        == []
    )
    logistics("PUT", path(shipment), json={"issue": True})
    logistics("DELETE", path(shipment))
    told = refused(logistics("GET", path(shipment), **as_("application/pdf")), 406, "format_not_available")
    assert told["available"] == [] and "voided" in told["message"]
    assert data(logistics("GET", path(shipment)))["status"]["id"] == "voided"


def test_what_was_printed_stays_whatever_becomes_of_the_shipment(logistics, issued, world):
    before = logistics("GET", path(issued), **as_("application/pdf")).data
    shipments.edit(world.viewer, issued.id, tracking_code="T-2")
    assert logistics("GET", path(issued), **as_("application/pdf")).data == before
    assert data(logistics("GET", path(issued)))["tracking_code"] == "T-1"


def test_who_has_it_already_gets_304(logistics, issued):
    for accept in ("application/pdf", "application/json"):
        tag = logistics("GET", path(issued), **as_(accept)).headers["ETag"]
        headers = {"Accept": accept, "If-None-Match": tag}
        assert logistics("GET", path(issued), headers=headers).status_code == 304


def test_head_tells_the_same_without_the_file(logistics, issued):
    answer = logistics("HEAD", path(issued), **as_("application/pdf"))
    assert (answer.status_code, answer.content_type, answer.data) == (200, "application/pdf", b"")


def test_a_shipment_without_one_has_none(logistics, shipment):
    told = refused(logistics("GET", path(shipment)), 404, "not_found")
    assert told["message"] == "There is no such waybill."
    refused(logistics("GET", path(shipment), **as_("application/pdf")), 404, "not_found")
    assert data(logistics("GET", f"/shippings/{shipment.id}"))["waybill"] is None


def test_a_rival_gets_no_file(rival, issued):
    refused(rival("GET", path(issued), **as_("application/pdf")), 404, "not_found")


def test_a_masked_key_has_the_label_without_mail_and_phone(api, cast, shipment, logistics, world):
    order = Order.get_by_id(shipment.order_id)
    address = {**order.delivery_address, "phone": "+39 055 1", "email": "bea@example.com", "address": "Via Roma 1"}
    shipments.edit(world.viewer, shipment.id, delivery_address=address)
    masked = api(cast.logistics, shipping="read", hides_customer=True, hides_prices=True)
    body = {"cash_on_delivery": {"amount": 12.5}}
    logistics("POST", path(shipment), json=body)
    answers = [masked("GET", path(shipment), **as_(word)) for word in ("application/json", "application/zpl")]
    page = pages(masked("GET", path(shipment), **as_("application/pdf")).data)[0].text
    for text in (*(answer.text for answer in answers), page):
        assert "Bea" in text and "Via Roma 1" in text and "12.5" in text
        assert "055" not in text and "bea@" not in text
    blind = api(cast.logistics, shipping="none", hides_customer=True)
    refused(blind("GET", path(shipment), **as_("application/pdf")), 403, "scope_missing")


def test_no_column_of_another_store_can_be_reached(api, cast, foreign_order, elsewhere, whole):
    made = shipments.create(elsewhere.viewer, foreign_order.id, shipments.ShipmentDraft())
    Waybill.create(store=made.store_id, shipment=made.id, supplier=made.supplier_id, status="issued")
    refused(whole("GET", path(made)), 404, "not_found")
    refused(whole("DELETE", path(made)), 404, "not_found")
    assert whole("GET", "/waybills").json["data"] == []
