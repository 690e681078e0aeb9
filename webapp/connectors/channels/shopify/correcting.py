"""A tracking code that is corrected: each fulfilment of the shipment shows what is right now, and no other changes."""

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.shopify import documents, mapping
from webapp.connectors.channels.shopify.client import Client
from webapp.connectors.channels.shopify.held import Fulfilment, look
from webapp.domain.channel import Confirmation, OutgoingShipment


def correct(client: Client, shipment: OutgoingShipment, remote_id: str, notify: bool) -> Confirmation:
    """Correct the fulfilments of `remote_id`, of which there is one for each location; safe to repeat."""
    named = {mapping.gid("Fulfillment", number) for number in remote_id.split(",")}
    ours = [one for one in look(client, shipment.order_external_id).fulfilments if one.gid in named]
    if not ours:
        raise ConnectorError("The shop doesn't hold this fulfilment any more.", permanent=True)
    tracking = mapping.tracking(shipment)
    wrong = [one for one in ours if not _shows(one, tracking)]
    for one in wrong:
        client.result(documents.TRACK, id=one.gid, tracking=tracking, notify=notify)
    return Confirmation(remote_id, found=not wrong)


def _shows(fulfilment: Fulfilment, tracking: dict[str, str]) -> bool:
    """Tell whether it shows this; where no address is told, Shopify makes one of its own."""
    return (
        fulfilment.numbers == (tracking.get("number", ""),)
        and fulfilment.companies == (tracking["company"],)
        and ("url" not in tracking or fulfilment.urls == (tracking["url"],))
    )
