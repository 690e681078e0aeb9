"""A correction of what the channel shows of a shipment, where it can take one."""

from webapp.connectors.channels import Connector, kind_of
from webapp.domain.channel import Confirmation
from webapp.jobs import one_shipment, outgoing
from webapp.jobs.claimed import Claimed
from webapp.models import Order, Push


def correct(push: Push, order: Order, connector: Connector, claimed: Claimed) -> tuple[str, Confirmation]:
    """Tell the channel what is right now; return the try's outcome with what it holds.

    What it can't be told ends as `uncorrected`, since no repeat would change that: a person reads it on the order.
    """
    remote_id = outgoing.remote_id(push)
    if not remote_id:
        return "left_out", one_shipment.LEFT_OUT
    whole = not connector.capabilities.partial_shipments
    shipment = outgoing.shipment(claimed, order, push.shipment_id, whole=whole)
    kind = kind_of(claimed.channel.kind).name
    shows = f" It may still show {shipment.tried[-1]}: correct it there by hand." if shipment.tried else ""
    if not connector.capabilities.tracking_editable:
        return "uncorrected", Confirmation(remote_id, detail=f"{kind} can't be told a corrected tracking code.{shows}")
    if not shipment.tracking_code:
        return "uncorrected", Confirmation(remote_id, detail=f"A tracking code can't be taken back from {kind}.{shows}")
    done = connector.correct_tracking(shipment, remote_id)
    return "found" if done.found else "sent", done
