"""What web and worker weigh at rest and under load, and how long the first answer takes after a start."""

import statistics
import time
from pathlib import Path

from bench.orders_page import cookie
from bench.servers import Client, running, together
from bench.stores import database, fill

STARTS = 3
CLIENTS = 4
PAGES = 250
"""What each client asks for."""


def shares(pids: list[int]) -> float:
    """Return the megabytes that these processes take: what they share is counted once."""
    rolled = (Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() for pid in pids)
    return sum(int(line.split()[1]) for lines in rolled for line in lines if line.startswith("Pss:")) / 1024


def load(port: int, headers: dict[str, str]) -> None:
    """Let clients read the list of orders and single orders."""

    def work(place: int) -> list[float]:
        client = Client(port, headers)
        for number in range(1, PAGES + 1):
            status, _ = client.ask("GET", "/orders/" if number % 2 else f"/orders/{number}")
            assert status == 200
        return []

    together(CLIENTS, work)


def main() -> None:
    with database("sqlite") as url:
        fill(5000)
        headers = {"Cookie": cookie(url)}
        ours, bare = [], []
        for _ in range(STARTS):
            with running(url) as (_, seconds, _pids):
                ours.append(seconds)
            with running(url, app="flask:Flask('bare')") as (_, seconds, _pids):
                bare.append(seconds)
        with running(url, worker=True) as (port, _seconds, pids):
            time.sleep(5)
            megabytes = shares(pids)
            load(port, headers)
            loaded = shares(pids)
            load(port, headers)
            twice = shares(pids)
    first, plain = statistics.median(ours), statistics.median(bare)
    print("Start and memory, two web processes and the worker, SQLite")
    print(f"  first 200 after {first:4.2f} s, median of {STARTS} starts (goal 1.5); a bare Flask {plain:4.2f} s")
    print(f"  at rest {megabytes:4.0f} MB PSS (goal 200), after {CLIENTS * PAGES:,} pages {loaded:4.0f}, ", end="")
    print(f"after as many again {twice:4.0f}: {100 * (twice / megabytes - 1):3.0f} % more than at rest (goal 20)")


if __name__ == "__main__":
    main()
