"""A table in a text file, as spreadsheets save it: what separates its cells, in which encoding, and what it holds."""

import csv
import io

MOST_ROWS = 200_000
SEPARATORS = ";,\t"

FORMULA = ("'=", "'+", "'-", "'@")
"""How a cell begins that was made harmless for spreadsheets, as our own exports do it."""


def read(content: bytes) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows that aren't empty; raise ValueError that says why it can't be read."""
    text = _text(content).lstrip("\r\n")
    if not text.strip():
        raise ValueError("The file is empty. Choose one with a row of headings and rows below it.")
    if "\x00" in text:
        raise ValueError("This isn't a text file. In Excel, save it as “CSV UTF-8”.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        rows = [row for row in reader if any(cell and not cell.isspace() for cell in row)]
    except csv.Error:
        raise ValueError("This can't be read as CSV: somewhere a quotation mark is never closed.") from None
    if len(rows) < 2:
        raise ValueError("The file has headings, but no row below them.")
    if len(rows) - 1 > MOST_ROWS:
        raise ValueError(f"The file has {len(rows) - 1:,} rows, and {MOST_ROWS:,} can be taken at once. Split it.")
    return [heading.strip()[:60] for heading in rows[0]], rows[1:]


def plain(cell: str) -> str:
    """Return a cell without blanks around it, and without the apostrophe that keeps a spreadsheet from running it."""
    cell = cell.strip()
    return cell[1:] if cell.startswith(FORMULA) else cell


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # What Excel calls Unicode text.
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """Return the sign that stands most often in the row of headings, outside quotation marks."""
    outside = "".join(text[:20_000].partition("\n")[0].split('"')[::2])
    return max(SEPARATORS, key=outside.count)
