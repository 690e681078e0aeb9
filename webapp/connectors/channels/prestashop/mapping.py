"""From PrestaShop's orders to ours, and from our tracking codes to what it takes."""

import re
from collections.abc import Collection
from decimal import Decimal

from webapp.connectors.channels import ConflictError, ConnectorError
from webapp.connectors.channels.prestashop.client import Row, as_rows, text
from webapp.connectors.channels.prestashop.clock import Clock
from webapp.connectors.channels.prestashop.related import Related
from webapp.connectors.channels.prestashop.states import States
from webapp.domain.channel import IncomingLine, IncomingOrder, OutgoingShipment
from webapp.domain.money import minor_units

TRACKING = re.compile(r"[~:#,%&_=()\[\]. ?+\-@/a-zA-Z0-9]{1,64}")
"""What PrestaShop takes as a tracking number (`Validate::isTrackingNumber`, and the column's length)."""


def incoming(order: Row, related: Related, clock: Clock, states: States, ready: Collection[str]) -> IncomingOrder:
    """Return PrestaShop's order as one of ours; the rows that it names are fetched already."""
    currency = text(related.get("currencies", text(order["id_currency"])).get("iso_code")) or "EUR"
    buyer = related.get("customers", text(order["id_customer"]))
    delivery = related.get("addresses", text(order["id_address_delivery"]))
    state = text(order["current_state"])
    address = _address(delivery, related)
    return IncomingOrder(
        external_id=text(order["id"]),
        reference=text(order.get("reference")) or text(order["id"]),
        status=states.status(state, ready),
        channel_status=states.name(state),
        currency=currency,
        ordered_at=clock.moment(text(order["date_add"])),
        updated_at=clock.moment(text(order["date_upd"])),
        lines=tuple(_line(row, related, currency) for row in as_rows(_associated(order))),
        total_cents=minor(order.get("total_paid_tax_incl") or order["total_paid"], currency),
        shipping_cents=minor(order.get("total_shipping_tax_incl") or order.get("total_shipping"), currency),
        customer={
            "name": text(buyer.get("firstname")),
            "surname": text(buyer.get("lastname")),
            "email": text(buyer.get("email")),
            "phone": address.get("phone", ""),
        },
        delivery_address=address,
        billing_address=_address(related.get("addresses", text(order["id_address_invoice"])), related),
        shipping_method=text(related.get("carriers", text(order["id_carrier"])).get("name")),
        notes=text(delivery.get("other")),
    )


def _associated(order: Row) -> object:
    held = order.get("associations") or {}
    return held.get("order_rows") if isinstance(held, dict) else None


def _line(row: Row, related: Related, currency: str) -> IncomingLine:
    """Return one line, without the units that were refunded. Vouchers aren't spread over the prices."""
    number = text(row["id"])
    return IncomingLine(
        external_id=number,
        sku=text(row.get("product_reference")),
        title=text(row.get("product_name")),
        quantity=max(0, int(Decimal(text(row["product_quantity"]))) - related.refunded.get(number, 0)),
        unit_price_cents=minor(row.get("unit_price_tax_incl"), currency),
        ean=text(row.get("product_ean13")),
    )


def _address(address: Row, related: Related) -> dict[str, str]:
    if not address:
        return {}
    lines = (text(address.get("address1")), text(address.get("address2")))
    return {
        "name": text(address.get("firstname")),
        "surname": text(address.get("lastname")),
        "company": text(address.get("company")),
        "address": ", ".join(line for line in lines if line),
        "postcode": text(address.get("postcode")),
        "city": text(address.get("city")),
        "state_iso": text(related.get("states", text(address.get("id_state"))).get("iso_code")),
        "country_iso": text(related.get("countries", text(address.get("id_country"))).get("iso_code")),
        "phone": text(address.get("phone_mobile")) or text(address.get("phone")),
    }


def minor(amount: object, currency: str) -> int:
    """Return an amount, written with six decimals, in the currency's minor units."""
    return minor_units(Decimal(text(amount) or "0"), currency)


def tracked(row: Row, shipment: OutgoingShipment) -> dict[str, str] | None:
    """Return the whole `order_carriers` row to write, or None where nothing is to change.

    A conflict where the row has a tracking code that is neither an earlier one of this parcel nor one of this order's
    other parcels.
    """
    code, held = shipment.tracking_code.strip(), text(row.get("tracking_number"))
    if code and held and held not in (code, *shipment.siblings, *shipment.tried):
        told = f"The shop shows another tracking code, {held}, that didn't come from here."
        raise ConflictError(told, text(row["id"]))
    return overwritten(row, shipment)


def overwritten(row: Row, shipment: OutgoingShipment) -> dict[str, str] | None:
    """Return the row with the shipment's tracking code whatever it holds, or None where that is there already."""
    code = shipment.tracking_code.strip()
    if not code or code == text(row.get("tracking_number")):
        return None
    if not TRACKING.fullmatch(code):
        told = "PrestaShop takes 64 letters, digits and signs at most"
        raise ConnectorError(f"The shop can't take the tracking code “{code[:80]}”: {told}.", permanent=True)
    fields = {name: text(value) for name, value in row.items() if not isinstance(value, list | dict)}
    return fields | {"tracking_number": code}
