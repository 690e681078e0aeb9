"""The door for people: one blueprint a noun."""

BLUEPRINTS = (
    "home",
    "setup",
    "account",
    "users",
    "suppliers",
    "products",
    "supplies",
    "channels",
    "orders",
    "shipments",
    "waybills",
    "carriers",
    "pushes",
    "api_keys",
    "api_requests",
    "conformance",
    "webhooks",
    "audit",
    "health",
    "hooks",
)
"""Modules of this package; each has a `blueprint`."""
