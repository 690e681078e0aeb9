"""What a change did: the values before and after it, for the audit log, without secrets."""

from collections.abc import Mapping
from typing import Any

SECRET = ("password", "secret", "token", "credential", "uniquifier", "digest")
"""Names that hold one of these words are left out, whatever their values are."""

LONGEST = 300
"""Signs of a text that are kept."""


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return `{"before": …, "after": …}` with the values that differ, flat; an empty dict where none do.

    What lies in a dict is named `outer.inner`. What only one side has is None on the other.
    """
    old, new = flat(before), flat(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if not names:
        return {}
    return {"before": {name: old.get(name) for name in names}, "after": {name: new.get(name) for name in names}}


def flat(values: Mapping[str, Any], outer: str = "") -> dict[str, Any]:
    """Return the values without a level below, as plain as JSON, and without secrets."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if is_secret(str(name)):
            continue
        if isinstance(value, Mapping):
            found |= flat(value, f"{outer}{name}.")
        else:
            found[f"{outer}{name}"] = _plain(value)
    return found


def is_secret(name: str) -> bool:
    """Tell whether a name says that its value must not be written down."""
    return any(word in name.lower() for word in SECRET)


def pairs(data: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return (name, before, after) of an event's data, whichever of its two forms it has; [] where it has neither."""
    before, after = data.get("before"), data.get("after")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [(name, before.get(name), after.get(name)) for name in {**before, **after} if not is_secret(name)]
    changed = [(name, pair) for name, pair in data.items() if isinstance(pair, list) and len(pair) == 2]
    return [(name, *pair) for name, pair in changed if not is_secret(name)]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(one) for one in (sorted(value, key=str) if isinstance(value, set | frozenset) else value))
    return str(value)[:LONGEST]
