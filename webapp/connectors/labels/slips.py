"""Packing slips: what lies in a parcel and tells the buyer what it holds. No price, unless it is asked for."""

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable, PageBreak

from webapp.connectors.labels import sheet
from webapp.domain.papers import Item, PackingSlip
from webapp.domain.waybill import clean


def draw(slips: Sequence[PackingSlip], _: sheet.Say = sheet.plain) -> bytes:
    """Return one PDF with all slips, each from a page of its own on; the same slips give the same bytes."""
    first = slips[0]
    title = _("Packing slip of order %(order)s", order=first.order) if len(slips) == 1 else _("Packing slips")
    return sheet.document(title, first.sender[0] if first.sender else "", lambda: _all(slips, _), _)


def _all(slips: Sequence[PackingSlip], _: sheet.Say) -> list[Flowable]:
    found: list[Flowable] = []
    for slip in slips:
        found += [PageBreak()] * bool(found) + _one(slip, _)
    return found


def _one(slip: PackingSlip, _: sheet.Say) -> list[Flowable]:
    title = [sheet.text(_("Packing slip"), sheet.TITLE), *(sheet.text(line) for line in _facts(slip, _))]
    addresses = sheet.side_by_side(sheet.block(slip.sender, _("From")), sheet.block(slip.recipient, _("To")))
    parts = [sheet.side_by_side(title, sheet.bars(slip.order_code)), sheet.gap(4), addresses, sheet.gap(5)]
    parts += [_items(slip.items, _), sheet.gap(3), _total(slip, _)]
    if slip.notes:
        parts += [sheet.text(_("Notes"), sheet.HEADING)]
        parts += [sheet.text(line, most=10_000) for line in slip.notes.splitlines() if clean(line)]
    return parts


def _facts(slip: PackingSlip, _: sheet.Say) -> list[str]:
    carried = " ".join(filter(None, (slip.carrier, slip.tracking)))
    return [
        _("Order %(order)s of %(day)s", order=slip.order, day=slip.ordered_on),
        _("Shipment %(number)s", number=slip.shipment) + (f" · {carried}" if carried else ""),
    ]


def _items(items: Sequence[Item], _: sheet.Say) -> Flowable:
    priced = any(item.price for item in items)
    headings = [_("SKU"), _("Item"), _("EAN"), _("Units")] + [_("Price")] * priced
    body = [
        [
            sheet.text(item.sku or "–", sheet.STRONG),
            sheet.text(item.title),
            sheet.text(item.ean or "–"),
            sheet.text(item.units, sheet.NUMBER),
            *[sheet.text(item.price, sheet.PRICE)] * priced,
        ]
        for item in items
    ]
    return sheet.rows(headings, body, [22, 46, 19, 10] + [15] * priced, numbers=(3, 4))


def _total(slip: PackingSlip, _: sheet.Say) -> Any:
    units = sum(item.units for item in slip.items)
    return sheet.text(_("Units in this parcel: %(units)s", units=units), sheet.NUMBER)
