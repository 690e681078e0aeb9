"""The columns of a file of orders: their names, what stands in them, and how one cell is read."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from webapp.connectors.channels.generic import mapping
from webapp.domain import money


@dataclass(frozen=True)
class Column:
    name: str
    told: str
    """What stands in it, for people."""
    longest: int = 120
    required: bool = False
    of_line: bool = False
    """It is of the row; what is of the order stands in the order's first row, and needn't be repeated."""
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("order", "The order’s number in your shop", required=True, of_line=True, aliases=("order_id", "reference")),
    Column(
        "date", "When, by the store’s clock: 2026-11-24 or 2026-11-24 09:30", required=True, aliases=("ordered_at",)
    ),
    Column("sku", "The product’s SKU, as it is called here", 64, required=True, of_line=True),
    Column("quantity", "Units", required=True, of_line=True, aliases=("qty", "units")),
    Column("unit_price", "What the buyer pays for one unit", required=True, of_line=True, aliases=("price",)),
    Column("currency", "Three letters, such as EUR", required=True),
    Column("name", "The recipient’s name; or give a company", aliases=("recipient", "first_name")),
    Column("surname", "The recipient’s surname, where it stands apart", aliases=("last_name",)),
    Column("company", "The recipient’s company"),
    Column("address", "Street and number", 255, required=True, aliases=("street",)),
    Column("postcode", "Postcode", 40, aliases=("zip", "postal_code")),
    Column("city", "City", required=True),
    Column("state", "State or province, such as FI", 40, aliases=("state_iso", "province")),
    Column("country", "Two letters, such as IT", required=True, aliases=("country_iso",)),
    Column("phone", "The recipient’s phone number", 40),
    Column("email", "The buyer’s e-mail address", 255, aliases=("e_mail",)),
    Column("title", "The product’s name", 255, of_line=True, aliases=("product",)),
    Column("ean", "The product’s EAN", 14, of_line=True),
    Column("line", "Your number of the line, where an order has a SKU twice", of_line=True, aliases=("line_id",)),
    Column("status", f"{', '.join(mapping.STATUSES)}; “paid” where it is empty", 64),
    Column("shipping", "What the buyer pays for shipping"),
    Column("shipping_method", "How the buyer wants it sent"),
    Column("notes", "A note for whoever packs", 5000),
)

KNOWN = {alias: column for column in COLUMNS for alias in (column.name, *column.aliases)}

_UNITS = re.compile(r"([0-9]{1,7})([.,]0+)?", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,7}([.,]([0-9]{1,3}))?", re.ASCII)
_DAY = re.compile(r"([0-9]{1,2})([./])([0-9]{1,2})\2([0-9]{4})(.*)", re.ASCII | re.DOTALL)


def column_of(heading: str) -> Column | None:
    """Return the column of a heading, whatever its case, blanks and hyphens; None for one that isn't known."""
    return KNOWN.get("_".join(heading.casefold().replace("-", " ").replace("_", " ").split()))


def units(text: str) -> int:
    """Return a number of units; raise ValueError that says what is wrong."""
    found = _UNITS.fullmatch(text)
    if not found or int(found[1]) > 1_000_000:
        raise ValueError("Give a whole number of units, up to 1,000,000.")
    return int(found[1])


def cents(text: str, currency: str) -> int:
    """Return an amount with a point or a comma in minor units; raise ValueError that says what is wrong."""
    found = _AMOUNT.fullmatch(text)
    # "1,250" is 1250 to some and 1.25 to others, so it isn't guessed.
    decimals = money.minor_units(Decimal(1), currency)
    if not found or 10 ** len(found[2] or "") > decimals:
        raise ValueError(f"Give an amount in {currency} such as {_example(decimals)}, without thousands separators.")
    return money.minor_units(Decimal(text.replace(",", ".")), currency)


def moment(text: str, day_first: bool, latest: dt.datetime, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """Return a day or moment; one without an offset is in `zone`. Raise ValueError that says what is wrong."""
    try:
        found = dt.datetime.fromisoformat(_iso(text, day_first))
        found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError("Give a date such as 2026-11-24, or 2026-11-24 09:30.") from None
    if found.year < 1990 or found > latest:
        raise ValueError("This date lies in the future, or before 1990. Are day and month the right way round?")
    return found


def status(text: str) -> str:
    """Return our status; raise ValueError for a word that isn't known."""
    found = mapping.status(text)
    if found is None:
        raise ValueError(f"This isn’t a status. Known are: {', '.join(mapping.STATUSES)}.")
    return found


def code(text: str, letters: int, example: str) -> str:
    """Return a code of so many letters; raise ValueError for another text."""
    if not re.fullmatch(f"[A-Z]{{{letters}}}", text.upper(), re.ASCII):
        raise ValueError(f"Give {'two' if letters == 2 else 'three'} letters, such as {example}.")
    return text.upper()


def fault_of(column: Column, text: str) -> str | None:
    """Return what is wrong with a cell whatever it means: too long, or holding what can't be stored."""
    if len(text) > column.longest:
        return f"At most {column.longest} characters."
    if any(ord(sign) < 32 and sign not in "\r\n\t" for sign in text):
        return "This holds characters that can’t be stored."
    return None


def missing(there: Mapping[str, int]) -> list[Column]:
    """Return the columns that a file must have and that aren't there."""
    return [column for column in COLUMNS if column.required and column.name not in there]


def _iso(text: str, day_first: bool) -> str:
    """Write 24.11.2026 and 24/11/2026, as spreadsheets have it, the way of the standard."""
    found = _DAY.fullmatch(text)
    if not found:
        return text
    first, sign, second, year, rest = found.groups()
    day, month = (first, second) if day_first or sign == "." else (second, first)
    return f"{year}-{int(month):02}-{int(day):02}{rest}"


def _example(decimals: int) -> str:
    return {1: "1250", 1000: "12.500"}.get(decimals, "12.50")
