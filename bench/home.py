"""How fast the start page comes, whole and the part that refreshes itself, and how that grows with the store."""

import os
import time

from bench.orders_page import cookie
from bench.servers import Client, p95, running, timed, together
from bench.stores import KINDS, database, fill
from webapp.db import db, is_postgresql

SIZES = [10_000, int(os.environ.get("ORDERS", "100000"))]
OPEN = 2_000
"""Orders that wait to be packed, about half of them late; all older ones have left."""

SHIPMENTS = 9_000
CLIENTS = 4
EACH = 20
"""Pages of each client and kind."""


def leave(orders: int) -> None:
    """Let all but the OPEN orders have left, the newest with shipments, and give the others their last day."""
    shift = "interval '16 hours'" if is_postgresql() else "'+16 hours'"
    after = f"ordered_at + {shift}" if is_postgresql() else f"strftime('%Y-%m-%d %H:%M:%f000', ordered_at, {shift})"
    first = orders - OPEN
    for statement in [
        f"UPDATE sales_order SET status = 'shipped', paid_at = ordered_at WHERE id <= {first}",
        f"UPDATE sales_order SET status = 'in_process', paid_at = ordered_at, ship_by = {after} WHERE id > {first}",
        "INSERT INTO shipment (store_id, order_id, supplier_id, status, carrier, tracking_code, tracking_url,"
        " parcel_id, reference, delivery_address, created_by, shipped_at, ship_by, created_at, updated_at)"
        f" SELECT 1, o.id, 1 + o.id % 20, 'shipped', '', '', '', '', '', '{{}}', '', o.ordered_at, {after},"
        f" o.ordered_at, o.ordered_at FROM sales_order o WHERE o.id BETWEEN {first - SHIPMENTS} + 1 AND {first}",
    ]:
        db.execute_sql(statement.replace("%", "%%") if is_postgresql() else statement)
    db.execute_sql("VACUUM ANALYZE" if is_postgresql() else "ANALYZE")


def measure(kind: str, size: int) -> tuple[float, float]:
    """Return the 95th percentile of the whole page and of the part that refreshes itself, one after the other."""
    with database(kind) as url:
        fill(size, int(time.time()) - size * 60)
        leave(size)
        headers = {"Cookie": cookie(url)}
        whole: list[float] = []
        part: list[float] = []

        def work(place: int) -> list[float]:
            for kept, asked, holds in (
                (whole, headers, b"chart-bars"),
                (part, {**headers, "HX-Request": "true"}, b"home-now"),
            ):
                client = Client(port, asked)
                kept += [timed(lambda: _page(client, holds)) for _ in range(EACH)]  # noqa: B023 - called at once.
            return []

        with running(url) as (port, _, _pids):
            together(CLIENTS, work)  # Templates and queries are made with the first pages.
            whole.clear()
            part.clear()
            together(CLIENTS, work)
    return p95(whole), p95(part)


def _page(client: Client, holds: bytes) -> None:
    status, html = client.ask("GET", "/")
    assert status == 200 and holds in html


def main() -> None:
    print(f"The start page, {OPEN:,} orders open, {CLIENTS} clients, two web processes")
    for kind in KINDS:
        found = {size: measure(kind, size) for size in SIZES}
        for size, (whole, part) in found.items():
            told = f"p95 whole page {whole:5.1f} ms, the part that refreshes {part:5.1f} ms"
            print(f"  {kind:<10} {size:>9,} orders: {told}")
        small, large = (found[size][0] for size in SIZES)
        print(f"             at {SIZES[1]:,} / at {SIZES[0]:,}: {large / small:4.2f} (goal: flat)")


if __name__ == "__main__":
    main()
