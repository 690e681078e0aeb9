"""The PDF of a waybill: its size, its codes as a scanner reads them back, its texts, and many joined."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest

from tests.domain.test_waybill import DETAILS
from tests.scanner import pages
from webapp.connectors import labels
from webapp.connectors.labels import pdf
from webapp.domain.waybill import label, number_for

PLAIN = label("T-1", DETAILS)


def test_each_parcel_has_a_page_of_100_by_150_mm():
    found = pages(pdf.draw(PLAIN))
    assert [page.size for page in found] == [(100.0, 150.0)] * 2
    assert "Parcel 1 of 2" in found[0].text and "1.25 kg · 30 × 20 × 10.5 cm" in found[0].text
    assert "Parcel 2 of 2" in found[1].text


def test_a_scanner_reads_both_codes_back_on_each_page():
    for page in pages(pdf.draw(PLAIN)):
        assert page.codes == {"Code128": "T-1", "QRCode": "https://gls-group.eu/track/T-1"}


LONG_URL = "https://www.sda.it/wps/portal/Servizi_online/dettaglio-spedizione?locale=it&tracing.letteraVettura="


@pytest.mark.parametrize("code", ["7", "A" * 30, "1Z999AA10123456784", "123456789012345678901234567890", "a-b.C/9", ""])
def test_codes_of_every_length_can_be_scanned(code):
    number = number_for(code, 12)
    details = DETAILS | {"tracking_code": code, "tracking_url": LONG_URL + number, "parcels": []}
    (page,) = pages(pdf.draw(label(number, details)))
    assert page.codes == {"Code128": number, "QRCode": LONG_URL + number}


def test_the_longest_page_that_fits_a_qr_code_can_be_scanned():
    url = "https://t.example/" + "aZ9-" * 70
    (page,) = pages(pdf.draw(label("T-1", DETAILS | {"tracking_url": url, "parcels": []})))
    assert page.codes["QRCode"] == url


def test_the_page_says_what_the_label_says():
    (text,) = (page.text for page in pages(pdf.draw(dataclasses.replace(PLAIN, parcels=PLAIN.parcels[:1]))))
    said = (*PLAIN.sender, *PLAIN.recipient, *PLAIN.facts, *PLAIN.notes, PLAIN.carrier, PLAIN.cash, "CASH ON DELIVERY")
    assert [line for line in said if line not in text] == []


def test_names_of_other_alphabets_are_set_in_their_letters():
    recipient = {"name": "Łukasz Żółć", "surname": "Ωμέγα Жуков", "city": "Çeşme, Iași, Kőszeg"}
    (page,) = pages(pdf.draw(label("T-1", DETAILS | {"recipient": recipient, "parcels": []})))
    assert "Łukasz Żółć Ωμέγα Жуков" in page.text and "Çeşme, Iași, Kőszeg" in page.text


def test_whatever_is_too_long_is_cut_and_no_code_suffers():
    long = dict.fromkeys(("name", "surname", "company", "address", "city", "state_iso", "country_iso"), "W" * 120)
    details = DETAILS | {"sender": long, "recipient": long, "carrier": "W" * 80, "reference": "R" * 120}
    for page in pages(pdf.draw(label("T-1", details | {"order": "#" * 120, "notes": "n" * 120, "parcels": []}))):
        assert page.codes == {"Code128": "T-1", "QRCode": "https://gls-group.eu/track/T-1"}
        assert "W…" in page.text


def test_signs_that_no_font_holds_break_nothing():
    recipient = {"name": "日本語 🎁 \U00012345 \u202e", "city": "\u0000"}
    assert len(pages(pdf.draw(label("T-1", DETAILS | {"recipient": recipient, "parcels": []})))) == 1


def test_the_same_label_gives_the_same_bytes():
    assert pdf.draw(PLAIN) == pdf.draw(PLAIN)
    assert set(labels.draw(PLAIN)) == {"application/pdf", "application/zpl"}


def test_threads_that_draw_at_once_get_each_their_own():
    made = [label(f"T-{number}", DETAILS | {"carrier": f"Çé{number}"}) for number in range(4)]
    alone = [pdf.draw(one) for one in made]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(pdf.draw, made * 3)) == alone * 3


def test_many_are_joined_with_all_their_pages_in_order():
    other = label("OTHER", DETAILS | {"tracking_url": "", "parcels": []})
    joined = pages(pdf.join([pdf.draw(PLAIN), pdf.draw(other), pdf.draw(PLAIN)]))
    assert [page.codes["Code128"] for page in joined] == ["T-1", "T-1", "OTHER", "T-1", "T-1"]
    assert {page.size for page in joined} == {(100.0, 150.0)}


def test_what_was_uploaded_is_joined_as_it_is():
    document = pypdfium2.PdfDocument.new()
    document.new_page(300, 500)
    path = pdf.io.BytesIO()
    document.save(path)
    joined = pages(pdf.join([pdf.draw(PLAIN), path.getvalue()]))
    assert [page.size for page in joined] == [(100.0, 150.0), (100.0, 150.0), (105.83, 176.39)]


@pytest.mark.parametrize("broken", [b"%PDF-", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + b"\x00\xff" * 500, b""])
def test_a_file_that_cannot_be_taken_apart_is_named(broken):
    with pytest.raises(labels.Unreadable) as unreadable:
        pdf.join([pdf.draw(PLAIN), broken])
    assert unreadable.value.place == 1
