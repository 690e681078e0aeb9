"""What a waybill says: a shipment's details as the lines of a label, the same for every format."""

import re
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import Any

from webapp.domain import money

ADDRESS = ("name", "surname", "company", "address", "postcode", "city", "state_iso", "country_iso")
"""The parts of a sender or recipient that are printed: neither phone nor e-mail, so that a label suits every viewer."""

LONGEST_NUMBER = 30
"""Signs of a bar code that still fits on 100 mm with bars of a quarter millimetre."""

LONGEST_CODE = 300
"""Bytes of a QR code that a hand scanner still reads at 28 mm."""

LONGEST_NOTES = 120
NOTES_WIDTH, NOTES_LINES = 44, 3
"""Signs of one line of the notes, and how many lines the label has for them."""

_SCANNABLE = re.compile(rf"[A-Za-z0-9./-]{{1,{LONGEST_NUMBER}}}", re.ASCII)


@dataclass(frozen=True)
class Label:
    """The texts of one waybill, ready to be set."""

    number: str
    """What the bar code says."""
    code: str
    """What the QR code says: the page that follows the parcel, else the number."""
    carrier: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    facts: tuple[str, ...]
    cash: str
    """The cash on delivery, as "EUR 12.50"; empty where there is none."""
    notes: tuple[str, ...]
    parcels: tuple[tuple[str, str], ...]
    """Place and measures of each parcel, which has a page to itself: `("1 of 2", "1.25 kg · 30 × 20 × 10 cm")`."""


def number_for(tracking_code: str, shipment_id: int) -> str:
    """Return what the bar code says: the courier's code where it can be one, else a number of ours."""
    return tracking_code if _SCANNABLE.fullmatch(tracking_code) else f"XD{shipment_id:010d}"


def label(number: str, details: dict[str, Any]) -> Label:
    """Return the details, as a waybill keeps them, as texts."""
    url = str(details.get("tracking_url") or "")
    linked = url.startswith(("https://", "http://")) and len(url.encode()) <= LONGEST_CODE
    tracking = details.get("tracking_code") or ""
    pairs = (
        ("Reference", details.get("reference")),
        ("Order", details.get("order")),
        ("Tracking", tracking if tracking != number else ""),
    )
    return Label(
        number=number,
        code=url if linked else number,
        carrier=clean(details.get("carrier") or "Waybill"),
        sender=address_lines(details.get("sender") or {}),
        recipient=address_lines(details.get("recipient") or {}),
        facts=tuple(f"{name}: {clean(value)}" for name, value in pairs if value),
        cash=_cash(details.get("cash_on_delivery")),
        notes=tuple(textwrap.wrap(clean(details.get("notes") or ""), NOTES_WIDTH)[:NOTES_LINES]),
        parcels=_parcels(details.get("parcels") or []),
    )


def address_lines(address: dict[str, Any]) -> tuple[str, ...]:
    """Return an address as it stands on an envelope, without empty lines."""
    part = {name: clean(address.get(name) or "") for name in ADDRESS}
    town = " ".join(filter(None, (part["postcode"], part["city"])))
    state = f"({part['state_iso']})" if part["state_iso"] else ""
    lines = (
        " ".join(filter(None, (part["name"], part["surname"]))),
        part["company"],
        part["address"],
        " ".join(filter(None, (town, state))),
        part["country_iso"],
    )
    return tuple(line for line in lines if line)


def _parcels(parcels: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    count = max(1, len(parcels))
    return tuple(
        (f"{place} of {count}", " · ".join(filter(None, (_weight(parcel), _size(parcel)))))
        for place, parcel in enumerate(parcels or [{}], start=1)
    )


def _weight(parcel: dict[str, Any]) -> str:
    grams = parcel.get("weight_grams")
    return f"{grams / 1000:g} kg" if grams else ""


def _size(parcel: dict[str, Any]) -> str:
    sides = [parcel.get(side) for side in ("length_mm", "width_mm", "height_mm")]
    return " × ".join(f"{side / 10:g}" for side in sides if side) + " cm" if all(sides) else ""


def _cash(cash: dict[str, Any] | None) -> str:
    return f"{cash['currency']} {money.show(cash['amount_cents'])}" if cash else ""


def clean(value: Any) -> str:
    """Return a text on one line: control signs and halves of a surrogate pair become blanks."""
    shown = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in str(value))
    return " ".join(shown.split())
