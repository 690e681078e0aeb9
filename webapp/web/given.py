"""What an address or a form gives: ids, words and short texts, without what nothing here can hold."""

from collections.abc import Mapping

from webapp.domain import row_id


def number(values: Mapping[str, str], name: str) -> int | None:
    """Return an id; None where there is none, or one that no row can have."""
    return row_id.read(values.get(name, ""))


def words(values: Mapping[str, str], name: str = "q") -> str:
    """Return what was typed into a search box, without the blanks around it and NUL, at most 200 characters."""
    return values.get(name, "").replace("\x00", "").strip()[:200]


def text(values: Mapping[str, str], name: str, longest: int) -> str:
    """Return a text without NUL, cut where it is too long."""
    return values.get(name, "").replace("\x00", "")[:longest]
