"""Read labels as their users do: a scanner on the rendered PDF, a printer that takes ZPL apart."""

import re
from dataclasses import dataclass

import pypdfium2
import zxingcpp

DOTS_PER_INCH = 203
"""Of a label printer with 8 dots a millimetre."""


@dataclass(frozen=True)
class Printed:
    """One page: its size in millimetres, the text on it, and what a scanner reads, by the kind of code."""

    size: tuple[float, float]
    text: str
    codes: dict[str, str]


def pages(pdf: bytes, dots_per_inch: int = DOTS_PER_INCH) -> list[Printed]:
    """Render each page as a label printer would and scan it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_page(page, dots_per_inch) for page in document]


def _page(page, dots_per_inch: int) -> Printed:
    width, height = (round(points * 25.4 / 72, 2) for points in page.get_size())
    image = page.render(scale=dots_per_inch / 72).to_pil()
    found = {code.format.name: code.text for code in zxingcpp.read_barcodes(image)}
    return Printed((width, height), page.get_textpage().get_text_bounded(), found)


@dataclass(frozen=True)
class Field:
    """One field of a ZPL label: where it stands, the commands before its data, and the data as it is printed."""

    left: int
    top: int
    commands: str
    data: str


def labels(zpl: bytes) -> list[list[Field]]:
    """Take ZPL apart as a printer does: each command begins with ^ or ~, wherever that stands."""
    text = zpl.decode("ascii")
    assert "~" not in text, "an immediate command would reach the printer"
    found = []
    for start, body in re.findall(r"\^XA(\^CI28)(.*?)\^XZ", text, re.DOTALL):
        assert start == "^CI28"
        found.append([_field(part) for part in body.split("^FO")[1:]])
    assert text.count("^XA") == text.count("^XZ") == len(found)
    return found


def _field(part: str) -> Field:
    """Read one field; between its data and its end no other command can stand."""
    place, commands, rest = re.fullmatch(r"(\d+,\d+)((?:\^(?!FD|FS)[^^]*)*)(.*)", part.strip(), re.DOTALL).groups()
    left, top = map(int, place.split(","))
    if rest == "^FS":
        return Field(left, top, commands, "")
    data = re.fullmatch(r"\^FD([^^]*)\^FS", rest).group(1)
    assert "^FH" in commands
    return Field(left, top, commands, _unescaped(data))


def _unescaped(data: str) -> str:
    return re.sub(rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), data.encode()).decode()
