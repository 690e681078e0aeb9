"""Successes in the one shape that all of them have, with ETags where a single resource is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import peewee as pw
from flask import Response, make_response, request

from webapp.db import transaction
from webapp.domain.errors import Refusal


class Stale(Refusal):
    """The resource isn't any more what the caller saw."""

    status = 412


def one(data: Any, status: int = 200) -> Response:
    """Return one resource, with an ETag; 304 where the caller has this very state already."""
    response = make_response({"success": True, "message": None, "data": data}, status)
    response.add_etag()
    if request.method in ("GET", "HEAD"):
        response.make_conditional(request)
    return response


def many(data: list[Any], total: int | None, following: str | None) -> Response:
    """Return a page of a list. `total` is None where a cursor was used: counting would cost what the cursor saves."""
    body: dict[str, Any] = {"success": True, "message": None, "data": data, "next": following}
    if total is not None:
        body["total"] = total
    return make_response(body)


@contextmanager
def matching(read: Callable[[], Any], *rows: tuple[type[pw.Model], int]) -> Iterator[None]:
    """Honour If-Match around a write: nobody changes these rows, (table, id), between the comparison and the write.

    Name them in the order in which the actions lock them, the order before its shipments.
    """
    if "If-Match" not in request.headers:
        yield
        return
    with transaction():
        for table, row_id in rows:
            # Writing a row as it is locks it on both databases; who waits for the lock then compares anew.
            table.update(store=table.store).where(table.id == row_id).execute()
        check_match(read())
        yield


def check_match(data: Any) -> None:
    """Honour If-Match: raise Stale unless the resource still looks as the caller saw it."""
    if "If-Match" not in request.headers:
        return
    shown = make_response({"success": True, "message": None, "data": data})
    shown.add_etag()
    tag, _ = shown.get_etag()
    if not request.if_match.contains(
        tag or ""
    ):  # A header that names no tag matches nothing: a guard never just falls.
        raise Stale("stale", "It has changed since you read it. Read it again, then decide.")
