"""The door for people: one blueprint a noun."""

BLUEPRINTS = (
    "home",
    "tasks",
    "setup",
    "account",
    "users",
    "suppliers",
    "products",
    "supplies",
    "channels",
    "channel_carriers",
    "orders",
    "shipments",
    "waybills",
    "carriers",
    "pushes",
    "api_keys",
    "api_requests",
    "conformance",
    "webhooks",
    "channel_secrets",
    "sent_orders",
    "audit",
    "health",
    "hooks",
)
"""Modules of this package; each has a `blueprint`."""
