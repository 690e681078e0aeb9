"""Amounts, weights and sizes as a client writes them, and the small whole units in which they are kept."""

from decimal import ROUND_HALF_UP, Decimal


def whole(number: float, per_unit: int) -> int:
    """Return a number of euros, kilograms … in the smaller unit of which `per_unit` make one; halves go up."""
    return int((Decimal(str(number)) * per_unit).quantize(Decimal(1), ROUND_HALF_UP))


def back(count: int | None, per_unit: int) -> float | None:
    """Return so many small units in the client's unit; None stays None."""
    return None if count is None else count / per_unit
