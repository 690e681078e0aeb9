"""A table in a text file, as spreadsheets save it: what separates its cells, in which encoding, and what it holds."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MOST_ROWS = 200_000
SEPARATORS = ";,\t"

FORMULA = ("'=", "'+", "'-", "'@")
"""How a cell begins that was made harmless for spreadsheets, as our own exports do it."""


@dataclass(frozen=True)
class Table:
    """A table whose rows are read anew each time, so that nobody need hold those of a long one."""

    headings: list[str]
    total: int
    """Rows below the headings that aren't empty."""
    content: bytes
    encoding: str
    separator: str

    def rows(self) -> Iterator[list[str]]:
        """Give the rows that aren't empty, without the headings."""
        return islice(_rows(self.content, self.encoding, self.separator), 1, None)


def read(content: bytes) -> Table:
    """Return what the file holds; raise ValueError that says why it can't be read."""
    encoding = _encoding(content)
    text = content.decode(encoding, errors="replace").lstrip("\r\n")
    if not text.strip():
        raise ValueError("The file is empty. Choose one with a row of headings and rows below it.")
    if "\x00" in text:
        raise ValueError("This isn't a text file. In Excel, save it as “CSV UTF-8”.")
    separator = _separator(text)
    del text
    rows = _rows(content, encoding, separator)
    try:
        headings, total = next(rows, []), sum(1 for _ in rows)
    except csv.Error:
        raise ValueError("This can't be read as CSV: somewhere a quotation mark is never closed.") from None
    if not total:
        raise ValueError("The file has headings, but no row below them.")
    if total > MOST_ROWS:
        raise ValueError(f"The file has {total:,} rows, and {MOST_ROWS:,} can be taken at once. Split it.")
    return Table([heading.strip()[:60] for heading in headings], total, content, encoding, separator)


def plain(cell: str) -> str:
    """Return a cell without blanks around it, and without the apostrophe that keeps a spreadsheet from running it."""
    cell = cell.strip()
    return cell[1:] if cell.startswith(FORMULA) else cell


def _rows(content: bytes, encoding: str, separator: str) -> Iterator[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="")
    for row in csv.reader(lines, delimiter=separator, strict=True):
        if any(cell and not cell.isspace() for cell in row):
            yield row


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # What Excel calls Unicode text.
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator(text: str) -> str:
    """Return the sign that stands most often in the row of headings, outside quotation marks."""
    outside = "".join(text[:20_000].partition("\n")[0].split('"')[::2])
    return max(SEPARATORS, key=outside.count)
