"""Ids of rows, as they stand in addresses, forms and cursors."""


def read(word: str) -> int | None:
    """Return the id that a word is; None for one that no row can have, such as a sign, another script or 19 digits."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else None
