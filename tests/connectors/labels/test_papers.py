"""The papers of a warehouse, read back as a scanner and a person do: slips, pick lists, manifests."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scanner import Printed, pages
from webapp.connectors import labels
from webapp.connectors.labels import manifests, picking, slips
from webapp.domain.papers import Item, Manifest, ManifestRow, PackingSlip, PickList, PickPart, order_code

A4 = (210.0, 297.0)
MUG = Item("MUG-BLUE", "4006381333931", "Blue mug, 300 ml", 2)
MOKA = Item("MOKA-3", "", "Moka for three cups", 1, own_sku="N-77")

SLIP = PackingSlip(
    sender=("Casa Bella", "Via Roma 1", "50121 Firenze"),
    recipient=("Rocco Recipient", "Via Po 2", "10121 Torino (TO)", "IT"),
    order="#1042",
    order_code="#1042",
    shipment="17",
    ordered_on="20 Nov 2026",
    carrier="GLS",
    tracking="T-1",
    items=(MUG, MOKA),
    notes="Please ring twice.\nGift: no invoice.",
)


def scanned(pdf: bytes) -> list[Printed]:
    found = pages(pdf)
    assert {page.size for page in found} == {A4} or all(abs(page.size[0] - 210) < 0.1 for page in found)
    return found


def words(page: Printed) -> str:
    return " ".join(page.text.split())


def test_a_packing_slip_says_what_is_in_the_parcel_and_whose_it_is():
    (page,) = scanned(slips.draw([SLIP]))
    said = (*SLIP.sender, *SLIP.recipient, "MUG-BLUE", "4006381333931", "Blue mug, 300 ml", "MOKA-3", "GLS T-1")
    said += ("Order #1042 of 20 Nov 2026", "Shipment 17", "Units in this parcel: 3", "Please ring twice.", "Gift: no")
    assert [line for line in said if line not in words(page)] == []
    assert page.codes == {"Code128": "#1042"}


def test_no_price_is_printed_unless_there_is_one():
    assert "Price" not in words(scanned(slips.draw([SLIP]))[0])
    priced = PackingSlip(**{**vars(SLIP), "items": (Item("A", "", "Thing", 1, price="€12.21"),)})
    assert "Price" in words(scanned(slips.draw([priced]))[0]) and "€12.21" in words(scanned(slips.draw([priced]))[0])


def test_each_slip_begins_on_a_page_of_its_own_and_tells_its_number():
    long = PackingSlip(**{**vars(SLIP), "order_code": "LONG", "items": (MUG,) * 120})
    found = scanned(slips.draw([SLIP, long, SLIP]))
    assert [page.codes.get("Code128") for page in found if page.codes] == ["#1042", "LONG", "#1042"]
    assert len(found) > 4
    assert [f"Page {place} of {len(found)}" in words(page) for place, page in enumerate(found, 1)] == [True] * len(
        found
    )
    assert all("SKU" in words(page) for page in found if "MUG-BLUE" in words(page))  # The head is on each page.


@pytest.mark.parametrize(
    "name",
    ["W" * 300, "日本語 🎁 \U00012345 \u202e\x00\ud800", "<b>&amp;</b> <para>", "Łukasz Ωμέγα Жуков", "a " * 2000],
)
def test_whatever_a_text_holds_the_paper_is_made(name):
    item = Item(name[:64], "4006381333931", name, 1_000_000, price=name[:20], own_sku=name[:64])
    slip = PackingSlip((name,), (name,) * 6, name[:120], "X1", "1", "today", name[:80], name[:120], (item,) * 3, name)
    row = ManifestRow("1", name[:120], name, 99, None, name[:120])
    assert scanned(slips.draw([slip]))[0].codes == {"Code128": "X1"}
    assert scanned(picking.draw(PickList(name[:100], "now", (PickPart(name[:120], "X1", name, (item,) * 9),))))
    assert scanned(manifests.draw(Manifest((name,), name[:80], "today", (row,) * 3)))
    if name.startswith(("Ł", "<")):
        assert " ".join(name.split()) in words(scanned(slips.draw([slip]))[0])


def test_a_note_longer_than_a_page_goes_on_over_the_next():
    note = "\n".join(f"Line {place} of the note." for place in range(200))
    found = scanned(slips.draw([PackingSlip(**{**vars(SLIP), "notes": note})]))
    assert len(found) > 1 and "Line 199 of the note." in words(found[-1])


PICKED = PickList(
    "Nord Logistica",
    "26 Nov 2026, 09:00",
    (
        PickPart("#1042", "#1042", "Rocco Recipient", (MUG, MOKA)),
        PickPart("#1043", "#1043", "Bea Buyer", (Item("MUG-BLUE", "4006381333931", "Blue mug, 300 ml", 3),)),
    ),
)


def test_a_pick_list_sums_by_sku_and_then_lists_each_order():
    (page,) = scanned(picking.draw(PICKED))
    text = words(page)
    assert "6 units for 2 parcels" in text and "5 MUG-BLUE" in text and "N-77" in text
    shelves, orders = text.split("For each order")
    assert shelves.count("MUG-BLUE") == 1 and orders.count("MUG-BLUE") == 2
    assert "2 MUG-BLUE" in orders and "3 MUG-BLUE" in orders and "Rocco Recipient" in orders


def test_a_pick_list_of_hundreds_of_orders_shows_each_once():
    many = tuple(PickPart(f"#{n}", f"#{n}", "", (MUG,) * (1 + n % 9)) for n in range(1000, 1200))
    found = scanned(picking.draw(PickList("W", "now", many)))
    text = " ".join(words(page) for page in found)
    assert len(found) > 20 and all(text.count(f"#{n}") >= 1 for n in range(1000, 1200))


ROW = ManifestRow("17", "#1042", "Rocco Recipient", 2, 1250, "T-1")


def test_a_manifest_lists_parcels_and_weights_and_has_a_line_to_sign_on():
    rows = (ROW, ManifestRow("18", "#1043", "Bea Buyer", 1, 800, "T-2"))
    (page,) = scanned(manifests.draw(Manifest(("Casa Bella", "Via Roma 1"), "GLS", "26 Nov 2026", rows)))
    text = words(page)
    said = ("Hand-over to GLS", "26 Nov 2026", "Casa Bella", "#1042", "Rocco Recipient", "T-2", "1.25 kg", "0.8 kg")
    assert [word for word in (*said, "2 shipments, 3 parcels, 2.05 kg", "signature", "____") if word not in text] == []


def test_a_manifest_says_when_not_all_was_weighed():
    rows = (ROW, ManifestRow("18", "#1043", "", 1, None, ""))
    assert "1.25 kg weighed" in words(scanned(manifests.draw(Manifest((), "GLS", "today", rows)))[0])
    assert "kg" not in words(scanned(manifests.draw(Manifest((), "GLS", "today", rows[1:])))[0])


def test_a_manifest_of_a_whole_day_goes_on_over_pages_and_is_signed_once():
    rows = tuple(ManifestRow(str(n), f"#{n}", "Rocco", 1, 500, f"T-{n}") for n in range(400))
    found = scanned(manifests.draw(Manifest(("Casa Bella",), "GLS", "today", rows)))
    assert len(found) > 5 and sum("signature" in words(page) for page in found) == 1
    assert "400 shipments" in words(found[-1]) and all("Shipment" in words(page) for page in found[:-1])


def test_the_same_paper_gives_the_same_bytes_also_to_threads_that_draw_at_once():
    drawn = [lambda: slips.draw([SLIP]), lambda: picking.draw(PICKED)]
    alone = [draw() for draw in drawn]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda draw: draw(), drawn * 3)) == alone * 3


def test_headings_are_said_in_the_readers_language():
    def say(words: str, **values):
        return ("¡" + words + "!") % values if values else f"¡{words}!"

    assert "¡Packing slip!" in words(scanned(labels.packing_slips([SLIP], say))[0])
    assert "¡Pick list!" in words(scanned(labels.pick_list(PICKED, say))[0])
    assert "¡Hand-over to GLS!" in words(scanned(labels.manifest(Manifest((), "GLS", "today", (ROW,)), say))[0])


@pytest.mark.parametrize("reference", ["#1042", "S-1001/2", "A" * 20, "(x)"])
def test_a_reference_that_can_be_bars_is_scanned_as_it_is(reference):
    slip = PackingSlip(**{**vars(SLIP), "order_code": order_code(reference, 5)})
    assert scanned(slips.draw([slip]))[0].codes == {"Code128": reference}


@pytest.mark.parametrize("reference", ["Bestellung ß", "A" * 21, "a b", ""])
def test_any_other_order_has_a_number_of_ours(reference):
    slip = PackingSlip(**{**vars(SLIP), "order_code": order_code(reference, 5)})
    assert scanned(slips.draw([slip]))[0].codes == {"Code128": "XO0000000005"}
