"""What batches can do: the function for each kind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from webapp.actions import many_orders, product_import, stock_import, supply_import
from webapp.actions.batches import Outcome
from webapp.domain.viewer import Viewer

KINDS: dict[str, Callable[[Viewer, dict[str, Any]], str]] = {"orders": many_orders.do}
"""kind -> what is done with one row: a function of the viewer and the row's input, over the batch's options.

It returns what is told of the row; a Refusal refuses the row, SkippedError passes over it. It runs inside the
transaction that also keeps its result, so that whatever happens to the worker it is done once.
"""

CHUNKED: dict[str, Callable[[Viewer, Mapping[str, Any], Sequence[Any]], list[Outcome]]] = {
    "products": product_import.take,
    "supplies": supply_import.take,
    "stock": stock_import.take,
}
"""kind -> what is done with CHUNK rows at once: a function of the viewer, the batch's options and the rows' inputs.

It returns the outcome of each, in their order, and must itself keep one bad row from stopping the others.
"""

SETTLED: dict[str, Callable[[Viewer, Sequence[int]], None]] = {
    "products": product_import.settle,
    "supplies": supply_import.settle,
    "stock": stock_import.settle,
}
"""kind -> what follows the commit of rows that were done, for the ids of their subjects. Safe to repeat."""

CHUNK = 400
