"""A waybill as PDF: a page of 100 × 150 mm for each parcel, with a Code 128 and a QR code; and many joined into one."""

import io
import itertools
import threading
from functools import cache
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from webapp.connectors.labels import Unreadable, qr
from webapp.domain.waybill import Label

WIDTH, HEIGHT = 100 * mm, 150 * mm
MARGIN = 5 * mm
FULL = WIDTH - 2 * MARGIN
QR_SIDE = 28 * mm
SMALLEST = 6
"""Points; a line that is still too long at this size is cut."""

FONTS = Path(__file__).resolve().parent / "fonts"
PLAIN, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"

ONE_AT_A_TIME = threading.Lock()
"""All threads share the loaded fonts, and with them the place in the font's file that is being read."""


def draw(label: Label) -> bytes:
    """Return the PDF; the same label gives the same bytes."""
    with ONE_AT_A_TIME:
        load_fonts()
        return _document(label)


def _document(label: Label) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(f"Waybill {label.number}")
    canvas.beginForm("qr", 0, 0, QR_SIDE, QR_SIDE)  # Drawn once, shown on each page.
    _qr(canvas, label.code)
    canvas.endForm()
    for place, measures in label.parcels:
        _page(canvas, label, place, measures)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def join(files: list[bytes]) -> bytes:
    """Return one PDF with all pages in order; raise Unreadable for a file that can't be taken apart."""
    writer = PdfWriter()
    for place, content in enumerate(files):
        try:
            reader = PdfReader(io.BytesIO(content))
            for page in reader.pages:
                writer.add_page(page)
        except Exception:  # Whatever a broken or hostile file makes the parser stumble over.
            raise Unreadable(place) from None
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@cache
def load_fonts() -> None:
    """Load the two faces once a process; they hold Latin, Greek and Cyrillic letters."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))


def _page(canvas: Canvas, label: Label, place: str, measures: str) -> None:
    """Set one page from top to bottom; heights are millimetres from its lower edge."""
    _text(canvas, label.carrier, 137, 50 * mm, 20, BOLD)
    _text(canvas, f"Parcel {place}", 140, 37 * mm, 11, BOLD, left=58 * mm)
    _text(canvas, measures, 136, 37 * mm, 8, left=58 * mm)
    _rule(canvas, 133)
    _block(canvas, "From", label.sender, 129.5, 8, 3.4)
    _rule(canvas, 110)
    _block(canvas, "To", label.recipient, 106.5, 14, 6.4)
    _rule(canvas, 68)
    beside_qr = FULL - QR_SIDE - 3 * mm
    for row, fact in enumerate(label.facts):
        _text(canvas, fact, 63.5 - 4 * row, beside_qr, 8)
    if label.cash:
        _text(canvas, "CASH ON DELIVERY", 51, beside_qr, 8, BOLD)
        _text(canvas, label.cash, 45.5, beside_qr, 14, BOLD)
    for row, line in enumerate(label.notes):
        _text(canvas, line, 41 - 2.6 * row, beside_qr, 6.5)
    canvas.saveState()
    canvas.translate(WIDTH - MARGIN - QR_SIDE, 38 * mm)
    canvas.doForm("qr")
    canvas.restoreState()
    _bars(canvas, label.number)


def _block(canvas: Canvas, title: str, lines: tuple[str, ...], top: float, size: float, step: float) -> None:
    _text(canvas, title, top, FULL, 6)
    for place, line in enumerate(lines):
        _text(canvas, line, top - 0.5 - (place + 1) * step, FULL, size, BOLD if place == 0 else PLAIN)


def _text(
    canvas: Canvas, text: str, height: float, width: float, size: float, font: str = PLAIN, left: float = MARGIN
) -> None:
    """Set one line, smaller and at last cut where it is too long."""
    while size > SMALLEST and pdfmetrics.stringWidth(text, font, size) > width:
        size -= 0.5
    while text and pdfmetrics.stringWidth(text, font, size) > width:
        text = text.removesuffix("…")[:-1] + "…" if len(text) > 2 else ""
    canvas.setFont(font, size)
    canvas.drawString(left, height * mm, text)


def _rule(canvas: Canvas, height: float) -> None:
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, height * mm, WIDTH - MARGIN, height * mm)


def _qr(canvas: Canvas, code: str) -> None:
    """Draw the code as large as its place, each run of dark modules as one rectangle."""
    rows = qr.rows(code)
    side = QR_SIDE / len(rows)
    for number, row in enumerate(rows, start=1):
        column = 0
        for dark, run in itertools.groupby(row):
            width = len(list(run))
            if dark:
                canvas.rect(column * side, QR_SIDE - number * side, width * side, side, stroke=0, fill=1)
            column += width


def _bars(canvas: Canvas, number: str) -> None:
    """Draw the bars as wide as the page lets them, at most half a millimetre each, with their number below."""
    thin = Code128(number, barWidth=1, barHeight=1, quiet=False)
    bar = min(0.5 * mm, FULL / thin.width)
    code = Code128(number, barWidth=bar, barHeight=22 * mm, quiet=False)
    code.drawOn(canvas, (WIDTH - code.width) / 2, 12 * mm)
    canvas.setFont(BOLD, 11)
    canvas.drawCentredString(WIDTH / 2, 6 * mm, number)
