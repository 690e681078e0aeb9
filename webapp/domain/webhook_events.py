"""The events that webhooks tell, by the words of the change feed."""

EVENTS: tuple[tuple[str, str], ...] = (
    ("order.updated", "An order in reach is new, or it or one of its lines has changed"),
    ("order.withdrawn", "An order, or the last of its lines in reach, has been taken away"),
    ("shipping.updated", "A shipment is new or has changed"),
    ("shipping.withdrawn", "A shipment is no longer in reach"),
    ("product.updated", "A product in reach or its stock has changed"),
    ("product.withdrawn", "A product is no longer in reach"),
)
"""Every event type with what it means; a test message has the type `webhook.test`."""

TEST = "webhook.test"

_NOUNS = {"order": "order", "shipment": "shipping", "product": "product"}
_VERBS = {"changed": "updated", "withdrawn": "withdrawn"}


def event_of(subject: str, action: str) -> str:
    """Return the event type of a change; raise KeyError for a word that isn't of the feed."""
    return f"{_NOUNS[subject]}.{_VERBS[action]}"


def wants(events: list[str], event: str) -> bool:
    """Tell whether a webhook that chose these events wants this one; no choice wants all."""
    return not events or event in events
