"""A shop's times: PrestaShop writes them as the clock on its wall shows them, without saying which zone that is in."""

import datetime as dt
import zoneinfo

from webapp.connectors.channels import ConnectorError

SHIFT = dt.timedelta(hours=3)
"""No clock on a wall is put forward or back by more."""

BEGINNING = dt.datetime(1970, 1, 2)
SECOND = dt.timedelta(seconds=1)


class Clock:
    """Turns moments into times on the shop's wall, and back."""

    def __init__(self, zone: str) -> None:
        try:
            self._zone = zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ConnectorError(f"There is no time zone “{zone}”; one is Europe/Rome.", permanent=True) from error
        self.zone = zone

    def span(self, start: dt.datetime | None, end: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """Return the first and the last time that the wall shows between two moments, to the second.

        Where the clock is put back in between, one hour is shown twice: then that hour is in the span as a whole,
        else what happened in it would lie outside.
        """
        if start is None:
            return BEGINNING, self._wall(end, max(self._offset(end), self._offset(end - SHIFT)))
        first = min(self._offset(start), self._offset(min(start + SHIFT, end)))
        last = max(self._offset(end), self._offset(max(end - SHIFT, start)))
        return self._wall(start, first), self._wall(end, last)

    def moment(self, written: str) -> dt.datetime:
        """Return what the wall showed as a moment; of an hour that is shown twice, the first."""
        return wall(written).replace(tzinfo=self._zone).astimezone(dt.UTC)

    def _offset(self, moment: dt.datetime) -> dt.timedelta:
        return moment.astimezone(self._zone).utcoffset() or dt.timedelta()

    def _wall(self, moment: dt.datetime, offset: dt.timedelta) -> dt.datetime:
        return (moment.astimezone(dt.UTC) + offset).replace(tzinfo=None, microsecond=0)


def wall(written: str) -> dt.datetime:
    """Return a time on the wall as PrestaShop writes it; raise ValueError for what is none, such as zeros."""
    return dt.datetime.strptime(written.strip(), "%Y-%m-%d %H:%M:%S")


def between(start: dt.datetime, end: dt.datetime) -> str:
    """Return the filter for a span, both ends included."""
    return f"[{start:%Y-%m-%d %H:%M:%S},{end:%Y-%m-%d %H:%M:%S}]"
