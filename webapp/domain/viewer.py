"""Who is looking: the one value that scope, permissions, masks and the audit are decided from."""

import enum
from dataclasses import dataclass


class Level(enum.IntEnum):
    """How far a permission goes; write includes read."""

    NONE = 0
    READ = 1
    WRITE = 2

    @classmethod
    def of(cls, word: str) -> "Level":
        """Return the level named none, read or write; raise KeyError for anything else."""
        return cls[word.upper()]


@dataclass(frozen=True)
class Actor:
    """Who did it, for events: a user, a key, a job of the worker, or an operator at the command line."""

    kind: str
    id: int | None
    label: str


@dataclass(frozen=True)
class Viewer:
    """A person or program, seen from one store."""

    store_id: int
    actor: Actor
    role: str = "key"
    """`admin`, `merchant`, `clerk`; `key` for programs, `system` for the worker and the command line."""
    supplier_id: int | None = None
    """The supplier that it is bound to; None sees the whole store."""
    orders: Level = Level.NONE
    products: Level = Level.NONE
    shipping: Level = Level.NONE
    hides_customer: bool = False
    hides_prices: bool = False

    @property
    def sees_recipient(self) -> bool:
        """Tell whether name and address of the recipient may be shown: masked keys need shipping for it."""
        return not self.hides_customer or self.shipping >= Level.READ


def system(store_id: int, label: str = "Crossdock") -> Viewer:
    """Return the viewer for the worker's own deeds in a store: everything visible, recorded as a job."""
    full = Level.WRITE
    return Viewer(store_id, Actor("job", None, label), "system", None, full, full, full)
