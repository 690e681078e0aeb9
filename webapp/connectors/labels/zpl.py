"""A waybill as ZPL for label printers of 8 dots a millimetre: one label of 100 × 150 mm for each parcel."""

import string

from webapp.connectors.labels import qr
from webapp.domain.waybill import Label

WIDTH, HEIGHT = 800, 1200
MARGIN = 40
FULL = WIDTH - 2 * MARGIN
QR_SIDE = 224
"""All measures are dots."""

PLAIN_SIGNS = frozenset(string.ascii_letters + string.digits + " .,:;/()'+-@#&%=?!*")
"""What stands for itself in a field; every other sign is written as its bytes."""


def draw(label: Label) -> bytes:
    """Return the labels, one after the other, in UTF-8."""
    return "".join(_one(label, *parcel) for parcel in label.parcels).encode()


def join(files: list[bytes]) -> bytes:
    """Return all labels in order: a printer takes them one after the other."""
    return b"\n".join(content.strip() for content in files) + b"\n"


def escape(text: str) -> str:
    """Return a text for a field after ^FH: no sign of it can end the field or begin a command."""
    return "".join(
        sign if sign in PLAIN_SIGNS else "".join(f"_{byte:02X}" for byte in sign.encode(errors="replace"))
        for sign in text
    )


def _one(label: Label, place: str, measures: str) -> str:
    fields = [
        _text(label.carrier, MARGIN, 56, 56, 400),
        _text(f"Parcel {place}", 464, 56, 32, 296),
        _text(measures, 464, 96, 24, 296),
        _rule(136),
        _text("From", MARGIN, 148, 18, FULL),
        *_lines(label.sender, 172, 24, 28),
        _rule(332),
        _text("To", MARGIN, 344, 18, FULL),
        *_lines(label.recipient, 372, 40, 50),
        _rule(656),
        *_lines(label.facts, 672, 24, 32, FULL - QR_SIDE - 24),
        *_cash(label.cash),
        *_lines(label.notes, 866, 18, 20, FULL - QR_SIDE - 24),
        _qr(label.code, WIDTH - MARGIN - QR_SIDE, 672),
        _bars(label.number),
    ]
    start = f"^XA^CI28^PW{WIDTH}^LL{HEIGHT}^LH0,0"
    return "\n".join([start, *filter(None, fields), "^XZ", ""])


def _lines(lines: tuple[str, ...], top: int, size: int, step: int, width: int = FULL) -> list[str]:
    return [_text(line, MARGIN, top + place * step, size, width) for place, line in enumerate(lines)]


def _text(text: str, left: int, top: int, size: int, width: int) -> str:
    """Return one line of text, smaller and at last cut where it is too long: a sign is about half as wide as high."""
    while size > 18 and len(text) * size * 0.55 > width:
        size -= 2
    most = int(width / (size * 0.55))
    shown = text if len(text) <= most else text[: most - 1] + "…"
    return f"^FO{left},{top}^A0N,{size},{size}^FH^FD{escape(shown)}^FS" if shown else ""


def _cash(cash: str) -> list[str]:
    if not cash:
        return []
    return [_text("CASH ON DELIVERY", MARGIN, 776, 24, 480), _text(cash, MARGIN, 804, 52, 480)]


def _rule(top: int) -> str:
    return f"^FO{MARGIN},{top}^GB{FULL},3,3^FS"


def _qr(code: str, left: int, top: int) -> str:
    """Return the QR code, its modules as large as its place lets them be."""
    magnified = max(1, min(10, QR_SIDE // qr.modules(code)))
    return f"^FO{left},{top}^BQN,2,{magnified}^FH^FD{qr.level(code)}A,{escape(code)}^FS"


def _bars(number: str) -> str:
    """Return the Code 128, its bars 2 to 4 dots wide, centred as if each sign took a symbol of its own."""
    modules = 11 * len(number) + 35
    bar = max(2, min(4, (WIDTH - MARGIN) // modules))
    left = max(0, (WIDTH - modules * bar) // 2)
    return f"^FO{left},930^BY{bar}^BCN,176,Y,N,N,A^FH^FD{escape(number)}^FS"
