"""The ZPL of a waybill: every field that the PDF has, and nothing that a buyer's name could do to a printer."""

import re

import pytest

from tests.domain.test_waybill import DETAILS
from tests.scanner import labels as parts
from webapp.connectors.labels import zpl
from webapp.domain.waybill import label

PLAIN = label("T-1", DETAILS)


def data(fields) -> list[str]:
    return [field.data for field in fields if field.data]


def field_of(fields, command: str):
    (found,) = [field for field in fields if command in field.commands]
    return found


def test_each_parcel_is_a_label_of_800_by_1200_dots():
    text = zpl.draw(PLAIN).decode()
    assert text.count("^PW800^LL1200") == 2
    first, second = parts(zpl.draw(PLAIN))
    assert "Parcel 1 of 2" in data(first) and "1.25 kg · 30 × 20 × 10.5 cm" in data(first)
    assert "Parcel 2 of 2" in data(second)


def test_the_label_says_what_the_pdf_says():
    first, _ = parts(zpl.draw(PLAIN))
    said = (*PLAIN.sender, *PLAIN.recipient, *PLAIN.facts, *PLAIN.notes, PLAIN.carrier, PLAIN.cash, "CASH ON DELIVERY")
    assert [line for line in said if line not in data(first)] == []


def test_both_codes_are_there_and_stay_on_the_label():
    first, _ = parts(zpl.draw(PLAIN))
    assert field_of(first, "^BC").data == "T-1"
    assert field_of(first, "^BQ").data == "MA,https://gls-group.eu/track/T-1"
    for fields in (first, parts(zpl.draw(label("9" * 30, DETAILS)))[0]):
        bars = field_of(fields, "^BC")
        width = int(re.search(r"\^BY(\d+)", bars.commands)[1]) * (11 * len(bars.data) + 35)
        assert bars.left >= 0 and bars.left + width <= zpl.WIDTH


@pytest.mark.parametrize("length", [0, 60, 119, 121, 280])
def test_the_qr_code_keeps_to_its_place(length):
    (fields,) = parts(
        zpl.draw(label("T-1", DETAILS | {"tracking_url": "https://t.example/" + "a" * length, "parcels": []}))
    )
    code = field_of(fields, "^BQ")
    magnified, level = int(code.commands.split("^BQN,2,")[1].split("^")[0]), code.data[0]
    modules = zpl.qr.modules(code.data[3:])
    assert level == zpl.qr.level(code.data[3:])
    assert magnified >= 2 and code.left + magnified * modules <= zpl.WIDTH - zpl.MARGIN
    assert code.top + magnified * modules <= field_of(fields, "^BC").top


EVIL = [
    "Bea^FS^XZ^XA^JUS^XZ",
    "~JR",
    "^FD^FH",
    "_5EXZ",
    "a\\&b",
    "back_slash\\",
    "x^CI0",
    "Łukasz Ωμέγα Жуков 日本 🎁",
    "<>&\"'%",
    "^" * 20,
    "a,b:c;d",
]


@pytest.mark.parametrize("name", EVIL)
def test_no_name_reaches_the_printer_as_a_command(name):
    typed = {
        "recipient": {"name": name, "company": name, "address": name, "city": name},
        "sender": {"name": name},
        **dict.fromkeys(("carrier", "reference", "order", "notes", "tracking_code"), name),
        "tracking_url": "",
        "parcels": [],
    }
    honest = parts(zpl.draw(label("T-1", DETAILS | {"parcels": [], "tracking_url": ""})))
    (fields,) = parts(zpl.draw(label("T-1", DETAILS | typed)))
    assert name in data(fields) and f"Reference: {name}" in data(fields)
    commands = {re.sub(r"\d+", "n", field.commands) for field in fields}
    assert commands <= {re.sub(r"\d+", "n", field.commands) for fields in honest for field in fields}


def test_half_of_a_surrogate_pair_breaks_nothing():
    assert zpl.escape("a\ud800b") == "a_3Fb"


def test_what_is_too_long_is_cut():
    long = dict.fromkeys(("name", "surname", "company", "address", "city"), "W" * 120)
    (fields,) = parts(zpl.draw(label("T-1", DETAILS | {"recipient": long, "parcels": []})))
    assert any(text.endswith("…") for text in data(fields)) and all(len(text) < 120 for text in data(fields))


def test_many_are_joined_one_after_the_other():
    other = zpl.draw(label("OTHER", DETAILS | {"parcels": []}))
    joined = parts(zpl.join([zpl.draw(PLAIN), other + b"\r\n"]))
    assert [field_of(fields, "^BC").data for fields in joined] == ["T-1", "T-1", "OTHER"]
