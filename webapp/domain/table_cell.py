"""Texts for files that spreadsheets open."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""


def safe(value: object) -> str:
    """Return a cell's text; what would be run gets an apostrophe in front. A plain number stays one."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float):
        return text
    return f"'{text}" if text.startswith(DANGEROUS) else text
