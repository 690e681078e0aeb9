"""Addresses in templates: those that need no values are made once, since every page has some thirty."""

from functools import lru_cache
from typing import Any

import flask
from flask import Flask, has_request_context, request


def url_for(endpoint: str, **values: Any) -> str:
    """Return an address as Flask's function of this name does."""
    if endpoint.startswith(".") or values.keys() - {"filename"} or not has_request_context():
        return flask.url_for(endpoint, **values)
    return _fixed(endpoint, values.get("filename"), request.script_root)


def register(app: Flask) -> None:
    """Give it to the templates."""
    app.jinja_env.globals.update(url_for=url_for)


@lru_cache(1024)
def _fixed(endpoint: str, filename: str | None, _root: str) -> str:
    """Make one. The root of all addresses, which Flask finds by itself, tells apart."""
    values: dict[str, Any] = {"filename": filename} if filename else {}
    return flask.url_for(endpoint, **values)
