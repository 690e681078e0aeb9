"""Waybills on paper: a label in every format that we draw, and many of one format in one file.

What draws and reads PDF is loaded with the first of them: it would make every start slower and every process larger.
"""

from webapp.connectors.labels import zpl
from webapp.domain.waybill import Label
from webapp.domain.waybill_format import PDF, ZPL

__all__ = ["JOINABLE", "Unreadable", "draw"]


class Unreadable(Exception):  # noqa: N818 - it says what the file is.
    """A file that can't be joined with others; `place` counts from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(f"File {place} can't be read.")
        self.place = place


def draw(label: Label) -> dict[str, bytes]:
    """Return the label as media type -> file."""
    from webapp.connectors.labels import pdf

    return {PDF: pdf.draw(label), ZPL: zpl.draw(label)}


def _join_pdf(files: list[bytes]) -> bytes:
    from webapp.connectors.labels import pdf

    return pdf.join(files)


JOINABLE = {PDF: _join_pdf, ZPL: zpl.join}
"""The formats of which many fit into one file; each join raises Unreadable for a file that it can't take apart."""
