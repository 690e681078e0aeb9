"""Time a file of products: put its rows away, look at what they do, import them, write results; on both databases.

python -m bench.import_products [rows] [sqlite|postgresql …]
"""

import resource
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench.stores import KINDS, database
from webapp.actions import imports
from webapp.domain import table_file
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.jobs.batches import work
from webapp.jobs.file_looks import work as look
from webapp.models import Batch, Membership, Product, Store, User
from webapp.models.product_search import ProductSearch
from webapp.web import csv_files, exports

HEADINGS = "sku,ean,title,net price,vat rate,own stock,weight in g"


def file_of(rows: int) -> bytes:
    """Return a file of so many products, of which each thousandth has a price that can't be read."""
    lines = (
        f"SKU-{number},,Product number {number},{'odd' if number % 1000 == 999 else '12.50'},22,{number % 50},350"
        for number in range(rows)
    )
    return "\r\n".join([HEADINGS, *lines]).encode()


def main() -> None:
    rows = int(next((word for word in sys.argv[1:] if word.isdigit()), "100000"))
    for kind in [word for word in sys.argv[1:] if word in KINDS] or KINDS:
        with database(kind):
            measure(kind, rows)


def measure(kind: str, rows: int) -> None:
    viewer = _merchant()
    print(f"{kind}: {rows:,} rows")
    content = file_of(rows)
    table = _timed("read the file", rows, lambda: table_file.read(content))
    batch = _timed("put its rows away", rows, lambda: _upload(viewer, table.headings, table.rows()))
    _timed("look at it", rows, lambda: look(batch.id))
    imports.launch(viewer, batch.id)
    _timed("import: all new", rows, lambda: work(batch.id))
    again = _upload(viewer, table.headings, ([*row[:3], "13.10", *row[4:]] for row in table.rows()))
    _timed("look: all changed", rows, lambda: look(again.id))
    imports.launch(viewer, again.id)
    _timed("import: all changed", rows, lambda: work(again.id))
    search = ProductSearch()
    sent = _timed(
        "export", rows, lambda: _length(csv_files.answer("p", exports.PRODUCTS, exports._products(viewer, search)))
    )
    done = Batch.get_by_id(batch.id)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  {done.done:,} done, {done.refused:,} refused, {Product.select().count():,} products, {sent:,} bytes sent")
    print(f"  peak memory of this process so far: {peak} MB\n")


def _upload(viewer: Viewer, headings: list[str], rows: Iterable[list[str]]) -> Batch:
    return imports.upload(viewer, "products", "File", headings, rows)


def _length(response: Any) -> int:
    return sum(len(part) for part in response.response)


def _timed(what: str, rows: int, act: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    made = act()
    seconds = time.perf_counter() - begun
    print(f"  {what:22} {seconds:7.1f} s {rows / seconds:10,.0f} rows/s", flush=True)
    return made


def _merchant() -> Viewer:
    store = Store.create(name="Bench")
    user = User.create(email="m@example.com", name="Merchant", password="-", fs_uniquifier="m")
    Membership.create(store=store, user=user, role="merchant")
    full = Level.WRITE
    return Viewer(store.id, Actor("user", user.id, user.name), "merchant", None, full, full, full)


if __name__ == "__main__":
    main()
