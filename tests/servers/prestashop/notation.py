"""What PrestaShop's webservice reads and writes: filters, XML that comes, JSON and XML that go."""

import json
import re
from xml.etree import ElementTree as ET

TRACKING = re.compile(r"[~:#,%&_=()\[\]. ?+\-@/a-zA-Z0-9]*")


class RefusedError(Exception):
    """An answer that is an error: status, code and words."""

    def __init__(self, status: int, code: int | None, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def select(rows: list[dict], query: dict[str, str]) -> list[dict]:
    """Return the rows that a call asks for: filtered, sorted and cut, whole or by their numbers alone."""
    found = list(rows)
    for name, wanted in query.items():
        if not name.startswith("filter["):
            continue
        field = name[7:-1]
        fields = set(found[0]) if found else {field}
        if field not in fields or (field.startswith("date_") and query.get("date") != "1"):
            raise RefusedError(400, 32, f'This filter does not exist. Did you mean: "id"? The list: {fields}')
        found = [row for row in found if matches(str(row[field]), wanted)]
    for part in reversed(query.get("sort", "[id_ASC]").strip("[]").split(",")):
        field, _, direction = part.rpartition("_")
        found.sort(key=lambda row, field=field: row[field], reverse=direction == "DESC")
    first, _, count = query.get("limit", f"0,{len(found)}").partition(",")
    found = found[int(first) : int(first) + int(count)] if count else found[: int(first)]
    return found if query.get("display") == "full" else [{"id": row["id"]} for row in found]


def matches(value: str, wanted: str) -> bool:
    """Tell whether a value fits a filter in PrestaShop's notation."""
    before, inner, after = re.fullmatch(r"(.*)\[(.*)\](.*)", wanted).groups()
    if after == "%":
        return value.startswith(inner)
    if before == ">":
        return int(value) > int(inner)
    if re.fullmatch(r"\d+(\|\d+)*", inner):
        return value in inner.split("|")
    if re.fullmatch(r"[\d.:\-\s]+,[\d.:\-\s]+", inner):
        low, high = inner.split(",")
        return low <= value <= high
    return value == inner


def read(body: bytes, node: str) -> dict[str, str]:
    """Return the fields of the one row that a document holds."""
    try:
        entity = ET.fromstring(body).find(node)
        return {field.tag: field.text or "" for field in entity}
    except (ET.ParseError, TypeError) as error:
        raise RefusedError(500, 127, f"XML error : {error}") from error


def as_json(status: int, value: object) -> tuple[int, str, bytes]:
    """Return an answer in JSON."""
    return status, "application/json;charset=utf-8", json.dumps(value).encode()


def as_xml(status: int, node: str, row: dict) -> tuple[int, str, bytes]:
    """Return an answer that holds one row in XML."""
    fields = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in row.items())
    return status, "text/xml", f'<?xml version="1.0"?><prestashop><{node}>{fields}</{node}></prestashop>'.encode()
