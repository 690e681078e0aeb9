"""Pick lists: what somebody fetches in one round, summed by SKU with a box to tick, and then for each order."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether

from webapp.connectors.labels import sheet
from webapp.domain.papers import Item, PickList, PickPart, summed


def draw(listed: PickList, _: sheet.Say = sheet.plain) -> bytes:
    """Return the PDF; the same list gives the same bytes."""
    foot = " · ".join(filter(None, (listed.warehouse, listed.printed_at)))
    return sheet.document(_("Pick list"), foot, lambda: _content(listed, _), _)


def _content(listed: PickList, _: sheet.Say) -> list[Flowable]:
    items = summed(listed.parts)
    units = sum(item.units for item in items)
    told = _("%(units)s units for %(orders)s parcels", units=units, orders=len(listed.parts))
    found: list[Flowable] = [
        sheet.text(_("Pick list"), sheet.TITLE),
        sheet.text(f"{listed.warehouse} · {listed.printed_at} · {told}"),
        sheet.text(_("From the shelves"), sheet.HEADING),
        _items(items, _),
        sheet.text(_("For each order"), sheet.HEADING),
    ]
    for part in listed.parts:
        found += _part(part, _)
    return found


def _part(part: PickPart, _: sheet.Say) -> list[Flowable]:
    heading = [sheet.text(part.order, sheet.STRONG), sheet.text(part.recipient)]
    head = sheet.side_by_side(heading, sheet.bars(part.order_code))
    first, rest = part.items[:6], part.items[6:]  # A head never stands alone at the end of a page.
    more = [_items(rest, _)] if rest else []
    return [KeepTogether([sheet.gap(4), head, _items(first, _)]), *more]


def _items(items: Sequence[Item], _: sheet.Say) -> Flowable:
    body = [
        [
            sheet.Box(),
            sheet.text(item.units, sheet.NUMBER),
            [sheet.text(item.sku or "–", sheet.STRONG)] + [sheet.text(item.own_sku, sheet.SMALL)] * bool(item.own_sku),
            sheet.text(item.title),
            sheet.text(item.ean or "–"),
        ]
        for item in items
    ]
    return sheet.rows(["", _("Units"), _("SKU"), _("Item"), _("EAN")], body, [6, 9, 24, 44, 18], numbers=(1,))
