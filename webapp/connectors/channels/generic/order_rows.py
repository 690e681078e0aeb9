"""The rows of one order in a file: gathered, and made into an order, with every fault told at its row and column."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from webapp.connectors.channels.generic import order_columns as columns
from webapp.connectors.channels.generic.order_columns import KNOWN
from webapp.domain.channel import IncomingLine, IncomingOrder

AHEAD = dt.timedelta(days=1)
"""How far a date may lie in the future: a shop's clock may be off, and its day begin earlier."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Fault:
    """What is wrong at a place of the file; row 0 means the file as a whole, no column the row as a whole."""

    row: int
    column: str
    message: str


@dataclass
class OrderRows:
    name: str
    first: int
    """The number of the first row, as a spreadsheet counts them."""
    values: dict[str, tuple[int, str]] = field(default_factory=dict)
    """What is of the order, by column, with the row that said so first."""
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def add(self, number: int, row: dict[str, str], faults: list[Fault]) -> None:
        """Add a row. What is of the order may be left out after the first, but not be different."""
        self.rows.append((number, row))
        for name, text in row.items():
            if text and not KNOWN[name].of_line:
                said_in, said = self.values.setdefault(name, (number, text))
                if said != text:
                    told = f"Row {said_in} of the same order says “{said[:60]}”. Which is right?"
                    faults.append(Fault(number, name, told))

    def order(self, moment: dt.datetime, day_first: bool, zone: dt.tzinfo, faults: list[Fault]) -> IncomingOrder | None:
        """Return the order; None, with the faults told, where something is wrong with it."""
        before = len(faults)
        currency = self._read("currency", lambda text: columns.code(text, 3, "EUR"), faults) or "EUR"
        latest = moment + AHEAD
        ordered_at = self._read("date", lambda text: columns.moment(text, day_first, latest, zone), faults)
        status = self._read("status", columns.status, faults, "paid")
        shipping = self._read("shipping", lambda text: columns.cents(text, currency), faults, "0")
        address = self._address(faults)
        lines = self._lines(currency, faults)
        if len(faults) > before or not ordered_at or not status or shipping is None:
            return None
        return IncomingOrder(
            external_id=self.name,
            reference=self.name,
            status=status,
            channel_status=self._text("status") or "paid",
            currency=currency,
            ordered_at=ordered_at,
            updated_at=moment,
            lines=lines,
            total_cents=shipping + sum(line.quantity * line.unit_price_cents for line in lines),
            shipping_cents=shipping,
            customer={part: self._text(part) for part in ("name", "surname", "company", "email", "phone")},
            delivery_address=address,
            shipping_method=self._text("shipping_method"),
            notes=self._text("notes"),
        )

    def _address(self, faults: list[Fault]) -> dict[str, str]:
        parts = ("name", "surname", "company", "address", "postcode", "city", "phone")
        found = {part: self._text(part) for part in parts} | {"state_iso": self._text("state")}
        faults += [Fault(self.first, part, "This is empty.") for part in ("address", "city") if not found[part]]
        if not (found["name"] or found["surname"] or found["company"]):
            faults.append(Fault(self.first, "name", "This is empty. Give a name or a company."))
        country = self._read("country", lambda text: columns.code(text, 2, "IT"), faults)
        return found | {"country_iso": country or ""}

    def _lines(self, currency: str, faults: list[Fault]) -> tuple[IncomingLine, ...]:
        found: dict[str, IncomingLine] = {}
        for number, row in self.rows:
            sku, name = row["sku"], row.get("line") or row["sku"]
            if not sku:
                faults.append(Fault(number, "sku", "This is empty. Give the product’s SKU."))
            elif name in found:
                told = "The order has this in another row. Put the units in one row, or number rows in a column “line”."
                faults.append(Fault(number, "line" if row.get("line") else "sku", told))
            units = _cell(number, "quantity", row["quantity"], columns.units, faults)
            price = _cell(number, "unit_price", row["unit_price"], lambda text: columns.cents(text, currency), faults)
            found[name] = IncomingLine(name, sku, row.get("title") or sku, units or 0, price or 0, row.get("ean", ""))
        return tuple(found.values())

    def _text(self, column: str) -> str:
        return self.values.get(column, (0, ""))[1]

    def _read(self, column: str, read_as: Callable[[str], Value], faults: list[Fault], usual: str = "") -> Value | None:
        number, text = self.values.get(column, (self.first, usual))
        return _cell(number, column, text, read_as, faults)


def _cell(number: int, column: str, text: str, read_as: Callable[[str], Value], faults: list[Fault]) -> Value | None:
    """Return the cell's value; None, with the fault told, where it has none."""
    try:
        return read_as(text)
    except ValueError as error:
        faults.append(Fault(number, column, f"“{text[:40]}”: {error}" if text else f"This is empty. {error}"))
        return None
