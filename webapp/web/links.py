"""Addresses that leave in mails: below BASE_URL, never below a host that a request names."""

from typing import Any

from flask import current_app, url_for


def mailed(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page."""
    return str(current_app.config["CROSSDOCK"].base_url) + url_for(endpoint, _external=False, **values)
