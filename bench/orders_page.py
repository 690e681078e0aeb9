"""How fast the page of orders comes, whole with layout and filters: near, deep, and as the store grows."""

import datetime as dt
import os
import statistics
from typing import NamedTuple
from urllib.parse import quote

from bench.servers import SECRET, Client, p95, running, timed, together
from bench.stores import KEY, KINDS, database, fill
from config import Config
from webapp import create_app
from webapp.actions import users
from webapp.db import db
from webapp.models import Membership

SIZES = [10_000, int(os.environ.get("ORDERS", "100000"))]
CLIENTS = 4
EACH = 30
"""Pages of each client and kind, in a round."""
ROUNDS = 7
"""With connections of their own: which process a kept connection falls to is chance, and uneven rounds take longest."""

LOGIN = {"email": "ada@example.com", "password": "a-long-pass-phrase"}


def cookie(url: str) -> str:
    """Log an admin of the store in; return the cookie that the server knows."""
    user = users.insert("Ada Admin", **LOGIN)
    Membership.create(store=1, user=user, role="admin")
    app = create_app(Config(database_url=url, secret_key=SECRET, encryption_keys=(KEY,)), database=db.obj)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/login", data=LOGIN)
    return f"crossdock={client.get_cookie('crossdock').value}"


class Round(NamedTuple):
    """Milliseconds of one round: the 95th percentile of the first page and of a deep one; medians of deep / first."""

    near: float
    deep: float
    ratio: float


def measure(kind: str, size: int) -> list[Round]:
    """Measure first page and deep one in turns."""
    with database(kind) as url:
        fill(size)
        headers = {"Cookie": cookie(url)}
        near: list[float] = []
        deep: list[float] = []

        def work(place: int) -> list[float]:
            client = Client(port, headers)
            for _ in range(EACH):
                near.append(timed(lambda: _page(client, "/orders/")))
                deep.append(timed(lambda: _page(client, f"/orders/?after={_place(size // 10)}")))
            return []

        def turn() -> Round:
            near.clear()
            deep.clear()
            together(CLIENTS, work)
            return Round(p95(near), p95(deep), statistics.median(deep) / statistics.median(near))

        with running(url) as (port, _, _pids):
            turn()  # Templates and queries are made with the first pages.
            return [turn() for _ in range(ROUNDS)]


def _place(order_id: int) -> str:
    """Return where the list goes on after this order: `bench.stores` orders one a minute."""
    moment = dt.datetime.fromtimestamp(1704067200 + order_id * 60, dt.UTC)
    return quote(f"{moment.isoformat()}~{order_id}")


def _page(client: Client, path: str) -> None:
    status, html = client.ask("GET", path)
    assert status == 200 and html.count(b'href="/orders/') > 50


def main() -> None:
    print(f"The page of orders, 50 rows, {CLIENTS} clients, two web processes")
    for kind in KINDS:
        for size in SIZES:
            found = measure(kind, size)
            near, deep, ratio = (statistics.median(values) for values in zip(*found, strict=True))
            told = ", ".join(f"{one.near:.0f}" for one in sorted(found))
            print(f"  {kind:<10} {size:>9,} orders: p95 first page {near:5.1f} ms, deep {deep:5.1f} ms (goal 25)")
            print(f"             rounds of the first page: {told}; deep / first, medians: {ratio:4.2f} (goal 1.15)")


if __name__ == "__main__":
    main()
