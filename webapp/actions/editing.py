"""Two people edit one record: the second is told, and nothing of the first is written over in silence."""

import hashlib
from typing import Any, TypeVar

import orjson
import peewee as pw

from webapp.db import locking
from webapp.domain.errors import Conflict, NotFound

CODE = "changed_meanwhile"
TOLD = "Somebody else changed this while you were editing it."

Row = TypeVar("Row", bound=pw.Model)


def version(**facts: Any) -> str:
    """Return a word that changes with these values and tells nothing of them."""
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def held(row: Row) -> Row:
    """Return the row as it is now; until the transaction ends nobody else changes it."""
    model = type(row)
    query = model.select().where(model.id == row.id)
    found: Row | None = locking(query).first()
    if found is None:
        raise NotFound("record any more")
    return found


def need_unchanged(seen: str, present: str) -> None:
    """Raise Conflict `changed_meanwhile` where a person saw another version than the present one; empty saw none."""
    if seen and seen != present:
        raise changed_meanwhile()


def changed_meanwhile() -> Conflict:
    """Return the refusal; what is stored now is for the door to show, beside what was typed."""
    return Conflict(CODE, TOLD)
