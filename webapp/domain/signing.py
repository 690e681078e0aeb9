"""Sign messages as Standard Webhooks has it (https://www.standardwebhooks.com), with the official library."""

import base64
import datetime as dt
import secrets

from standardwebhooks.webhooks import Webhook

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a fresh signing secret: 32 random bytes, in the form that every library of the standard reads."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(keys: list[str], message_id: str, body: str, moment: dt.datetime) -> dict[str, str]:
    """Return the headers of a message whose exact body this is; during a rotation each key adds its signature."""
    aware = moment.astimezone(dt.UTC)
    signatures = [Webhook(key).sign(message_id, aware, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(aware.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
