"""Shopify's webhooks: which of them prove where they come from.

One that isn't answered within five seconds comes again with the same id, up to eight times in four hours. The id isn't
kept: to be woken twice does no harm.
"""

from collections.abc import Mapping

from webapp.connectors.channels import signatures
from webapp.domain.channel import HookVerdict


def verdict(headers: Mapping[str, str], body: bytes, credentials: dict[str, str]) -> HookVerdict:
    """Tell what came. An app's webhooks are signed by its client secret, those of the shop's settings by their own."""
    signature = signatures.header(headers, "x-shopify-hmac-sha256") or ""
    secrets = (credentials.get("hook_secret", ""), credentials.get("secret", ""))
    return "genuine" if signatures.is_signed(body, signature, *secrets) else "forged"
