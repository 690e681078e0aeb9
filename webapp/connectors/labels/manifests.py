"""Manifests: the list of parcels that a courier signs for when he takes them."""

from reportlab.platypus import Flowable, KeepTogether

from webapp.connectors.labels import sheet
from webapp.domain.papers import Manifest, kilograms


def draw(manifest: Manifest, _: sheet.Say = sheet.plain) -> bytes:
    """Return the PDF; the same manifest gives the same bytes."""
    title = _("Hand-over to %(carrier)s", carrier=manifest.carrier)
    return sheet.document(title, f"{title} · {manifest.day}", lambda: _content(manifest, title, _), _)


def _content(manifest: Manifest, title: str, _: sheet.Say) -> list[Flowable]:
    rows = manifest.rows
    headings = [_("Shipment"), _("Order"), _("Recipient"), _("Tracking"), _("Parcels"), _("Weight")]
    body = [
        [
            sheet.text(row.shipment, sheet.STRONG),
            sheet.text(row.order),
            sheet.text(row.recipient or "–"),
            sheet.text(row.tracking or "–"),
            sheet.text(row.parcels, sheet.NUMBER),
            sheet.text(kilograms(row.weight_grams) or "–", sheet.PRICE),
        ]
        for row in rows
    ]
    return [
        sheet.text(title, sheet.TITLE),
        sheet.text(manifest.day),
        sheet.gap(3),
        *sheet.block(manifest.sender, _("From")),
        sheet.gap(4),
        sheet.rows(headings, body, [11, 20, 27, 27, 9, 12], numbers=(4, 5)),
        sheet.gap(3),
        sheet.text(_total(manifest, _), sheet.NUMBER),
        KeepTogether([sheet.gap(14), _signatures(_)]),
    ]


def _total(manifest: Manifest, _: sheet.Say) -> str:
    weighed = [row.weight_grams for row in manifest.rows]
    told = _(
        "%(shipments)s shipments, %(parcels)s parcels",
        shipments=len(manifest.rows),
        parcels=sum(row.parcels for row in manifest.rows),
    )
    known = [grams for grams in weighed if grams is not None]
    if not known:
        return told
    weight = kilograms(sum(known))
    return f"{told}, {weight}" if len(known) == len(weighed) else f"{told}, " + _("%(weight)s weighed", weight=weight)


def _signatures(_: sheet.Say) -> Flowable:
    words = (_("Handed over by, date and time"), _("Taken by (courier, name and signature)"))
    return sheet.side_by_side(*([sheet.text("_" * 40), sheet.text(word, sheet.SMALL)] for word in words))
