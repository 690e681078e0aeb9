"""What WooCommerce's webhooks are worth: a wink that something changed, once they prove where they come from.

They are never sent again, and are switched off after five failures, so that reading never relies on them. Their
delivery ids collide within a second: they don't tell two messages apart.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Literal

_PING = re.compile(rb"webhook_id=[0-9]{1,19}")

Verdict = Literal["ping", "genuine", "forged"]


def verdict(headers: Mapping[str, str], body: bytes, secret: str) -> Verdict:
    """Tell what came. Answer 200 to a ping, which is sent unsigned when the webhook is saved and tells nothing."""
    named = {name.lower(): value for name, value in headers.items()}
    signature = named.get("x-wc-webhook-signature")
    if signature is None:
        return "ping" if _PING.fullmatch(body) else "forged"
    due = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    genuine = secret and hmac.compare_digest(due, signature.strip().encode())
    return "genuine" if genuine else "forged"
