"""Waybills on paper: a label in every format that we draw, and many of one format in one file; and the other papers.

What draws and reads PDF is loaded with the first of them: it would make every start slower and every process larger.
"""

from collections.abc import Callable, Sequence

from webapp.connectors.labels import zpl
from webapp.domain.papers import Manifest, PackingSlip, PickList
from webapp.domain.waybill import Label
from webapp.domain.waybill_format import PDF, ZPL

__all__ = ["JOINABLE", "Unreadable", "draw", "manifest", "packing_slips", "pick_list"]


class Unreadable(Exception):  # noqa: N818 - it says what the file is.
    """A file that can't be joined with others; `place` counts from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(f"File {place} can't be read.")
        self.place = place


def draw(label: Label) -> dict[str, bytes]:
    """Return the label as media type -> file."""
    from webapp.connectors.labels import pdf

    return {PDF: pdf.draw(label), ZPL: zpl.draw(label)}


def packing_slips(slips: Sequence[PackingSlip], say: Callable[..., str]) -> bytes:
    """Return the slips, at least one, as one PDF of A4; `say` puts headings into the reader's language."""
    from webapp.connectors.labels import slips as drawing

    return drawing.draw(slips, say)


def pick_list(listed: PickList, say: Callable[..., str]) -> bytes:
    """Return the pick list as a PDF of A4."""
    from webapp.connectors.labels import picking

    return picking.draw(listed, say)


def manifest(handed: Manifest, say: Callable[..., str]) -> bytes:
    """Return the manifest as a PDF of A4."""
    from webapp.connectors.labels import manifests

    return manifests.draw(handed, say)


def _join_pdf(files: list[bytes]) -> bytes:
    from webapp.connectors.labels import pdf

    return pdf.join(files)


JOINABLE = {PDF: _join_pdf, ZPL: zpl.join}
"""The formats of which many fit into one file; each join raises Unreadable for a file that it can't take apart."""
