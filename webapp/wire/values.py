"""Moments and amounts as the wire has them."""

import datetime as dt


def when(moment: dt.datetime | None) -> str | None:
    """Return a moment as the wire has it: RFC 3339, UTC, whole seconds."""
    return None if moment is None else f"{moment.isoformat()[:19]}Z"


def amount(cents: int | None) -> float | None:
    """Return minor units as the wire has them: a JSON number in major units."""
    return None if cents is None else round(cents / 100, 2)


def when_raw(moment: dt.datetime | str | None) -> str | None:
    """Return a moment as a raw row has it, text of SQLite or PostgreSQL's naive UTC, as the wire has it."""
    return f"{moment[:10]}T{moment[11:19]}Z" if isinstance(moment, str) else when(moment)
