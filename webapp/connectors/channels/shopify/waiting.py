"""How long Shopify asks to be left alone, in each of the ways it says so."""

import math
import re
from typing import Any

import httpx2

from webapp.connectors import http

_FRACTION = re.compile(r"[0-9]{1,6}\.[0-9]+", re.ASCII)


def asked_wait(response: httpx2.Response) -> float | None:
    """Return the seconds of an answer's `Retry-After`, which Shopify writes as “2.0”; None where it doesn't say."""
    text = response.headers.get("Retry-After", "").strip()
    return float(math.ceil(float(text))) if _FRACTION.fullmatch(text) else http.asked_wait(response)


def restored_after(body: dict[str, Any]) -> float:
    """Return the seconds until the shop's bucket holds what the call costs; its points come back at a steady rate."""
    try:
        cost = body["extensions"]["cost"]
        bucket = cost["throttleStatus"]
        lacking = float(cost["requestedQueryCost"]) - float(bucket["currentlyAvailable"])
        return float(max(1, math.ceil(lacking / float(bucket["restoreRate"]))))
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return 1.0
