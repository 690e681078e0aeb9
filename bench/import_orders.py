"""How fast orders come in, allocated and numbered: against a raw loop of the same rows, and how that grows."""

import datetime as dt
import os
import statistics
import time
from collections.abc import Callable

from bench.raw_import import take_in
from bench.stores import KINDS, PRODUCTS, database, fill
from webapp.actions import orders
from webapp.db import db
from webapp.domain.channel import IncomingLine, IncomingOrder
from webapp.models import Allocation, Channel

SIZES = [10_000, int(os.environ.get("ORDERS", "100000"))]
PAGE = 50
PAGES = 20
"""Of each way, in turns."""


def page(first: int) -> list[IncomingOrder]:
    """Make a page of new orders of 2.5 lines, as a connector yields it."""
    return [_incoming(number) for number in range(first, first + PAGE)]


def _incoming(number: int) -> IncomingOrder:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    person = {"name": "Giulia", "surname": "Ferri", "company": "", "phone": "+39 02 1234567"}
    lines = tuple(
        IncomingLine(f"l{place}", f"MUG-{(number + place) % PRODUCTS}", "Mug", 2, 1490)
        for place in range(2 + number % 2)
    )
    return IncomingOrder(
        external_id=f"new-{number}",
        reference=f"#N{number}",
        status="payment_accepted",
        channel_status="paid",
        currency="EUR",
        ordered_at=moment,
        updated_at=moment,
        lines=lines,
        total_cents=4470,
        customer=person | {"email": "giulia@example.com", "tax_id": ""},
        delivery_address=person | {"address": "Via Garibaldi 12", "postcode": "20121", "city": "Milano"},
    )


def import_page(channel: Channel, incoming: list[IncomingOrder]) -> None:
    assert len(orders.import_page(channel, incoming)) == PAGE


def rate(work: Callable[[list[IncomingOrder]], None], first: int, spent: list[float]) -> None:
    """Take one page in, and note the orders a second."""
    incoming = page(first)
    began = time.perf_counter()
    work(incoming)
    spent.append(PAGE / (time.perf_counter() - began))


def measure(kind: str, size: int) -> tuple[float, float]:
    """Return the median orders a second of the importer and of the raw loop, page by page in turns."""
    with database(kind):
        fill(size)
        channel = Channel.get_by_id(1)
        held = Allocation.select().count()
        ours: list[float] = []
        raw: list[float] = []
        for turn in range(PAGES):
            rate(lambda incoming: import_page(channel, incoming), 2 * turn * PAGE, ours)
            rate(lambda incoming: take_in(db.connection(), kind, incoming), (2 * turn + 1) * PAGE, raw)
        assert Allocation.select().count() == held + 2 * PAGES * PAGE * 5 // 2
        return statistics.median(ours), statistics.median(raw)


def main() -> None:
    print(f"Import of orders of 2.5 lines in pages of {PAGE}, allocation, events and change numbers included")
    for kind in KINDS:
        found = {size: measure(kind, size) for size in SIZES}
        for size, (ours, raw) in found.items():
            print(
                f"  {kind:<10} {size:>9,} orders: {ours:6.0f} a second (goal 1,500), raw loop of one transaction each"
            )
            print(f"             {raw:6.0f}, ours / raw {ours / raw:4.2f}")
        small, large = (found[size][0] for size in SIZES)
        print(f"  {kind:<10} rate at {SIZES[1]:,} / at {SIZES[0]:,}: {large / small:4.2f} (goal: flat)")


if __name__ == "__main__":
    main()
