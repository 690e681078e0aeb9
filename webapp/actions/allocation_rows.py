"""What a plan of allocations leaves behind: rows of held units, of reasons, and words for people."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from webapp.domain.allocation import LinePlan
from webapp.models import Order

Row = dict[str, Any]


def held(order: Order, plans: Iterable[LinePlan], moment: dt.datetime) -> Iterator[Row]:
    """Give the rows of Allocation: the units of each line that each stock now holds."""
    for plan in plans:
        for choice in plan.choices:
            yield {
                "store": order.store_id,
                "order": order.id,
                "line": plan.line_id,
                "supplier": choice.supplier_id,
                "supply": choice.supply_id,
                "quantity": choice.quantity,
                "created_at": moment,
            }


def reasons(order: Order, plans: Iterable[LinePlan], moment: dt.datetime) -> Iterator[Row]:
    """Give the rows of AllocationDecision: why each line went where it went."""
    for plan in plans:
        yield {
            "store": order.store_id,
            "order": order.id,
            "line": plan.line_id,
            "rule": plan.rule,
            "detail": {
                "needed": plan.unassigned + sum(choice.quantity for choice in plan.choices),
                "unassigned": plan.unassigned,
                "tie_break": plan.tie_break,
                "chosen": [{"supplier_id": c.supplier_id, "quantity": c.quantity} for c in plan.choices],
                "candidates": [
                    {
                        "supplier_id": c.supplier_id,
                        "supplier": c.supplier_name,
                        "free": c.free,
                        "priority": c.priority,
                        "max_days": c.max_days,
                    }
                    for c in plan.candidates
                ],
            },
            "created_at": moment,
        }


def outcomes(plans: Iterable[LinePlan]) -> Iterator[Row]:
    """Give kind, message and audience of the events that tell it, one for each source and one for what found none."""
    units: dict[tuple[int | None, str], int] = defaultdict(int)
    missing = 0
    for plan in plans:
        names = {candidate.supply_id: candidate.supplier_name for candidate in plan.candidates}
        for choice in plan.choices:
            units[(choice.supplier_id, names[choice.supply_id])] += choice.quantity
        missing += plan.unassigned
    for (supplier_id, name), count in units.items():
        told = f"{count} {'unit' if count == 1 else 'units'} assigned to {name}"
        yield {
            "kind": "order.allocated",
            "message": told,
            "supplier_id": supplier_id,
            "public": supplier_id is not None,
        }
    if missing and units:
        yield {
            "kind": "order.unassigned",
            "message": f"{missing} {'unit' if missing == 1 else 'units'} found no stock",
        }
