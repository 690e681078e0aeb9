"""Photograph the main pages, light and dark, for the README: on demo data, in a temporary folder, with a Chromium.

.venv/bin/python docs/screenshots.py
"""

import datetime as dt
import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from sandbox_shop import Shop

from config import ROOT, Config
from webapp import create_app, demo
from webapp.actions import credentials, packing, shipments
from webapp.actions.packing import OWN
from webapp.actions.shipments import ShipmentDraft
from webapp.connectors import http
from webapp.db import connect_to, db, migrate
from webapp.domain import viewer as viewers
from webapp.jobs import import_orders, push_to_channels, upkeep
from webapp.models import ApiKey, Channel, Order, Product, Shipment

SHOP_KEY = "shop-key"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--hide-scrollbars"]
WINDOW = {"width": 1280, "height": 800}
PAST_ORDERS = 36
PREFIXES = {"BRT": "0412", "GLS": "M176", "DHL": "00340", "SDA": "2830"}


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep silent."""


@contextmanager
def sandbox_shop(data: Path) -> Iterator[str]:
    """Run the sandbox shop on this SQLite file; give its address."""
    command = [sys.executable, str(ROOT / "examples/sandbox_shop.py"), "--port", "0", "--data", str(data)]
    process = subprocess.Popen([*command, "--key", SHOP_KEY], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        assert process.stdout
        yield re.search(r"http://\S+", process.stdout.readline().decode())[0]  # type: ignore[index]
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def website(config: Config) -> Iterator[str]:
    """Serve the application on a free port; give its address."""
    app = create_app(config)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def live_through_two_days(shop_data: Path, shop: str) -> None:
    """Fill the demo store, let the shop sell, and ship all but the latest orders; the same on every run."""
    demo.fill(shop, SHOP_KEY, None)
    random.seed(14)
    seller = Shop(str(shop_data))
    now = dt.datetime.now(dt.UTC)
    for place in range(PAST_ORDERS, 0, -1):
        minutes = place * 78 - random.randint(0, 60)  # noqa: S311 - spreads the orders over two days, guards nothing.
        seller.sell(at=(now - dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    channel = Channel.get()
    import_orders.read_due(channel.id)
    for place, order in enumerate(Order.select().order_by(Order.ordered_at)):
        work_on(order, share=1.0 if place < PAST_ORDERS * 0.6 else 0.5 if place < PAST_ORDERS * 0.75 else 0.0)
    push_to_channels.drain(channel.id)
    ApiKey.update(last_used_at=now - dt.timedelta(minutes=2)).execute()


def work_on(order: Order, share: float) -> None:
    """Ship this share of what the order's stocks hold of it; what is left of a started order is packed, not gone."""
    viewer = viewers.system(order.store_id, "Warehouse")
    sources = list(packing.open_units(viewer, order))
    for place, source in enumerate(sources if share else []):
        carrier = random.choice(list(PREFIXES))  # noqa: S311
        code = f"{PREFIXES[carrier]}{random.randint(10**8, 10**9 - 1)}"  # noqa: S311
        draft = ShipmentDraft(source=source or OWN, carrier=carrier, tracking_code=code)
        made = shipments.create(viewer, order.id, draft)
        if (place + 1) / len(sources) <= share:
            shipments.ship(viewer, made.id)


def pages() -> dict[str, str]:
    """Return the pages worth a picture: name -> path."""
    partly = Shipment.select(Shipment.order).where(Shipment.status == "draft")
    order = Order.get((Order.status == "partially_shipped") & Order.id.in_(partly))
    return {
        "home": "/",
        "orders": "/orders/",
        "order": f"/orders/{order.id}",
        "tasks": "/tasks/",
        "desk": "/desk/",
        "product": f"/products/{Product.get(Product.sku == 'MUG-BLUE').id}",
        "suppliers": "/suppliers/",
        "key": f"/api-keys/{ApiKey.get(ApiKey.name.startswith('Program')).id}",
    }


def log_in(page: Page) -> None:
    """Enter as the demo's admin."""
    page.goto("/login")
    page.get_by_label("E-mail").fill(demo.PEOPLE[0][0])
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", level=1).wait_for()


def photograph(address: str, paths: dict[str, str], folder: Path) -> None:
    """Write a PNG of each page in each theme."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(base_url=address, viewport=WINDOW, device_scale_factor=1.5)
        log_in(page)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for name, where in paths.items():
                page.goto(where)
                shrink(page.screenshot(), folder / f"{name}-{theme}.png")
        browser.close()


def shrink(png: bytes, path: Path) -> None:
    """Write the picture with as few colours as its flat areas and letters need."""
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    """Make all pictures anew."""
    with tempfile.TemporaryDirectory() as temporary, sandbox_shop(Path(temporary) / "shop.db") as shop:
        key = Fernet.generate_key().decode()
        url = f"sqlite:///{temporary}/demo.db"
        config = Config(database_url=url, secret_key=key, encryption_keys=(key,), outbound_allow=("127.0.0.1",))
        credentials.configure(config.encryption_keys)
        http.configure(config.outbound_allow)
        connect_to(url)
        migrate()
        with db.connection_context():
            live_through_two_days(Path(temporary) / "shop.db", shop)
            paths = pages()
        upkeep.beat()  # As a worker would that had done all this.
        with website(config) as address:
            photograph(address, paths, ROOT / "docs/screenshots")


if __name__ == "__main__":
    main()
