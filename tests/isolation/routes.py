"""Who may open which page: the table that every route of the pages has a line in."""

ALL = ("admin", "merchant", "clerk")
BOSSES = ("admin", "merchant")
ADMINS = ("admin",)
CLERKS = ("clerk",)

PUBLIC = {
    *("static", "api_docs", "health.alive", "health.ready"),
    "api_inbound_orders.create",
    *("static", "api_docs", "health.alive", "health.ready", "hooks.receive"),
    *("joining.show", "joining.accept", "passwords.forgot", "passwords.ask", "passwords.edit", "passwords.update"),
    *("account.login", "account.enter", "account.logout", "setup.new", "setup.create"),
}
"""Open to whoever comes. The set-up does nothing once there is a store; a shop's orders need its signature."""

BLUEPRINTS = {
    "home": ALL,
    "account": ALL,
    "sessions": ALL,
    "orders": ALL,
    "saved_filters": ALL,
    "many_orders": ALL,
    "holds": BOSSES,
    "manual_orders": BOSSES,
    "order_notes": ALL,
    "cancellations": BOSSES,
    "rejections": CLERKS,
    "routes": BOSSES,
    "sku_links": BOSSES,
    "shipments": ALL,
    "waybills": ALL,
    "returns": ALL,
    "papers": ALL,
    "manifests": ALL,
    "desk": ALL,
    "products": ALL,
    "batches": ALL,
    "imports": ALL,
    "exports": ALL,
    "pushes": ALL,
    "tasks": BOSSES,
    "suppliers": BOSSES,
    "supplies": BOSSES,
    "publications": BOSSES,
    "carriers": BOSSES,
    "routing_rules": BOSSES,
    "channels": BOSSES,
    "channel_carriers": BOSSES,
    "channel_secrets": BOSSES,
    "sent_orders": BOSSES,
    "api_keys": BOSSES,
    "api_requests": BOSSES,
    "conformance": BOSSES,
    "webhooks": BOSSES,
    "store": ADMINS,
    "users": ADMINS,
    "invitations": ADMINS,
    "audit": ADMINS,
}

STRICTER = {
    **{f"products.{name}": BOSSES for name in ("new", "create", "edit", "update", "archive", "restore")},
    **dict.fromkeys(("orders.allocate", "orders.synchronize", "pushes.confirm_drop", "pushes.drop"), BOSSES),
    **dict.fromkeys(("pushes.confirm_done", "pushes.done", "pushes.overwrite"), BOSSES),
    **dict.fromkeys(("returns.new", "returns.create", "returns.close"), BOSSES),
    "home.hide_steps": BOSSES,
    **dict.fromkeys(("orders.finish_task", "orders.tell_again"), BOSSES),
    **dict.fromkeys(("api_keys.enable", "api_keys.disable", "api_keys.two_people"), ADMINS),
}
"""Pages that fewer people may open than their neighbours."""

PERSONAL = {f"saved_filters.{name}" for name in ("edit", "update", "destroy")}
"""Pages of what belongs to one person, which colleagues don't find either; in `things` that is the clerk."""


def roles(endpoint: str) -> tuple[str, ...] | None:
    """Return the roles that may open a page; None where the table doesn't know it."""
    return STRICTER.get(endpoint) or BLUEPRINTS.get(endpoint.partition(".")[0])


def is_call(rule) -> bool:
    """Tell whether a route of the URL map is of the API, whose table is `webapp.domain.permissions.CALLS`."""
    return rule.rule.startswith("/api/v1/")


def pages(app) -> list[tuple[str, object]]:
    """Return (verb, route) of every page that isn't public; those that only read come first."""
    found = [(verb, rule) for rule in app.url_map.iter_rules() for verb in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    found = [(verb, rule) for verb, rule in found if not is_call(rule) and rule.endpoint not in PUBLIC]
    return sorted(found, key=lambda cell: (cell[0], cell[1].rule))
