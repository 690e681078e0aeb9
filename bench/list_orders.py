"""How fast a logistics service downloads its orders: against a bare Flask view, and how that grows."""

import atexit
import contextlib
import dataclasses
import gc
import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import peewee as pw
from flask import Flask, jsonify

from bench import servers, stores
from config import Config
from webapp import create_app
from webapp.actions import api_keys
from webapp.actions.api_keys import KeyDraft
from webapp.db import db
from webapp.domain.viewer import system

SIZES = [int(size) for size in os.environ.get("ORDERS", "10000,100000").split(",")]
ROUNDS = int(os.environ.get("ROUNDS", "100"))
CLIENTS = 4
EACH = 100
"""Pages of each client over HTTP."""


@dataclass
class Subject:
    """One database of one size, with the calls to take the time of."""

    size: int
    handle: pw.Database
    calls: dict[str, Callable[[], object]]
    url: str
    headers: dict[str, str]


def prepare(url: str, size: int) -> Subject:
    """Fill the database that is connected; return the calls of one supplier's key on it."""
    stores.fill(size)
    config = Config(database_url=url, secret_key=servers.SECRET, encryption_keys=(stores.KEY,))
    app = create_app(dataclasses.replace(config, testing=False), database=db.obj)
    # The notes of the calls stay in memory: their thread would write them to whichever database is connected then.
    app.extensions["request_log"]._thread = threading.main_thread()
    issued = api_keys.issue(system(1), KeyDraft("Bench", supplier_id=1, orders="read", requests_per_minute=100_000))
    api_keys.enable(system(1), issued.key.id)
    client = app.test_client()
    pair = {"client_id": issued.key.public_key, "client_secret": issued.secret_key}
    token = client.post("/api/v1/oauth/access_token", json={**pair, "grant": "client_credentials"}).json
    headers = {"Authorization": f"Bearer {token['access_token']}"}

    def page(query: str) -> dict:
        answer = client.get(f"/api/v1/orders?{query}", headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    first = page("max=100")
    assert len(first["data"]) == 100
    near = page("max=1")["next"]
    deep = page(f"max=1&offset={int(first['total'] * 0.9)}")["next"]
    bare = Flask("bare")
    bare.add_url_rule("/", "bare", lambda: jsonify(first["data"]))
    plain = bare.test_client()
    calls = {
        "first": lambda: client.get(f"/api/v1/orders?max=100&cursor={near}", headers=headers).get_data(),
        "deep": lambda: client.get(f"/api/v1/orders?max=100&cursor={deep}", headers=headers).get_data(),
        "count": lambda: client.get("/api/v1/orders?max=100", headers=headers).get_data(),
        "bare": lambda: plain.get("/").get_data(),
    }
    atexit.unregister(app.extensions["request_log"]._write_apart)
    return Subject(size, db.obj, calls, url, headers)


def timed(subjects: list[Subject]) -> dict[tuple[int, str], list[float]]:
    """Return the milliseconds of each call on each database, all taken in turns."""
    gc.collect()
    gc.freeze()  # As wsgi.py does.
    spent: dict[tuple[int, str], list[float]] = {}
    for turn in range(ROUNDS + 5):
        for subject in subjects:
            db.initialize(subject.handle)
            for name, call in subject.calls.items():
                began = time.perf_counter()
                call()
                if turn >= 5:  # The first turns fill caches.
                    spent.setdefault((subject.size, name), []).append((time.perf_counter() - began) * 1000)
    return spent


def over_http(subject: Subject) -> tuple[float, float]:
    """Return pages a second and the 95th percentile in milliseconds: each client walks the list by its cursors."""

    def work(place: int) -> list[float]:
        client, times, cursor = servers.Client(port, subject.headers), [], ""
        for _ in range(EACH):
            began = time.perf_counter()
            status, body = client.ask("GET", f"/api/v1/orders?max=100{cursor}")
            times.append((time.perf_counter() - began) * 1000)
            assert status == 200
            following = json.loads(body)["next"]
            cursor = f"&cursor={following}" if following else ""
        return times[1:]  # The first one counts the total as well.

    with servers.running(subject.url) as (port, _, _pids):
        servers.together(CLIENTS, work)
        seconds, times = servers.together(CLIENTS, work)
    return CLIENTS * EACH / seconds, servers.p95(times)


def report(kind: str, goal: float, spent: dict[tuple[int, str], list[float]]) -> None:
    print(f"GET /orders, 100 a page, one supplier of {stores.SUPPLIERS}, {kind}, in process; medians of {ROUNDS} turns")
    half = {key: statistics.median(times) for key, times in spent.items()}
    late = {key: statistics.quantiles(times, n=20)[-1] for key, times in spent.items()}
    for size in SIZES:
        first, deep, count, bare = (half[size, name] for name in ("first", "deep", "count", "bare"))
        print(
            f"  {size:>9,} orders: {first:5.2f} ms (goal 2.5 in process), p95 {late[size, 'first']:5.2f},"
            f" at 90 % depth {deep:5.2f}, with the total {count:5.2f}, bare Flask {bare:5.2f}"
        )
        print(f"            bare / ours {bare / first:4.2f} (goal {goal:.2f}), ", end="")
        print(f"deep / first {deep / first:4.2f} (goal 1.15)")
    small, large = SIZES[0], SIZES[-1]
    grown = half[large, "first"] / half[small, "first"]
    print(f"  growth {small:,} -> {large:,} orders: median x {grown:4.2f}, ", end="")
    print(f"p95 x {late[large, 'first'] / late[small, 'first']:4.2f} (goal 1.25)")


def main() -> None:
    for kind, goal in (("sqlite", 0.9), ("postgresql", 0.5)):
        with contextlib.ExitStack() as stack:
            subjects = [prepare(stack.enter_context(stores.database(kind)), size) for size in SIZES]
            report(kind, goal, timed(subjects))
            for subject in subjects:
                rate, late = over_http(subject)
                told = f"{rate:4.0f} pages/s, p95 {late:4.1f} ms (goal 15)"
                print(f"  {subject.size:>9,} orders, {CLIENTS} clients over HTTP, two web processes: {told}")


if __name__ == "__main__":
    main()
