"""A Medusa shop's stock locations: the one that the merchant named, or the only one that there is."""

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.medusa.client import Client, RefusedError, understood

STRANGE = "The shop has no stock location with this ID: look at it in the channel's form."
SEVERAL = "It has several stock locations, so name one in the form before it is told how much is in stock."


def named(client: Client, location: str) -> str:
    """Return the location's ID, which Medusa itself would take unseen; a permanent error where it has none such."""
    found = client.get("stock-locations", {"id[]": [location], "fields": "id", "limit": "1"})
    with understood():
        if location not in [one["id"] for one in found["stock_locations"]]:
            raise ConnectorError(STRANGE, permanent=True)
    return location


def only(client: Client) -> str:
    """Return the ID of the shop's only location; empty where it has none or several."""
    found = client.get("stock-locations", {"fields": "id", "limit": "2"})
    with understood():
        numbers = [str(one["id"]) for one in found["stock_locations"]]
    return numbers[0] if len(numbers) == 1 else ""


def advice(client: Client, location: str) -> str:
    """Prove the location that was named, or return what to do where one should be; a key that may not see is let be."""
    if location:
        named(client, location)
        return ""
    try:
        return "" if only(client) else SEVERAL
    except RefusedError as refusal:
        if refusal.status != 403:
            raise
        return ""
