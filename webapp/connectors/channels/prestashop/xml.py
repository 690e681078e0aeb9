"""The XML that PrestaShop wants to be written in, and the little of it that is read."""

from collections.abc import Mapping
from typing import NoReturn
from xml.etree import ElementTree as ET
from xml.parsers import expat


def document(node: str, fields: Mapping[str, str]) -> bytes:
    """Return one row as the body of a PUT or POST."""
    root = ET.Element("prestashop")
    row = ET.SubElement(root, node)
    for name, value in fields.items():
        ET.SubElement(row, name).text = value
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def parsed(content: bytes) -> ET.Element:
    """Return the root; raise ValueError for what isn't well-formed, and for any DOCTYPE, since it could hold entities.

    Names keep their prefixes (`xlink:href`), as PrestaShop writes them.
    """
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content.strip(), True)
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise ValueError("this is no XML") from error


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a DOCTYPE isn't wanted here")
