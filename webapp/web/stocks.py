"""Whose shelf a page is about: a clerk's own, and for the store's people their own or a supplier's, as they choose."""

import datetime as dt

from flask import abort, request

from webapp.db import now
from webapp.domain import date_range, row_id, store_clock
from webapp.models import Supplier
from webapp.models.shipment_search import OWN
from webapp.web import access


def chosen(default: int | None = OWN) -> int | None:
    """Return the stock that the request names: a supplier's id or OWN; `default` where it names none.

    People who work for one supplier always get that one. A supplier of another store is as unknown as none: 404.
    """
    viewer = access.viewer()
    if viewer.supplier_id is not None:
        return viewer.supplier_id
    word = request.values.get("stock", "").strip()
    if not word:
        return default
    number = row_id.read(word)
    if number is None:
        abort(404)
    mine = Supplier.select().where(Supplier.store == viewer.store_id, Supplier.id == number)
    if number != OWN and not mine.exists():
        abort(404)
    return number


def name(stock: int | None) -> str:
    """Return what a stock is called; the store's name for its own shelf, or where all stocks are meant."""
    if not stock:
        return str(access.store().name)
    found: Supplier = Supplier.get((Supplier.store == access.viewer().store_id) & (Supplier.id == stock))
    return str(found.name)


def ticked(field: str = "shipment") -> list[int]:
    """Return the ids that were ticked one by one or as the whole page, each once; what can't be one is left out."""
    words = request.values.getlist(field)
    words += [word for page in request.values.getlist("all") for word in page.split(",")]
    ids = [number for word in words if (number := row_id.read(word)) is not None]
    return list(dict.fromkeys(ids))


def clock(moment: dt.datetime | None = None) -> dt.datetime:
    """Return a moment, or now, as the clocks of the store show it."""
    return (moment or now()).astimezone(store_clock.zone(access.store().time_zone))


def day(word: str) -> dt.date | None:
    """Return a day of this century that was written as 2026-11-26; None for anything else."""
    return date_range.day_of(word, 2000, 2099)


def begins(date: dt.date) -> dt.datetime:
    """Return the moment at which a day begins where the store is, in UTC."""
    return store_clock.midnight(date, access.store().time_zone)
