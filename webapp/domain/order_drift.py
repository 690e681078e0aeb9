"""What an edit on the channel means for a line of ours: which units follow at once, which must be asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Held:
    """Units of one line that one stock holds, and how far it is with them."""

    supplier_id: int | None
    """None is the merchant's own shelf."""
    units: int
    begun: int
    """Of them accepted, packed or in process, shipped ones included."""
    shipped: int = 0
    asked: int = 0
    """Of them asked to be canceled already, and not answered."""


@dataclass(frozen=True)
class LineState:
    """One line as we have it."""

    live: int
    """Units ordered and not canceled."""
    last: int
    """Units that the channel wanted when it was read last."""
    held: tuple[Held, ...] = ()

    @property
    def effective(self) -> int:
        """Return the units that stay once every stock has granted what it is asked for."""
        return self.live - sum(one.asked for one in self.held)


@dataclass
class Drift:
    """What to do about one line. Keys are suppliers, None for the merchant's own shelf."""

    added: int = 0
    """Units more to allocate."""
    kept: int = 0
    """Units that stocks were asked to cancel and that are wanted after all."""
    unassigned: int = 0
    """Units canceled at once that no stock held."""
    freed: dict[int | None, int] = field(default_factory=dict)
    """Units canceled at once that stocks held and hadn't begun."""
    asked: dict[int | None, int] = field(default_factory=dict)
    """Units to ask the stocks for, which have begun."""
    gone: int = 0
    """Units that the channel takes back after they have shipped: a refund or a return."""

    @property
    def canceled(self) -> int:
        """Return the units that are canceled at once."""
        return self.unassigned + sum(self.freed.values())


def of_line(line: LineState, wanted: int) -> Drift:
    """Decide what follows from the channel wanting so many units now.

    Only what it changed since the last reading counts: units that a stock refused to cancel aren't asked for again.
    """
    found = Drift()
    more = wanted - max(line.effective, line.last)
    if more > 0:
        found.kept = min(more, line.live - line.effective)
        found.added = more - found.kept
        return found
    less = min(line.effective, line.last) - wanted
    if less <= 0:
        return found
    found.unassigned = min(less, line.live - sum(one.units for one in line.held))
    left = less - found.unassigned
    left -= _take(line.held, left, found.freed, [one.units - one.begun for one in line.held])
    left -= _take(line.held, left, found.asked, [one.begun - one.shipped - one.asked for one in line.held])
    found.gone = left
    return found


def by_hand(line: LineState, units: int) -> Drift:
    """Decide what follows from the merchant canceling so many units, whatever the channel still wants."""
    return of_line(replace(line, last=line.effective), max(0, line.effective - units))


def _take(held: Sequence[Held], wanted: int, into: dict[int | None, int], most: Sequence[int]) -> int:
    """Take up to `wanted` units, from the last stock on; return how many were found."""
    left = wanted
    for one, limit in reversed(list(zip(held, most, strict=True))):
        units = min(left, limit)
        if units > 0:
            into[one.supplier_id] = units
            left -= units
    return wanted - left
