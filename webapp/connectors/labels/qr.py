"""The QR code of a waybill: its correction level and its modules, for whoever draws it."""

import segno

LONG = 120
"""Bytes; a longer text trades correction for larger modules."""


def level(code: str) -> str:
    """Return the error correction level that suits a text of this length."""
    return "M" if len(code.encode()) <= LONG else "L"


def rows(code: str) -> tuple[bytearray, ...]:
    """Return the modules row by row, 1 for a dark one, without the quiet zone."""
    return segno.make_qr(code, error=level(code), boost_error=False).matrix


def modules(code: str) -> int:
    """Return how many modules a side has."""
    # A fixed mask: choosing the best one is nine tenths of the work, and none of them changes the size.
    return len(segno.make_qr(code, error=level(code), boost_error=False, mask=0).matrix)
