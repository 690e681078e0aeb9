"""A CSV file of orders, one line of an order a row: all of it read and checked before anything is done with it."""

import csv
import datetime as dt
import io
from dataclasses import dataclass, field

from webapp.connectors.channels.generic import order_columns as columns
from webapp.connectors.channels.generic.order_columns import KNOWN
from webapp.connectors.channels.generic.order_rows import Fault, OrderRows
from webapp.domain.channel import IncomingOrder

MOST_ROWS = 5_000
MOST_BYTES = 1_000_000
SEPARATORS = ";,\t"

SAMPLE = """order,date,sku,quantity,unit_price,currency,name,surname,address,postcode,city,country,email,title,shipping
1042,2026-11-24,MUG-BLUE,2,12.50,EUR,Bea,Buyer,Via Roma 1,50121,Firenze,IT,bea@example.com,Blue mug,4.90
1042,,MOKA-3,1,24.00,,,,,,,,,Moka pot,
1043,2026-11-24 09:30,MUG-BLUE,1,12.50,EUR,Rocco,Recipient,Via Po 2,10124,Torino,IT,rocco@example.com,Blue mug,4.90
"""


@dataclass
class OrderFile:
    """What a file holds: its orders, or every fault in it."""

    orders: list[IncomingOrder] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Headings of columns that mean nothing here."""


def read(content: bytes, moment: dt.datetime, day_first: bool = True, zone: dt.tzinfo = dt.UTC) -> OrderFile:
    """Return the orders of a file as the shop has them at `moment`. Where there are faults, there are no orders.

    Dates that don't say how far they are from UTC are those of a clock in `zone`.
    """
    try:
        rows = _rows(content)
    except ValueError as error:
        return OrderFile(faults=[Fault(0, "", str(error))])
    there, found = _headings(rows[0])
    if found.faults:
        return found
    gathered = _gathered(rows, there, found)
    made = [one.order(moment, day_first, zone, found.faults) for one in gathered.values()]
    if not made and not found.faults:
        found.faults.append(Fault(0, "", "The file has headings, but no orders."))
    found.orders = [] if found.faults else [order for order in made if order is not None]
    found.faults.sort(key=lambda fault: fault.row)
    return found


def _rows(content: bytes) -> list[list[str]]:
    """Return the cells of each row, the headings first; raise ValueError where the file can't be read at all."""
    if len(content) > MOST_BYTES:
        raise ValueError("The file is larger than 1 MB. Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("The file isn’t in UTF-8. In Excel, save it as “CSV UTF-8”.") from None
    if not text.strip():
        raise ValueError("The file is empty. Choose one with headings and at least one order.")
    if "\x00" in text:
        raise ValueError("This isn’t a text file. In Excel, save it as “CSV UTF-8”.")
    headings = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=headings.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise ValueError("This can’t be read as CSV: somewhere a quotation mark is never closed.") from None
    if len(rows) - 1 > MOST_ROWS:
        raise ValueError(f"The file has {len(rows) - 1:,} rows, and {MOST_ROWS:,} can be taken at once. Split it.")
    return rows


def _headings(cells: list[str]) -> tuple[dict[str, int], OrderFile]:
    """Return where each column stands."""
    there: dict[str, int] = {}
    found = OrderFile()
    for place, heading in enumerate(cells):
        column = columns.column_of(heading)
        if column is None:
            found.ignored += [heading.strip()[:60]] if heading.strip() else []
        elif column.name in there:
            found.faults.append(Fault(1, column.name, "There are two columns of this name."))
        else:
            there[column.name] = place
    for column in columns.missing(there):
        found.faults.append(Fault(1, column.name, f"This column is missing. It holds: {column.told}."))
    if not {"name", "surname", "company"} & there.keys():
        found.faults.append(Fault(1, "name", "There is neither a column “name” nor one “company”."))
    return there, found


def _gathered(rows: list[list[str]], there: dict[str, int], found: OrderFile) -> dict[str, OrderRows]:
    """Return each order's rows, by its number; rows of one order needn't stand together."""
    gathered: dict[str, OrderRows] = {}
    for number, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(rows[0]) :]):
            told = "It has more cells than the headings: put texts that hold the separator in quotation marks."
            found.faults.append(Fault(number, "", told))
            continue
        row = {name: cells[place].strip() if place < len(cells) else "" for name, place in there.items()}
        wrong = [(name, columns.fault_of(KNOWN[name], text)) for name, text in row.items()]
        found.faults += [Fault(number, name, told) for name, told in wrong if told]
        if row["order"]:
            gathered.setdefault(row["order"], OrderRows(row["order"], number)).add(number, row, found.faults)
        else:
            found.faults.append(Fault(number, "order", "Say in each row to which order it belongs."))
    return gathered
