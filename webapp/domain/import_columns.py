"""The columns of files of products and of supplies: by which headings they are known, and what may stand in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from webapp.domain import ean, money, table_file

MOST_UNITS = 1_000_000_000
OFTEN = 4096
"""Cells that say the same as an earlier one, such as a rate or a weight, are read once, as far as so many are kept."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WHOLE = re.compile(r"[0-9]{1,12}([.,]0+)?", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,6}([.,][0-9]{1,6})?", re.ASCII)


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    told: str
    read: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    """Headings by which it is known too, in English and Italian, in small letters without signs."""
    field: str = ""
    """What it fills, where that isn't its own name."""


def _text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(f"has more than {longest} characters")
        if _CONTROL.search(cell):
            raise ValueError("holds characters that can't be stored")
        return cell

    return read


def _ean(cell: str) -> str:
    code = cell.replace(" ", "").replace("-", "")
    if re.fullmatch(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+", code):
        raise ValueError("was shortened by a spreadsheet: format the column as text, and save again")
    code = code.zfill(13) if code.isdigit() and len(code) in (10, 11) else code
    if not ean.is_valid(code):
        raise ValueError("isn't an EAN: of its 8, 12, 13 or 14 digits the last proves the rest")
    return code


@lru_cache(OFTEN)
def _amount(cell: str) -> int:
    text = cell.replace("€", "").replace("\xa0", "").strip()
    try:
        return money.parse(text)
    except ValueError:
        raise ValueError("isn't an amount such as 12.50 or 12,50") from None


@lru_cache(OFTEN)
def _rate(cell: str) -> int:
    basis_points = _amount(cell.removesuffix("%"))
    if basis_points > 10_000:
        raise ValueError("doesn't lie between 0 and 100 per cent")
    return basis_points


def _whole(most: int) -> Callable[[str], int]:
    @lru_cache(OFTEN)
    def read(cell: str) -> int:
        if not _WHOLE.fullmatch(cell):
            raise ValueError("isn't a whole number from 0 on")
        number = int(re.split(r"[.,]", cell)[0])
        if number > most:
            raise ValueError(f"is more than {most:,}")
        return number

    return read


@lru_cache(OFTEN)
def _kilograms(cell: str) -> int:
    if not _DECIMAL.fullmatch(cell):
        raise ValueError("isn't a weight such as 0.350 or 0,350")
    grams = round(float(cell.replace(",", ".")) * 1000)
    return _whole(1_000_000)(str(grams))


_SKU = Column("sku", "SKU", "Names the product.", _text(64), ("codice", "codicearticolo", "articolo", "codprodotto"))
_EAN = Column("ean", "EAN", "8, 12, 13 or 14 digits.", _ean, ("ean13", "gtin", "barcode", "codiceabarre", "upc"))

PRODUCTS = (
    _SKU,
    _EAN,
    Column(
        "title",
        "Title",
        "Needed for a new product.",
        _text(255),
        ("name", "nome", "titolo", "product", "prodotto", "productname", "nomeprodotto", "descrizione", "description"),
    ),
    Column(
        "price",
        "Net price",
        "Without VAT: 12.50 or 12,50.",
        _amount,
        ("netprice", "prezzo", "prezzonetto", "unitprice", "listino"),
        "price_cents",
    ),
    Column(
        "vat", "VAT rate", "22 or 22%.", _rate, ("vatrate", "tax", "taxrate", "iva", "aliquotaiva"), "vat_basis_points"
    ),
    Column(
        "own_stock",
        "Own stock",
        "Units counted on your own shelf.",
        _whole(MOST_UNITS),
        ("stock", "quantity", "qty", "quantita", "qta", "giacenza", "magazzino", "ownquantity", "disponibilita"),
        "own_quantity",
    ),
    Column(
        "weight_g",
        "Weight in g",
        "Whole grams.",
        _whole(1_000_000),
        ("weight", "weightgrams", "grams", "peso", "pesog", "pesogrammi", "grammi"),
        "weight_grams",
    ),
    Column("weight_kg", "Weight in kg", "0.350 or 0,350.", _kilograms, ("kg", "pesokg", "weightinkg"), "weight_grams"),
)

SUPPLIES = (
    _SKU,
    _EAN,
    Column("supplier", "Supplier", "Its name here.", _text(120), ("fornitore", "warehouse", "magazzino", "logistica")),
    Column(
        "supplier_sku",
        "Supplier's SKU",
        "The supplier's own code.",
        _text(64),
        ("suppliercode", "skufornitore", "codicefornitore", "vendorsku"),
    ),
    Column(
        "quantity",
        "Quantity",
        "Units: the count, or what arrived or left.",
        _whole(MOST_UNITS),
        ("stock", "qty", "quantita", "qta", "giacenza", "disponibilita", "units", "pezzi"),
    ),
    Column(
        "purchase_price",
        "Purchase price",
        "What you pay for a unit: 8.20 or 8,20.",
        _amount,
        ("cost", "costo", "purchaseprice", "prezzoacquisto", "prezzodiacquisto", "buyingprice"),
        "purchase_price_cents",
    ),
    Column("priority", "Priority", "Lower goes first, 0 to 1000.", _whole(1000), ("priorita", "order", "ordine")),
)

STOCK = (
    Column(
        "supplier_sku",
        "Your SKU",
        "The code under which you stock it.",
        _text(64),
        ("sku", "suppliersku", *_SKU.aliases, "skufornitore", "codicefornitore"),
    ),
    _EAN,
    next(column for column in SUPPLIES if column.name == "quantity"),
)
"""What a logistics service says of its own stock: neither a price nor a product that it doesn't have."""

KINDS = {"products": PRODUCTS, "supplies": SUPPLIES, "stock": STOCK}


def guess(kind: str, headings: Sequence[str]) -> dict[str, int]:
    """Return column -> the place of the heading that seems to mean it; each heading means one column at most."""
    signs = [re.sub(r"[^a-z0-9]", "", _bare(heading)) for heading in headings]
    found: dict[str, int] = {}
    for exact in (True, False):
        for column in KINDS[kind]:
            known = {column.name.replace("_", "")} if exact else set(column.aliases)
            known |= {re.sub(r"[^a-z0-9]", "", column.label.lower())} if exact else set()
            places = [place for place, sign in enumerate(signs) if sign in known and place not in found.values()]
            if column.name not in found and places:
                found[column.name] = places[0]
    return found


def reader(kind: str, columns: Mapping[str, int]) -> Callable[[Sequence[str]], tuple[dict[str, Any], list[str]]]:
    """Return what reads a row: what it says, by what it fills, and what is wrong with it. Empty cells say nothing."""
    chosen = [(columns[column.name], column) for column in KINDS[kind] if columns.get(column.name, -1) >= 0]

    def read(cells: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
        said: dict[str, Any] = {}
        wrong: list[str] = []
        for place, column in chosen:
            cell = table_file.plain(cells[place]) if place < len(cells) else ""
            if not cell:
                continue
            try:
                said[column.field or column.name] = column.read(cell)
            except ValueError as error:
                wrong.append(f"{column.label}: “{cell[:40]}” {error}.")
        return said, wrong

    return read


def _bare(heading: str) -> str:
    return heading.lower().translate(str.maketrans("àèéìòù", "aeeiou"))
