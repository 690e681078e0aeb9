"""Read a request's body and query strictly: every field named, unknown ones refused, every fault said at its field."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, TypeVar

from flask import current_app, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from webapp.domain.errors import Invalid

Model = TypeVar("Model", bound=BaseModel)

SOMETHING = r"[^\s\x1c-\x1f\x85\ufeff]"
ADDRESS = r"https?://[^\x00-\x20\x7f-\x9f]+"
"""Patterns of a text that isn't blank, and of a web address: readers of JSON Schema differ in what is a blank."""

FLAGS = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}
"""How a query says yes and no; capitals are how Python's clients write them."""


def body(model: type[Model], by_row: bool = False) -> Model:
    """Return the JSON body as `model`; 415 for another media type, 400 for broken JSON, 422 for wrong fields.

    With `by_row` the caller reads each row by itself, and calls `refuse_nul` on it.
    """
    raw = request.get_data()
    if raw and request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        given = current_app.json.loads(raw) if raw else {}
    except ValueError:
        raise BadRequest from None
    if not isinstance(given, dict):
        raise Invalid({"body": ["Send one JSON object."]})
    if b"\\u0000" in raw and not by_row:  # Only so can NUL be written in JSON.
        refuse_nul(given)
    return checked(model, given)


def checked(model: type[Model], given: dict[str, Any]) -> Model:
    """Return the values as `model`, or raise Invalid with a message for each field."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        if not _made_whole(given, error):
            raise Invalid(_messages(error)) from None
    return checked(model, given)


def refuse_nul(given: dict[str, Any]) -> None:
    """Raise Invalid where a text holds NUL, which no database text does; however deeply it is nested."""
    open_parts = [iter([("", given)])]
    while open_parts:
        for name, value in open_parts[-1]:
            if isinstance(value, str) and "\x00" in value:
                raise Invalid({name or "body": ["This holds a character that can't be stored."]})
            if isinstance(value, dict | list):
                open_parts.append(_parts(name, value))
                break
        else:
            open_parts.pop()


def query(allowed: set[str]) -> dict[str, str]:
    """Return the query's values; refuse names that the address doesn't know and NUL in a value."""
    unknown = sorted(set(request.args) - allowed)
    if unknown:
        raise Invalid({name: ["This address doesn't know this parameter."] for name in unknown})
    values = request.args.to_dict()
    broken = [name for name, value in values.items() if "\x00" in value]
    if broken:
        raise Invalid({name: ["This holds a character that can't be searched for."] for name in broken})
    return values


def number(values: dict[str, str], name: str, usual: int, low: int, high: int) -> int:
    """Return a query value as a whole number from `low` to `high`; `usual` where it isn't given."""
    text = values.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and low <= int(text) <= high):
        raise Invalid({name: [f"Send a whole number from {low} to {high:,}."]})
    return int(text)


def flag(values: dict[str, str], name: str) -> bool:
    """Return a query value that says yes or no."""
    if values[name] not in FLAGS:
        raise Invalid({name: ["Send true or false."]})
    return FLAGS[values[name]]


def moment(values: dict[str, str], name: str) -> dt.datetime | None:
    """Return a query value as a moment (RFC 3339; without an offset it is UTC); None where it isn't given."""
    text = values.get(name)
    if text is None:
        return None
    try:
        # An unescaped "+" of an offset arrives as a blank.
        found = dt.datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Invalid({name: ["Send a moment such as 2026-11-24T09:30:00Z."]}) from None


def _made_whole(given: dict[str, Any], error: ValidationError) -> bool:
    """Write the numbers that failed as 3.0 as 3, since JSON has one kind of number; tell whether there were any."""
    found = False
    for fault in error.errors(include_url=False):
        value = fault["input"]
        if fault["type"] == "int_type" and isinstance(value, float) and value.is_integer():
            *way, last = fault["loc"]
            holder: Any = given
            for part in way:
                holder = holder[part]
            holder[last], found = int(value), True
    return found


def _messages(error: ValidationError) -> dict[str, list[str]]:
    messages: dict[str, list[str]] = {}
    for fault in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in fault["loc"]) or "body"
        told = "This field isn't known." if fault["type"] == "extra_forbidden" else fault["msg"]
        messages.setdefault(name, []).append(told)
    return messages


def _parts(name: str, value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """Return what a container holds, each part under its name; an object's names stand for the object itself."""
    if isinstance(value, list):
        yield from ((f"{name}.{place}", inner) for place, inner in enumerate(value))
        return
    for key, inner in value.items():
        yield name, key
        yield (f"{name}.{key}" if name else key), inner
