"""Under which name a channel knows a courier: what its kind wants, what the merchant chose, what is usual."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from webapp.domain import tracking


@dataclass(frozen=True)
class CarrierNames:
    """What a kind of channel wants to hear of a courier."""

    known: tuple[tuple[str, str], ...] = ()
    """The channel's own codes with the names that it shows for them."""
    free: bool = True
    """Whether it takes any other name too. Where it doesn't, a courier without a name there is never told."""
    usual: Mapping[str, str] = field(default_factory=dict)
    """Couriers as they are named here, to the channel's codes; used where the merchant has chosen nothing."""
    told: bool = True
    """False where the channel shows the courier that the order was placed with, whatever it is told."""


@dataclass(frozen=True)
class Named:
    """A courier as the channel hears of it."""

    code: str
    name: str
    """What people read there."""


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Fold a courier's name for comparison with the usual ones: signs and case don't make another courier."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def named(wants: CarrierNames, chosen: Mapping[str, str], carrier: str, *, as_it_is: bool = True) -> Named | None:
    """Return what the channel is told for a courier; None where it has no name there and may not go as it is.

    `chosen` are the merchant's choices by `tracking.key`; `as_it_is` is its wish for couriers that it gave no name. A
    shipment without a courier has nothing to translate.
    """
    carrier = " ".join(carrier.split())
    if not carrier or not wants.told:
        return Named(carrier, carrier)
    code = chosen.get(tracking.key(carrier)) or default(wants, carrier)
    if code is not None:
        return Named(code, shown(wants, code))
    return Named(carrier, carrier) if wants.free and as_it_is else None


def default(wants: CarrierNames, carrier: str) -> str | None:
    """Return the channel's code for a courier that is usual there, or is named as the channel names it."""
    name = folded(carrier)
    for code, label in wants.known:
        if name in (folded(code), folded(label)):
            return code
    return {folded(one): code for one, code in wants.usual.items()}.get(name)


def shown(wants: CarrierNames, code: str) -> str:
    """Return the name that people read on the channel for a code."""
    return dict(wants.known).get(code, code)


def fault(wants: CarrierNames, code: str) -> str | None:
    """Return what is wrong with a name chosen for a courier; None for one that can be used, or for an empty one."""
    if not code or wants.free or code in dict(wants.known):
        return None
    return "The channel knows no such carrier: choose one of its list."
