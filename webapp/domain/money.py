"""Amounts as people type them, to integer minor units and back."""

import re
from decimal import ROUND_HALF_UP, Decimal

WITHOUT_DECIMALS = {
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
}
THREE_DECIMALS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
"""The currencies of ISO 4217 whose minor unit isn't a hundredth."""

_AMOUNT = re.compile(r"[0-9]{1,12}([.,][0-9]{1,2})?", re.ASCII)


def parse(text: str) -> int:
    """Return the minor units of an amount such as "12,50", "12.5" or "12"; raise ValueError that says what is wrong."""
    text = text.strip()
    if text.startswith("-"):
        raise ValueError("An amount can't be below zero.")
    if not _AMOUNT.fullmatch(text):
        raise ValueError("Type an amount such as 12.50, without a thousands separator.")
    return int(Decimal(text.replace(",", ".")) * 100)


def show(cents: int | None) -> str:
    """Return the amount as it is typed, with a point; an empty text for None."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"


def with_tax(cents: int, basis_points: int) -> int:
    """Return a net amount with its VAT (in hundredths of a per cent) on top; half a cent goes up."""
    return (cents * (10_000 + basis_points) + 5_000) // 10_000


def minor_units(amount: Decimal, currency: str) -> int:
    """Return a channel's amount in the currency's minor units; half a unit goes away from zero."""
    return int(amount.scaleb(_decimals(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def is_whole(amount: Decimal, currency: str) -> bool:
    """Tell whether the amount is a whole number of the currency's minor units."""
    return amount.scaleb(_decimals(currency)) % 1 == 0


def _decimals(currency: str) -> int:
    return 0 if currency in WITHOUT_DECIMALS else 3 if currency in THREE_DECIMALS else 2
