"""A sheet of A4 for people: letterhead, tables that go on over pages, bar codes, and the page's number below."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from webapp.connectors.labels import pdf
from webapp.domain.waybill import clean

Say = Callable[..., str]
"""Puts a heading into the reader's language; the door brings it."""

MARGIN = 16 * mm
PADDING = 6
"""Points that the library keeps free inside of its margins."""
FULL = A4[0] - 2 * MARGIN
GREY, LINE = colors.HexColor("#52606d"), colors.HexColor("#c9d1d9")

BODY = ParagraphStyle("body", fontName=pdf.PLAIN, fontSize=9.5, leading=12.5)
STRONG = ParagraphStyle("strong", BODY, fontName=pdf.BOLD)
SMALL = ParagraphStyle("small", BODY, fontSize=7.5, leading=10, textColor=GREY)
SMALL_RIGHT = ParagraphStyle("small right", SMALL, alignment=TA_RIGHT)
NUMBER = ParagraphStyle("number", STRONG, alignment=TA_RIGHT)
PRICE = ParagraphStyle("price", BODY, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", STRONG, fontSize=17, leading=21)
HEADING = ParagraphStyle("heading", STRONG, fontSize=11.5, leading=15, spaceBefore=10, spaceAfter=3)


def plain(text: str, **values: Any) -> str:
    """Say it in the language that it is written in."""
    return text % values if values else text


def text(words: Any, style: ParagraphStyle = BODY, most: int = 300) -> Paragraph:
    """Return a text that wraps, whatever signs it holds; cut after `most` of them, for a row must fit on a page."""
    shown = clean(words)
    return Paragraph(escape(shown if len(shown) <= most else shown[: most - 1] + "…"), style)


def block(lines: Iterable[str], heading: str) -> list[Flowable]:
    """Return an address below a small heading, its first line strong."""
    found = [text(line, BODY if place else STRONG, 120) for place, line in enumerate(lines)]
    return [text(heading, SMALL), *found]


def bars(code: str) -> Flowable:
    """Return a Code 128 as wide as its room allows, at most half a millimetre a bar, with its text below."""
    room = FULL * 0.42
    thin = Code128(code, barWidth=1, barHeight=1, quiet=False)
    width = min(0.45 * mm, room / thin.width)
    look = {"quiet": False, "humanReadable": True, "fontName": pdf.PLAIN, "fontSize": 8}
    found = Code128(code, barWidth=width, barHeight=12 * mm, **look)
    found.hAlign = "RIGHT"
    return found


def side_by_side(*columns: Any, widths: Sequence[float] = ()) -> Table:
    """Return columns beside each other, aligned at their tops."""
    table = Table([list(columns)], colWidths=list(widths) or [FULL / len(columns)] * len(columns))
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]))
    return table


def rows(headings: Sequence[str], body: Sequence[Sequence[Any]], widths: Sequence[float], numbers: Any = ()) -> Table:
    """Return a table whose head stands on each of its pages; `widths` are shares of the page."""
    told = [text(word, SMALL_RIGHT if place in numbers else SMALL) for place, word in enumerate(headings)]
    total = sum(widths)
    table = Table([told, *body], colWidths=[FULL * width / total for width in widths], repeatRows=1, splitInRow=1)
    look = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, GREY),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    table.setStyle(TableStyle(look))
    return table


class Box(Flowable):
    """A square to tick with a pen."""

    side = 4.2 * mm

    def wrap(self, *room: float) -> tuple[float, float]:
        """Return how much room it takes."""
        return self.side, self.side

    def draw(self) -> None:
        """Draw its outline."""
        self.canv.setLineWidth(0.8)
        self.canv.rect(0, 0, self.side, self.side)


def gap(millimetres: float) -> Spacer:
    """Return some room."""
    return Spacer(1, millimetres * mm)


def document(title: str, foot: str, make: Callable[[], list[Flowable]], _: Say = plain) -> bytes:
    """Return the pages that `make` gives the content of, each with `foot` and its number; one thread at a time."""
    with pdf.ONE_AT_A_TIME:
        pdf.load_fonts()
        target = io.BytesIO()
        frame = SimpleDocTemplate(
            target,
            pagesize=A4,
            title=clean(title),
            leftMargin=MARGIN - PADDING,
            rightMargin=MARGIN - PADDING,
            topMargin=MARGIN,
            bottomMargin=MARGIN + 4 * mm,
            invariant=1,
        )
        frame.build(make(), canvasmaker=_numbered(clean(foot), _))
        return target.getvalue()


def _numbered(foot: str, _: Say) -> type[Canvas]:
    """Return a canvas that waits with its pages until it knows how many there are."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._waiting: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the name is the library's.
            self._waiting.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._waiting, start=1):
                self.__dict__.update(state)
                self.setFont(pdf.PLAIN, 7.5)
                self.setFillColor(GREY)
                self.drawString(MARGIN, 10 * mm, foot[:110])
                told = _("Page %(number)s of %(total)s", number=number, total=len(self._waiting))
                self.drawRightString(A4[0] - MARGIN, 10 * mm, told)
                super().showPage()
            super().save()

    return Numbered
