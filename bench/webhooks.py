"""How fast webhook messages are made, sent and recorded, how soon they arrive, and what a receiver that hangs costs."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.servers import p95
from bench.stores import KINDS, database
from webapp.actions import api_keys, record, webhooks
from webapp.actions.api_keys import KeyDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.connectors import http
from webapp.connectors.receivers import Receiver
from webapp.db import db, transaction
from webapp.domain.viewer import system
from webapp.jobs.deliver import Deliverer, send_batch
from webapp.jobs.fan_out import fan_out
from webapp.jobs.wake import Waker
from webapp.models import Delivery, Store, Webhook

MESSAGES = 2_000
SINGLE = 40
"""Messages whose way is timed one by one."""
HANGS = 10.0
ROUNDS = 3


class Quiet(BaseHTTPRequestHandler):
    """Answers at once, or after HANGS seconds where the path says so; notes when each message came."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    came: list[float] = []
    hanging = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append(time.perf_counter())
        if self.path == "/hangs":
            self.hanging.wait(HANGS)  # Set at the end, so that nobody waits for what is hanging still.
        self.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    def log_message(self, *values: object) -> None:
        """Stay silent."""


@contextmanager
def receiver() -> Iterator[str]:
    """Listen on a free port; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Quiet.hanging.clear()
    http.configure(("127.0.0.1",))
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    Quiet.hanging.set()
    http.configure(())
    server.shutdown()
    server.server_close()


def listen(url: str) -> int:
    """Give a new key a webhook there; return its id."""
    issued = api_keys.issue(system(1), KeyDraft("Bench", orders="read"))
    api_keys.enable(system(1), issued.key.id)
    return webhooks.create(system(1), issued.key.id, WebhookDraft(url)).webhook.id


def change(count: int) -> None:
    with transaction():
        for number in range(count):
            record.changed(1, "order", number + 1)


def drain(url: str) -> tuple[float, float, float]:
    """Return messages a second: made from the feed, sent by one thread, and posted by a raw loop."""
    webhook_id = Webhook.get().id
    change(MESSAGES)
    began = time.perf_counter()
    fan_out()
    made = time.perf_counter()
    body = Delivery.get().body
    raw = Receiver(url)
    for _ in range(MESSAGES):
        raw.post(body, {})
    posted = time.perf_counter()
    while send_batch(webhook_id):
        pass
    sent = time.perf_counter()
    assert Delivery.select().where(Delivery.status == "sent").count() == MESSAGES
    return MESSAGES / (made - began), MESSAGES / (sent - posted), MESSAGES / (posted - made)


def latency(deliverer: Deliverer) -> list[float]:
    """Return the milliseconds from a commit to the arrival of its message, nothing else being under way."""
    waker, spent = Waker([deliverer.tick]), []
    waker.start()
    time.sleep(1)
    for _ in range(SINGLE):
        Quiet.came.clear()
        change(1)
        committed = time.perf_counter()
        while not Quiet.came:
            time.sleep(0.0005)
        spent.append((Quiet.came[0] - committed) * 1000)
        time.sleep(0.1)
    waker.close()
    return spent


def hang(url: str, deliverer: Deliverer) -> float:
    """Return the time that another webhook takes for its messages beside one that hangs, as a share of alone."""
    good, slow = Webhook.get().id, listen(f"{url}hangs")
    webhooks.pause(system(1), slow)
    alone = [_serve(good, deliverer) for _ in range(ROUNDS)]
    webhooks.resume(system(1), slow)
    beside = [_serve(good, deliverer) for _ in range(ROUNDS)]
    assert Delivery.select().where(Delivery.webhook == slow, Delivery.status == "sending").exists()
    return statistics.median(beside) / statistics.median(alone)


def _serve(webhook_id: int, deliverer: Deliverer) -> float:
    change(MESSAGES // 4)
    began = time.perf_counter()
    while True:
        deliverer.tick()
        if not Delivery.select().where(Delivery.webhook == webhook_id, Delivery.status != "sent").exists():
            return time.perf_counter() - began
        time.sleep(0.01)


def measure(kind: str) -> None:
    with database(kind, threads=30), receiver() as url:
        Store.create(name="Bench")
        listen(url)
        made, rate, plain = drain(url)
        deliverer = Deliverer(4)
        spent = latency(deliverer)
        beside = hang(url, deliverer)
        Quiet.hanging.set()
        deliverer.close()
        db.close()
    print(f"  {kind:<10} made from the feed: {made:6.0f} a second; posted by a raw loop: {plain:6.0f}")
    print(
        f"             signed, sent, recorded: {rate:6.0f} a second (goal 1,000), / raw {rate / plain:4.2f} (goal 0.40)"
    )
    p50 = statistics.median(spent)
    print(f"             commit to arrival, idle: p50 {p50:4.0f} ms (goal 30), p95 {p95(spent):4.0f} ms (goal 100)")
    print(f"             beside a receiver that hangs: {beside:4.2f} of the time alone (goal 1.10)")


def main() -> None:
    print(f"Webhook messages, {MESSAGES:,} to one receiver on this machine, one thread")
    for kind in KINDS:
        measure(kind)


if __name__ == "__main__":
    main()
