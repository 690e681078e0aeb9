"""A shop that sends its orders by itself, signed as Standard Webhooks has it, over whatever bytes."""

import base64
import datetime as dt
import hashlib
import hmac
import itertools
import json
from copy import deepcopy

from webapp.actions import channel_secrets, channels
from webapp.actions.channels import ChannelDraft

ORDER = {
    "id": "1042",
    "reference": "#1042",
    "status": "paid",
    "currency": "EUR",
    "ordered_at": "2026-11-20T09:30:00+01:00",
    "updated_at": "2026-11-20T09:30:00+01:00",
    "lines": [{"id": "l1", "sku": "MUG", "title": "Blue mug", "quantity": 2, "unit_price": "12.50"}],
    "shipping": "4.90",
    "customer": {"name": "Bea", "surname": "Buyer", "email": "bea@example.com"},
    "delivery_address": {
        "name": "Bea",
        "surname": "Buyer",
        "address": "Via Roma 1",
        "postcode": "50121",
        "city": "Firenze",
        "country_iso": "it",
    },
}

_numbers = itertools.count(1)


def order(**changes) -> dict:
    """Return a good order; None takes a field away."""
    made = {**deepcopy(ORDER), **changes}
    return {name: value for name, value in made.items() if value is not None}


def at(minute: int) -> str:
    """Return a moment of the day of the order, as the shop sends it."""
    return f"2026-11-20T10:{minute:02}:00Z"


def signed(secret: str, body: bytes, moment: dt.datetime | None = None, message_id: str = "") -> dict[str, str]:
    """Return the headers of a message that is signed now, unless told otherwise."""
    stamp, name = int((moment or dt.datetime.now(dt.UTC)).timestamp()), message_id or f"msg_{next(_numbers)}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "Content-Type": "application/json",
    }


class SendingShop:
    def __init__(self, client, channel, secret: str) -> None:
        self.client, self.channel, self.secret = client, channel, secret
        self.path = f"/api/channels/{channel.id}/orders"

    def send(self, *orders: dict):
        """Send one order as it is, or several."""
        return self.post(json.dumps(orders[0] if len(orders) == 1 else {"orders": orders}).encode())

    def post(self, body: bytes, **headers: str):
        """Send these bytes, signed; headers may be put in the place of the right ones."""
        given = signed(self.secret, body) | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(self.path, data=body, headers=given)

    def outcomes(self, *orders: dict) -> list[str]:
        """Send orders that are good; return what became of each."""
        answer = self.send(*orders)
        assert answer.status_code == 200, answer.text
        return [one["outcome"] for one in answer.json["orders"]]


def shop_of(app, viewer, name: str = "Own shop", url: str = "") -> SendingShop:
    """Connect a shop that sends its orders by itself."""
    channel = channels.connect(viewer, "generic", ChannelDraft(name, url), reads=False)
    return SendingShop(app.test_client(), channel, channel_secrets.current(channel)[0])
