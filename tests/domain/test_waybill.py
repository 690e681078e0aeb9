"""What a waybill says, how it lives, and by which bytes its files are known."""

import pytest

from webapp.domain import waybill, waybill_format, waybill_status
from webapp.domain.waybill_format import PDF, PNG, ZPL

DETAILS = {
    "sender": {"name": "Nord Logistica", "city": "Faenza"},
    "recipient": {
        "name": "Bea",
        "surname": "Buyer",
        "company": "",
        "address": "Via Roma 1",
        "postcode": "50121",
        "city": "Firenze",
        "state_iso": "FI",
        "country_iso": "IT",
        "phone": "+39 055 1",
        "email": "bea@example.com",
    },
    "carrier": "GLS",
    "tracking_code": "T-1",
    "tracking_url": "https://gls-group.eu/track/T-1",
    "reference": "R 1",
    "order": "#1042",
    "parcels": [{"weight_grams": 1250, "length_mm": 300, "width_mm": 200, "height_mm": 105}, {"weight_grams": None}],
    "cash_on_delivery": {"amount_cents": 1205, "currency": "EUR"},
    "notes": "Ring twice.",
}


def test_a_label_says_what_the_details_say():
    label = waybill.label("T-1", DETAILS)
    assert label.recipient == ("Bea Buyer", "Via Roma 1", "50121 Firenze (FI)", "IT")
    assert label.sender == ("Nord Logistica", "Faenza")
    assert label.facts == ("Reference: R 1", "Order: #1042")
    assert (label.carrier, label.cash, label.notes) == ("GLS", "EUR 12.05", ("Ring twice.",))
    assert label.parcels == (("1 of 2", "1.25 kg · 30 × 20 × 10.5 cm"), ("2 of 2", ""))
    assert (label.number, label.code) == ("T-1", "https://gls-group.eu/track/T-1")


def test_a_label_holds_neither_phone_nor_mail():
    assert "055" not in str(waybill.label("T-1", DETAILS)) and "@" not in str(waybill.label("T-1", DETAILS))


def test_a_label_of_almost_nothing_is_one_parcel():
    label = waybill.label("XD0000000007", {})
    assert (label.carrier, label.recipient, label.facts, label.cash) == ("Waybill", (), (), "")
    assert (label.parcels, label.code) == ((("1 of 1", ""),), "XD0000000007")


@pytest.mark.parametrize("code", ["1Z999AA10123456784", "a", "A-1/2.3", "9" * 30])
def test_a_courier_code_that_can_be_a_bar_code_is_it(code):
    assert waybill.number_for(code, 7) == code


@pytest.mark.parametrize("code", ["", "A 1", "9" * 31, "é", "A^FS", "A>1", "٣", "A\n", "A_5E"])
def test_another_code_gets_a_number_of_ours_and_stands_beside_it(code):
    number = waybill.number_for(code, 7)
    assert number == "XD0000000007"
    assert (f"Tracking: {code.strip()}" in waybill.label(number, {"tracking_code": code}).facts) == bool(code)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://x.example/" + "a" * 300])
def test_a_qr_code_without_a_page_says_the_number(url):
    assert waybill.label("T-1", DETAILS | {"tracking_url": url}).code == "T-1"


def test_line_breaks_and_control_signs_stay_on_their_line():
    label = waybill.label("T-1", DETAILS | {"notes": "a\r\nb\x1b\x9bc\ud800d", "carrier": " G\tLS "})
    assert (label.notes, label.carrier) == (("a b c d",), "G LS")


def test_long_notes_keep_to_their_three_lines():
    label = waybill.label("T-1", DETAILS | {"notes": "word " * 100})
    assert len(label.notes) == 3 and all(len(line) <= waybill.NOTES_WIDTH for line in label.notes)


def test_a_waybill_only_goes_forward():
    moves = {(old, new) for old, _ in waybill_status.STATUSES for new, _ in waybill_status.STATUSES}
    allowed = {("draft", "issued"), ("draft", "voided"), ("issued", "voided"), ("issued", "replaced")}
    assert {pair for pair in moves if waybill_status.can_move(*pair)} == allowed
    assert not waybill_status.can_move("lost", "issued")
    assert [waybill_status.name(status) for status in waybill_status.LIVE] == ["Draft", "Issued"]


FILES = {
    PDF: [b"%PDF-1.7\n..."],
    PNG: [b"\x89PNG\r\n\x1a\n..."],
    ZPL: [b"^XA^FDx^FS^XZ", b"\r\n ^XA", b"CT~~CD,~CC^~CT~\r\n^XA^XZ"],
}


@pytest.mark.parametrize(("media_type", "content"), [(kind, file) for kind, files in FILES.items() for file in files])
def test_a_file_is_known_by_its_first_bytes(media_type, content):
    assert waybill_format.recognise(content) == media_type
    assert [kind for kind in waybill_format.FORMATS if waybill_format.begins_as(content, kind)] == [media_type]


@pytest.mark.parametrize("content", [b"", b" %PDF-1.7", b"<html>^XA", b"PK\x03\x04", b"XA", b"\x89PNG"])
def test_what_begins_otherwise_is_none_of_ours(content):
    assert waybill_format.recognise(content) is None


def test_media_types_have_synonyms():
    for word in ("application/x-zpl", "text/zpl", "Application/ZPL; charset=utf-8", "application/vnd.zebra-zpl"):
        assert waybill_format.media_type(word) == ZPL
    assert waybill_format.media_type("image/png") == PNG
    assert [waybill_format.media_type(word) for word in ("", "text/plain", "image/*", "*/*")] == [None] * 4
