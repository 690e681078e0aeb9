"""What WooCommerce's webhooks are worth: a wink that something changed, once they prove where they come from.

They are never sent again, and are switched off after five failures, so that reading never relies on them. Their
delivery ids collide within a second: they don't tell two messages apart.
"""

import re
from collections.abc import Mapping

from webapp.connectors.channels import signatures
from webapp.domain.channel import HookVerdict

_PING = re.compile(rb"webhook_id=[0-9]{1,19}")


def verdict(headers: Mapping[str, str], body: bytes, credentials: dict[str, str]) -> HookVerdict:
    """Tell what came. Answer 200 to a ping, which is sent unsigned when the webhook is saved and tells nothing.

    A webhook that was made by the REST API without a secret is signed by the consumer secret.
    """
    signature = signatures.header(headers, "x-wc-webhook-signature")
    if signature is None:
        return "ping" if _PING.fullmatch(body) else "forged"
    secrets = (credentials.get("hook_secret", ""), credentials.get("secret", ""))
    return "genuine" if signatures.is_signed(body, signature, *secrets) else "forged"
