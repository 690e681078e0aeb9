"""Signed messages to a shop: one POST each, whose status alone counts."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import httpx2

from webapp.connectors import http
from webapp.connectors.channels import ConnectorError, calls
from webapp.domain import signing

REASONS = {
    401: "The shop refuses the signature (401). Does it have this channel's present signing secret?",
    403: "The shop refuses the signature (403). Does it have this channel's present signing secret?",
    404: "The shop doesn't know this, or takes no messages at this address (404)",
    410: "The shop takes no more messages at this address (410)",
}


class Client:
    """Tells a shop something. A refusal is permanent; silence, a 5xx, 408, 425 or 429 means: try again later."""

    def __init__(self, url: str, secrets: Mapping[str, str], seconds: float = http.SECONDS) -> None:
        self.url = url
        self._secrets = secrets
        self._http = calls.client("", {"Content-Type": "application/json"}, seconds)

    def tell(self, message_id: str, event: str, data: dict[str, Any], at: dt.datetime | None = None) -> None:
        """Send one message; the shop takes each `message_id` once, so a repeat is safe."""
        moment = dt.datetime.now(dt.UTC)
        keys = signing.current(self._secrets, moment)
        if not self.url:
            raise ConnectorError("The channel has no address at which it could be told.", permanent=True)
        if not keys:
            raise ConnectorError("The channel has no signing secret. Rotate it to get one.", permanent=True)
        happened = (at or moment).astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        body = json.dumps({"type": event, "timestamp": happened, "data": data}, ensure_ascii=False)
        headers = signing.headers(keys, message_id, body, moment)
        _judge(calls.ask("The shop", self._http, "POST", self.url, content=body.encode(), headers=headers))


def _judge(answer: httpx2.Response) -> None:
    """Return for a 2xx; raise what any other status means."""
    status = answer.status_code
    if 200 <= status < 300:
        return
    if calls.is_unclear(status):
        raise ConnectorError(f"The shop answered {status}.", retry_after=http.asked_wait(answer))
    if status < 400:
        told = f"The shop answers with a redirect ({status}). Give the address that it leads to."
        raise ConnectorError(told, permanent=True)
    said = " ".join(answer.text.split())[:200]
    reason = REASONS.get(status, f"The shop refused the message ({status})")
    raise ConnectorError(f"{reason}{': ' + said if said and status not in (401, 403) else ''}", permanent=True)
