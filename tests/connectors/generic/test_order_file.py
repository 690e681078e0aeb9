"""Files of orders: whatever spreadsheets write is read, and whatever is wrong is told at its row and column."""

import datetime as dt

import pytest

from webapp.connectors.channels.generic import order_file
from webapp.connectors.channels.generic.order_columns import COLUMNS
from webapp.connectors.channels.generic.order_file import SAMPLE

MOMENT = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)
HEAD = "order,date,sku,quantity,unit_price,currency,name,address,city,country"
GOOD = "7,2026-11-24,MUG,2,12.50,EUR,Bea,Via Roma 1,Firenze,IT"


def read(text: str | bytes, **how) -> order_file.OrderFile:
    return order_file.read(text.encode() if isinstance(text, str) else text, MOMENT, **how)


def faults(text: str | bytes, **how) -> list[tuple[int, str]]:
    """Return row and column of each fault; where there is one, there are no orders."""
    found = read(text, **how)
    assert bool(found.faults) is not bool(found.orders)
    assert all(fault.message for fault in found.faults)
    return [(fault.row, fault.column) for fault in found.faults]


def only(text: str | bytes, **how):
    found = read(text, **how)
    assert found.faults == [], found.faults
    (order,) = found.orders
    return order


def row(**changes: str) -> str:
    """Return a file of one good row, with other cells or columns."""
    cells = dict(zip(HEAD.split(","), GOOD.split(","), strict=True)) | changes
    return ",".join(cells) + "\n" + ",".join(f'"{cell}"' for cell in cells.values()) + "\n"


def test_the_sample_is_good():
    first, second = read(SAMPLE).orders
    assert (first.external_id, first.reference, first.status, first.currency) == (
        "1042",
        "1042",
        "payment_accepted",
        "EUR",
    )
    assert [(line.external_id, line.sku, line.title, line.quantity, line.unit_price_cents) for line in first.lines] == [
        ("MUG-BLUE", "MUG-BLUE", "Blue mug", 2, 1250),
        ("MOKA-3", "MOKA-3", "Moka pot", 1, 2400),
    ]
    assert (first.total_cents, first.shipping_cents) == (5390, 490)
    assert first.customer["email"] == "bea@example.com" and first.delivery_address["country_iso"] == "IT"
    assert (first.updated_at, second.ordered_at) == (MOMENT, dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_line_ends_and_byte_order_marks_are_found_out(separator, ending, mark):
    text = f"{HEAD}\n{GOOD.replace('Bea', 'Zoë')}\n".replace(",", separator).replace("\n", ending)
    assert only(mark + text.encode()).delivery_address["name"] == "Zoë"


def test_quoted_cells_hold_separators_quotes_and_line_ends():
    order = only(row(address="Via Roma, 1\nInterno 3".replace('"', '""'), notes="a;b,c"))
    assert order.delivery_address["address"] == "Via Roma, 1\nInterno 3" and order.notes == "a;b,c"


def test_blank_rows_and_missing_last_cells_are_passed_over_and_counted_as_a_spreadsheet_does():
    head = f"{HEAD},phone\n"
    assert len(read(f"\n{head}\n{GOOD}\n,,,\n{GOOD.replace('7,', '8,')}\n\n").orders) == 2
    assert faults(f"{head}\n{GOOD}\n,,,\n8,x\n")[0][0] == 5


def test_headings_are_known_whatever_their_case_and_by_other_names():
    text = "Order ID;ORDERED-AT;SKU;Qty;Price;Currency;Recipient;Street;City;Country ISO;Zip\n"
    order = only(text + GOOD.replace(",", ";") + ";50121\n")
    assert order.delivery_address["postcode"] == "50121"


def test_columns_that_mean_nothing_are_named():
    assert read(row(colour="red", weight="2")).ignored == ["colour", "weight"]


@pytest.mark.parametrize("column", [column.name for column in COLUMNS if column.required])
def test_a_column_that_is_needed_and_missing_is_named(column):
    cells = dict(zip(HEAD.split(","), GOOD.split(","), strict=True))
    cells.pop(column)
    assert faults(",".join(cells) + "\n" + ",".join(cells.values())) == [(1, column)]


def test_a_column_that_is_there_twice_and_a_recipient_without_a_column_are_told():
    assert faults(f"{HEAD},qty\n{GOOD},3") == [(1, "quantity")]
    assert faults(f"{HEAD}\n{GOOD}".replace("name", "colour")) == [(1, "name")]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"order": ""}, "order"),
        ({"order": "x" * 121}, "order"),
        ({"date": "soon"}, "date"),
        ({"date": ""}, "date"),
        ({"date": "2027-11-24"}, "date"),
        ({"date": "31/02/2026"}, "date"),
        ({"date": "1.1.1889"}, "date"),
        ({"sku": ""}, "sku"),
        ({"sku": "x" * 65}, "sku"),
        ({"quantity": "two"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "1000001"}, "quantity"),
        ({"unit_price": ""}, "unit_price"),
        ({"unit_price": "1,250"}, "unit_price"),
        ({"unit_price": "1.250,00"}, "unit_price"),
        ({"unit_price": "€ 12"}, "unit_price"),
        ({"currency": "JPY", "unit_price": "12.5"}, "unit_price"),
        ({"currency": "EU"}, "currency"),
        ({"currency": "€€€"}, "currency"),
        ({"name": ""}, "name"),
        ({"address": ""}, "address"),
        ({"city": ""}, "city"),
        ({"country": "I"}, "country"),
        ({"country": "I1"}, "country"),
        ({"status": "eaten"}, "status"),
        ({"shipping": "free"}, "shipping"),
        ({"notes": "a\x01b"}, "notes"),
    ],
)
def test_each_fault_is_told_at_its_column(changes, column):
    assert faults(row(**changes)) == [(2, column)]


def test_all_faults_are_told_at_once_in_the_order_of_rows():
    text = f"{HEAD}\n{GOOD}\n8,soon,MUG,x,12.50,EUR,Bea,,Firenze,IT\n9,2026-11-24,,1,1,EUR,Bea,Via,Roma,Italy\n"
    assert sorted(faults(text)) == [(3, "address"), (3, "date"), (3, "quantity"), (4, "country"), (4, "sku")]


def test_rows_of_an_order_may_stand_apart_and_leave_out_what_is_of_the_order():
    text = f"{HEAD},line\n{GOOD},\n{GOOD.replace('7,', '8,')},\n7,,MUG,3,10,,,,,,b\n"
    first, second = read(text).orders
    assert [(line.external_id, line.quantity) for line in first.lines] == [("MUG", 2), ("b", 3)]
    assert len(second.lines) == 1


def test_rows_of_an_order_that_disagree_are_told_with_the_row_that_said_otherwise():
    found = read(f"{HEAD}\n{GOOD}\n{GOOD.replace('MUG', 'POT').replace('Firenze', 'Ferrara')}\n")
    (fault,) = found.faults
    assert (fault.row, fault.column) == (3, "city") and "Row 2" in fault.message and "Firenze" in fault.message


def test_a_sku_that_is_in_an_order_twice_is_told():
    assert faults(f"{HEAD}\n{GOOD}\n{GOOD}\n") == [(3, "sku")]
    assert faults(f"{HEAD},line\n{GOOD},a\n{GOOD.replace('MUG', 'POT')},a\n") == [(3, "line")]


def test_a_row_with_more_cells_than_headings_is_told():
    assert faults(f"{HEAD}\n{GOOD.replace('Via Roma 1', 'Via Roma, 1')}\n") == [(2, "")]


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-03-04", True, dt.datetime(2026, 3, 4)),
        ("04/03/2026", True, dt.datetime(2026, 3, 4)),
        ("03/04/2026", False, dt.datetime(2026, 3, 4)),
        ("4.3.2026", True, dt.datetime(2026, 3, 4)),
        ("4.3.2026", False, dt.datetime(2026, 3, 4)),
        ("4/3/2026 09:30", True, dt.datetime(2026, 3, 4, 9, 30)),
        ("2026-03-04T09:30:00+02:00", True, dt.datetime(2026, 3, 4, 7, 30)),
    ],
)
def test_dates_are_read_as_spreadsheets_write_them(text, day_first, expected):
    assert only(row(date=text), day_first=day_first).ordered_at == expected.replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "currency", "cents"),
    [("12.5", "EUR", 1250), ("12,50", "EUR", 1250), ("12", "eur", 1200), ("1250", "JPY", 1250), ("1,234", "KWD", 1234)],
)
def test_amounts_have_a_point_or_a_comma(text, currency, cents):
    order = only(row(unit_price=text, currency=currency, quantity="2,0"))
    assert (order.lines[0].unit_price_cents, order.total_cents) == (cents, 2 * cents)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n ",
        b"\xef\xbb\xbf",
        f"{HEAD}\n{GOOD}".encode("utf-16"),
        f"{HEAD}\n{GOOD}\n".replace("Bea", "Zoë").encode("latin-1"),
        f'{HEAD}\n"{GOOD}'.encode(),
        f"{HEAD}\n{GOOD}\x00".encode(),
        b"PK\x03\x04\x00\x00",
        f"{HEAD}\n".encode(),
        b"x" * 1_000_001,
        (f"{HEAD}\n" + "7\n" * 5_001).encode(),
        f'{HEAD}\n"{"x" * 200_000}"'.encode(),
    ],
)
def test_what_is_no_file_of_orders_is_told_as_a_whole(content):
    assert faults(content) == [(0, "")]


def test_five_thousand_rows_are_read():
    text = HEAD + "\n" + "".join(f"{GOOD.replace('7,', f'{n},')}\n" for n in range(5_000))
    assert len(read(text).orders) == 5_000
