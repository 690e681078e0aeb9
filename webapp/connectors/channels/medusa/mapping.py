"""From Medusa's orders to ours."""

import datetime as dt

from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.medusa import statuses
from webapp.connectors.channels.medusa.client import Row
from webapp.connectors.channels.medusa.statuses import amount, left, units
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.domain.money import minor_units

FIELDS = (
    "id,display_id,custom_display_id,status,currency_code,email,created_at,updated_at,total,shipping_total,"
    "*customer,*shipping_address,*billing_address,*items,*items.detail,*shipping_methods"
)
"""What is asked for of an order. Payment and fulfilment status come along, the latter right only with whole items."""


def incoming(order: Row, paid_by: str) -> IncomingOrder:
    """Return Medusa's order as one of ours, paid by what `statuses.PAID_BY` offers; a permanent error for a draft."""
    if order["status"] == "draft":
        raise ConnectorError("This order is still a draft.", permanent=True)
    currency, items = str(order["currency_code"]).upper(), _once(order["items"])
    delivery, billing = _address(order.get("shipping_address")), _address(order.get("billing_address"))
    return IncomingOrder(
        external_id=order["id"],
        reference=str(order.get("custom_display_id") or order["display_id"]),
        status=statuses.status(order, items, paid_by),
        channel_status=statuses.told(order),
        currency=currency,
        ordered_at=moment(order["created_at"]),
        updated_at=moment(order["updated_at"]),
        lines=tuple(_line(item, currency) for item in items),
        total_cents=minor_units(amount(order["total"]), currency),
        shipping_cents=minor_units(amount(order["shipping_total"]), currency),
        customer=_customer(order, billing or delivery),
        delivery_address=delivery or billing,
        billing_address=billing,
        shipping_method=", ".join(method["name"] for method in order.get("shipping_methods") or ()),
    )


def _once(items: list[Row]) -> list[Row]:
    """Return each line once, with what most of its units are known to have done.

    Of calls that change an order at the same time, Medusa keeps a row for each, and then shows a line several times.
    """
    lines: dict[str, Row] = {}
    for item in items:
        known = lines.setdefault(item["id"], {**item, "detail": dict(item["detail"])})["detail"]
        for name in (name for name in item["detail"] if name.endswith("_quantity") and not name.startswith("raw_")):
            known[name] = max(units(known[name]), units(item["detail"][name]))
    return list(lines.values())


def _line(item: Row, currency: str) -> IncomingLine:
    """Return one line; its price has the line's share of every discount taken off and the tax on top.

    Units that were written off or returned before they left aren't wanted any more; what came back after it
    had left stays, since it was sent.
    """
    ordered, detail = units(item["quantity"]), item["detail"]
    back = sum(
        units(detail.get(name))
        for name in ("written_off_quantity", "return_received_quantity", "return_dismissed_quantity")
    )
    return IncomingLine(
        external_id=item["id"],
        sku=item.get("variant_sku") or "",
        title=item["title"],
        quantity=max(ordered - back, left(item)),
        unit_price_cents=minor_units(amount(item["total"]) / ordered, currency) if ordered else 0,
        ean=item.get("variant_barcode") or "",
    )


def _customer(order: Row, address: dict[str, str]) -> dict[str, str]:
    """Return the buyer; a guest's name stands in the addresses alone."""
    buyer = order.get("customer") or {}
    named = buyer.get("first_name") or buyer.get("last_name")
    return {
        "name": (buyer.get("first_name") or "") if named else address.get("name", ""),
        "surname": (buyer.get("last_name") or "") if named else address.get("surname", ""),
        "email": order.get("email") or buyer.get("email") or "",
        "phone": buyer.get("phone") or address.get("phone", ""),
    }


def _address(address: Row | None) -> dict[str, str]:
    """Return an address; an empty one where nothing but a country is known."""
    parts = ("first_name", "last_name", "company", "address_1", "city", "postal_code")
    if not address or not any(address.get(part) for part in parts):
        return {}
    lines = (address.get("address_1"), address.get("address_2"))
    return {
        "name": address.get("first_name") or "",
        "surname": address.get("last_name") or "",
        "company": address.get("company") or "",
        "address": ", ".join(line for line in lines if line),
        "postcode": address.get("postal_code") or "",
        "city": address.get("city") or "",
        "state_iso": address.get("province") or "",
        "country_iso": (address.get("country_code") or "").upper(),
        "phone": address.get("phone") or "",
    }


def moment(text: str) -> dt.datetime:
    """Return a time of Medusa's (ISO 8601 with Z) as an aware one."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def stamp(when: dt.datetime) -> str:
    """Return a time as Medusa takes it, to the millisecond below."""
    return when.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
