"""The formats of a waybill: their media types, what else they are called, and how their files begin."""

PDF, ZPL, PNG = "application/pdf", "application/zpl", "image/png"

FORMATS = (PDF, ZPL, PNG)

NAMES = {PDF: "PDF", ZPL: "ZPL", PNG: "PNG"}

ENDINGS = {PDF: "pdf", ZPL: "zpl", PNG: "png"}
"""Media type -> the ending of a file's name."""

SYNONYMS = {
    "application/x-pdf": PDF,
    "application/x-zpl": ZPL,
    "application/vnd.zebra-zpl": ZPL,
    "x-application/zpl": ZPL,
    "text/zpl": ZPL,
}
"""No media type for ZPL is registered; these are the ones met in the field."""

LARGEST = 5_000_000
"""Bytes of one file."""

_ZEBRA_DRIVER = b"CT~~CD,~CC^~CT~"
"""Zebra's own drivers put this line, which sets the usual command signs, before the label."""


def media_type(word: str) -> str | None:
    """Return the format that a media type names, by whichever of its names; None for any other."""
    bare = word.partition(";")[0].strip().lower()
    return bare if bare in FORMATS else SYNONYMS.get(bare)


def begins_as(content: bytes, wanted: str) -> bool:
    """Tell whether the file begins as a file of this format does."""
    if wanted == PDF:
        return content.startswith(b"%PDF-")
    if wanted == PNG:
        return content.startswith(b"\x89PNG\r\n\x1a\n")
    return content.lstrip().removeprefix(_ZEBRA_DRIVER).lstrip().startswith(b"^XA")


def recognise(content: bytes) -> str | None:
    """Return the format that a file begins as; None where it is none of ours."""
    return next((format_ for format_ in FORMATS if begins_as(content, format_)), None)
