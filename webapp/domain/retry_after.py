"""Read how long another system asks to be left alone."""

import datetime as dt
from email.utils import parsedate_to_datetime


def seconds(header: str | None, now: dt.datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks for (RFC 9110, section 10.2.3); None where it asks for
    nothing that can be read, such as a date that has passed.
    """
    told = (header or "").strip()
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
        if moment.tzinfo is None:  # So is a date read whose zone is "-0000"; HTTP knows no zone but GMT.
            moment = moment.replace(tzinfo=dt.UTC)
        wait = (moment - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return wait if wait > 0 else None
