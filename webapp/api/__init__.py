"""The door for programs: JSON resources under /api/v1."""

from importlib import import_module

from flask import Flask

from webapp.extensions import csrf

RESOURCES = (
    "auth",
    "description.pages",
    "v1.me",
    "v1.orders",
    "v1.order_parts",
    "v1.shippings",
    "v1.suppliers",
    "v1.carriers",
    "v1.waybills",
    "v1.changes",
    "v1.webhooks",
    "v1.products",
    "v1.provisions",
    "v1.publications",
)
"""Modules of this package; each has a `blueprint`."""

BASE = "/api/v1"

INBOUND = ("inbound.orders",)
"""What shops call by themselves, signed with their channel's secret."""


def register(app: Flask) -> None:
    """Add the API's blueprints to the app. Keys and tokens, not cookies, let programs in, so no CSRF token is asked."""
    for name in RESOURCES:
        blueprint = import_module(f"webapp.api.{name}").blueprint
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint, url_prefix=BASE)
    for name in INBOUND:
        blueprint = import_module(f"webapp.api.{name}").blueprint
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint, url_prefix="/api")
    app.add_url_rule("/api/docs", "api_docs", import_module("webapp.api.description.pages").docs)
