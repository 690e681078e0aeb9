"""Parcels as programs see them: weights in grams and kilograms, sides in centimetres."""

from typing import Any

from webapp.domain.measures import back


def shown(
    position: int, weight_grams: int | None, length_mm: int | None, width_mm: int | None, height_mm: int | None
) -> dict[str, Any]:
    """Return one parcel of a shipment; what isn't known is null."""
    return {
        "position": position,
        "weight_grams": weight_grams,
        "weight": back(weight_grams, 1000),
        "length": back(length_mm, 10),
        "width": back(width_mm, 10),
        "height": back(height_mm, 10),
    }
