"""Queries of the hot path: their SQL is made once, since building a statement costs more than running it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
import peewee as pw

from webapp.db import db, is_postgresql
from webapp.domain.viewer import Actor, Viewer


@dataclass(frozen=True)
class _Hole:
    name: str


def slot(name: str) -> Any:
    """Return the place of a value that each run fills in. The value goes to the driver as it is, unconverted."""
    return pw.Value(_Hole(name), converter=False, unpack=False)


def any_viewer(*, scoped: bool) -> Viewer:
    """Return a viewer of which store and, where it is bound to one, supplier are filled in by each run."""
    return Viewer(slot("store"), Actor("job", None, ""), supplier_id=slot("supplier") if scoped else None)


def of(viewer: Viewer) -> dict[str, Any]:
    """Return what fills in `any_viewer`."""
    return {"store": viewer.store_id, "supplier": viewer.supplier_id}


def among(field: pw.Field, name: str) -> pw.Expression:
    """Match a field against a list of whole numbers that each run fills in: one value, however long the list."""
    if is_postgresql():
        return pw.Expression(field, pw.OP.EQ, pw.fn.ANY(pw.SQL("%s::bigint[]", [_Hole(name)])))
    return field.in_(pw.SQL("(SELECT value FROM json_each(?))", [_Hole(name)]))


class Prepared:
    """The SQL of one query on one kind of database."""

    def __init__(self, query: pw.Query) -> None:
        self._sql, self._values = query.sql()
        fields = [field for field in query._returning or () if isinstance(field, pw.Field)]
        self._parts = [(model, _Columns(list(own))) for model, own in groupby(fields, key=attrgetter("model"))]

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Run it with these values; return the rows as the driver gives them: no models, nothing converted."""
        found: list[tuple[Any, ...]] = db.execute_sql(self._sql, self._filled(given)).fetchall()
        return found

    def models(self, model: type[pw.Model], **given: Any) -> list[Any]:
        """Run it with these values; return its rows as models.

        The query selects fields alone: the model's own first, then, together, those of each table that one foreign key
        of the model points at.
        """
        (own, columns), *joined = self._parts
        assert own is model
        links = [(_link(model, other), other, read) for other, read in joined]
        return [_made(model, columns, links, row) for row in self.rows(**given)]

    def change(self, **given: Any) -> int:
        """Run a change with these values; return how many rows it met."""
        return int(db.execute_sql(self._sql, self._filled(given)).rowcount)

    def _filled(self, given: dict[str, Any]) -> list[Any]:
        values = (given[value.name] if isinstance(value, _Hole) else value for value in self._values)
        return [_listed(value) if isinstance(value, list) else value for value in values]


class _Columns:
    """Fields of one model, in the order of a query's columns."""

    def __init__(self, fields: list[pw.Field]) -> None:
        self.names = [field.name for field in fields]
        self.read = [(field.name, field.python_value) for field in fields if _type(field) not in AS_THEY_COME]
        """What isn't as the driver gives it, and how it is read."""

    def __len__(self) -> int:
        return len(self.names)


AS_THEY_COME = {pw.CharField, pw.TextField, pw.IntegerField, pw.BigIntegerField, pw.AutoField, pw.BigAutoField}
"""Kinds of fields, and not those made of them, whose values both drivers give as they are meant."""


def _type(field: pw.Field) -> type[pw.Field]:
    return type(field.rel_field if isinstance(field, pw.ForeignKeyField) else field)


def _link(model: type[pw.Model], other: type[pw.Model]) -> str:
    """Return the name of the one foreign key by which a model points at another one."""
    (name,) = (field.name for field, target in model._meta.refs.items() if target is other)
    return str(name)


def _made(
    model: type[pw.Model], columns: _Columns, links: list[tuple[str, type[pw.Model], _Columns]], row: tuple[Any, ...]
) -> Any:
    """Fill a model in directly: peewee would look up each column's field anew with each run."""
    place = len(columns)
    made = _filled(model, columns, row[:place])
    for name, other, theirs in links:
        values = row[place : place + len(theirs)]
        made.__rel__[name] = None if values.count(None) == len(values) else _filled(other, theirs, values)
        place += len(theirs)
    assert place == len(row)
    return made


def _filled(model: type[pw.Model], columns: _Columns, values: tuple[Any, ...]) -> Any:
    made = model(__no_default__=True)
    made.__data__ = held = dict(zip(columns.names, values, strict=True))
    for name, read in columns.read:
        held[name] = read(held[name])
    return made


def _listed(numbers: list[int]) -> str:
    """Return a list of whole numbers as the one value that `among` takes: as text, which the driver needn't convert."""
    text = orjson.dumps(numbers).decode()
    return f"{{{text[1:-1]}}}" if is_postgresql() else text


def prepared(make: Callable[..., pw.Query]) -> Callable[..., Prepared]:
    """Keep what a function of a few plain values builds: once for each combination of them and kind of database."""

    @cache
    def built(_postgresql: bool, *shape: Any) -> Prepared:
        return Prepared(make(*shape))

    return lambda *shape: built(is_postgresql(), *shape)
