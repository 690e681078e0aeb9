"""Routing rules: which stocks an order would rather be served from, before the usual ranking counts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

EFFECTS = ("prefer", "avoid", "fewest_parcels")
"""Prefer these stocks, use them last, or send as few parcels as possible."""


@dataclass(frozen=True)
class Rule:
    """One wish of the merchant's. An empty set of countries or channels stands for all of them."""

    name: str
    effect: str
    """A word of EFFECTS."""
    suppliers: frozenset[int | None] = frozenset()
    """The stocks that are preferred or used last; None is the merchant's own."""
    countries: frozenset[str] = frozenset()
    """ISO 3166 codes of the delivery address, in capitals."""
    channels: frozenset[int] = frozenset()
    after: dt.time | None = None
    """The cut-off: only orders of this time of the store's day, or later, are meant."""

    def fits(self, facts: "Facts") -> bool:
        """Tell whether the rule is about such an order."""
        return (
            (not self.countries or facts.country in self.countries)
            and (not self.channels or facts.channel_id in self.channels)
            and (self.after is None or facts.ordered_at >= self.after)
        )


@dataclass(frozen=True)
class Facts:
    """What rules ask of an order."""

    country: str
    """ISO 3166 code of the delivery address, in capitals."""
    channel_id: int | None
    ordered_at: dt.time
    """The time of day in the store's time zone."""


@dataclass(frozen=True)
class Preference:
    """The rules that fit one order, the most important first."""

    rules: tuple[Rule, ...] = ()

    def rank(self, supplier_id: int | None, parcels: tuple[int, int]) -> tuple[int, ...]:
        """Return what goes before the usual ranking: for each rule its part, lower is better.

        `parcels` are the usual ranking's two numbers for fewer parcels.
        """
        parts: tuple[int, ...] = ()
        for rule in self.rules:
            if rule.effect == "fewest_parcels":
                parts += parcels
            else:
                parts += (int((supplier_id in rule.suppliers) == (rule.effect == "avoid")),)
        return parts

    def names(self) -> tuple[str, ...]:
        """Return what each part of `rank` is called in "why here?"."""
        names: tuple[str, ...] = ()
        for rule in self.rules:
            names += (f"the rule “{rule.name}”",) * (2 if rule.effect == "fewest_parcels" else 1)
        return names


NONE = Preference()


def preference(rules: Iterable[Rule], facts: Facts) -> Preference:
    """Return which of the rules, in their order, are about this order."""
    return Preference(tuple(rule for rule in rules if rule.fits(facts)))
