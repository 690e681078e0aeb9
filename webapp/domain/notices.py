"""What people may be told by mail, and when it is time to."""

import datetime as dt

from webapp.domain import store_clock

KINDS = ("tasks", "webhooks", "digest")
"""New open questions (gathered), paused webhooks (at once), the daily summary."""

FOR_CLERKS = ("tasks", "digest")

GATHER = dt.timedelta(minutes=10)
"""How long a new open question waits for others, so that one mail tells them all."""

AT_MOST_EVERY = dt.timedelta(hours=1)

DIGEST_FROM, DIGEST_UNTIL = dt.time(8), dt.time(12)
"""By the store's clock. A worker that was down at eight still sends it, but no longer in the afternoon."""


def is_due(oldest: dt.datetime, told_at: dt.datetime | None, moment: dt.datetime) -> bool:
    """Tell whether to mail open questions, the oldest found at `oldest`; the last such mail was at `told_at`."""
    return moment - oldest >= GATHER and (told_at is None or moment - told_at >= AT_MOST_EVERY)


def digest_day(moment: dt.datetime, time_zone: str, working_days: str) -> str | None:
    """Return the store's day, as ISO text, for which the daily summary is to be sent now; None where it isn't time."""
    here = moment.astimezone(store_clock.zone(time_zone))
    on_time = DIGEST_FROM <= here.time() < DIGEST_UNTIL
    return here.date().isoformat() if on_time and str(here.isoweekday()) in working_days else None
