"""The log of each key's calls, and what it tells of a key: when it was last used, and for what."""

import datetime as dt
import shlex
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from webapp.actions import conformance
from webapp.db import now, transaction
from webapp.models import ApiKey, ApiRequest

KEEP = dt.timedelta(days=7)
"""How long a call stays in the log."""

LONGEST_BODY = 4000

UNUSED_AFTER = dt.timedelta(days=30)
"""After how long without a call that needs it a permission is pointed out."""


@dataclass(frozen=True)
class Call:
    """One call that came to its end."""

    store_id: int
    api_key_id: int
    request_id: str
    method: str
    path: str
    query: str
    body: str
    status_code: int
    code: str
    milliseconds: int
    address: str
    area: str
    """The permission that it needed: orders, products, shipping, or none."""
    replayed: bool
    """Whether the answer was a stored one, under an Idempotency-Key that had been used."""
    created_at: dt.datetime


def write(calls: Iterable[Call]) -> None:
    """Write calls to the log, and to their keys when they were last used: a few statements, however many calls."""
    rows = list(calls)
    if not rows:
        return
    used: dict[int, dict[str, dt.datetime]] = defaultdict(dict)
    for call in rows:
        used[call.api_key_id]["last_used_at"] = call.created_at
        if call.area and call.status_code < 400:
            used[call.api_key_id][f"{call.area}_used_at"] = call.created_at
    with transaction():
        ApiRequest.insert_many(_row(call) for call in rows).execute()
        for key_id, moments in sorted(used.items()):
            ApiKey.update(**moments).where(ApiKey.id == key_id).execute()
        conformance.note(rows)


def forget_old() -> int:
    """Delete what is older than the log keeps; return how many calls those were."""
    return int(ApiRequest.delete().where(ApiRequest.created_at < now() - KEEP).execute())


def unused_areas(key: ApiKey) -> list[str]:
    """Return the permissions that the key has had for a while and hasn't needed lately: they can be taken away."""
    since = now() - UNUSED_AFTER
    if key.created_at > since:
        return []
    granted = [area for area in ("orders", "products", "shipping") if getattr(key, f"{area}_level") != "none"]
    return [area for area in granted if (getattr(key, f"{area}_used_at") or key.created_at) < since]


def as_curl(request: ApiRequest, base_url: str) -> str:
    """Return the call as a command that can be pasted into a shell; the token is a variable of that shell."""
    url = f"{base_url.rstrip('/')}{request.path}" + (f"?{request.query}" if request.query else "")
    parts = ["curl", "-i", "-X", request.method, shlex.quote(url), "-H", '"Authorization: Bearer $TOKEN"']
    if request.body:
        parts += ["-H", "'Content-Type: application/json'", "--data-raw", shlex.quote(request.body)]
    return " ".join(parts)


def _row(call: Call) -> dict[str, object]:
    values = asdict(call)
    del values["area"], values["replayed"]
    return values | {
        "store": values.pop("store_id"),
        "api_key": values.pop("api_key_id"),
        "path": call.path[:500],
        "query": call.query[:1000],
        "body": call.body[:LONGEST_BODY],
    }
