"""Where a shop's Admin API is, from what a merchant types or copies out of the browser."""

import re
from urllib.parse import urlsplit

from webapp.connectors.channels import ConnectorError

DEFAULT_VERSION = "2026-10"
"""Shopify keeps each version for a year; the tests hold every document against all that it keeps."""

_STORE = re.compile(r"/store/([a-z0-9-]+)", re.ASCII)
_VERSION = re.compile(r"20[0-9]{2}-(01|04|07|10)", re.ASCII)


def root(base_url: str) -> str:
    """Return scheme and host alone; the admin's address names the shop in its path."""
    try:
        parts = urlsplit(base_url.strip())
        store = _STORE.match(parts.path) if parts.hostname == "admin.shopify.com" else None
    except ValueError as error:
        raise ConnectorError("This isn't a valid address.", permanent=True) from error
    return f"https://{store[1]}.myshopify.com" if store else f"{parts.scheme}://{parts.netloc}"


def version(text: str) -> str:
    """Return the API version to call, the default for none; a permanent error for what can't be one."""
    text = text.strip() or DEFAULT_VERSION
    if not _VERSION.fullmatch(text):
        raise ConnectorError(f"An API version is a quarter such as {DEFAULT_VERSION}.", permanent=True)
    return text
