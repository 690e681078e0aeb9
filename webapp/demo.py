"""The demo store: two logistics services, a dropshipper, a dozen products, a connected sandbox shop, two keys."""

import json
import subprocess
import sys
from dataclasses import dataclass

import click

from config import ROOT
from webapp.actions import api_keys, channels, products, stores, suppliers, supplies, users
from webapp.db import transaction
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import ApiKey, Channel, Store

NAME = "Casa Bella"
PASSWORD = "crossdock-demo"  # noqa: S105 - printed for everybody who starts the demo.
ROBOT, CLERK = "Nord Logistica", "Sud Magazzini"
"""The robot works for the first service; the orders of the second wait for its clerk."""

PEOPLE = (
    ("admin@demo.example", "Ada Admin", "admin", None),
    ("merchant@demo.example", "Marta Merchant", "merchant", None),
    ("clerk@demo.example", "Carlo Clerk", "clerk", CLERK),
)

DROPSHIPPER = suppliers.SupplierDraft(
    "Ceramiche Fiore",
    min_days=3,
    max_days=6,
    kind="dropshipping",
    address={"street": "Via dei Vasai 9", "postcode": "48018", "city": "Faenza", "state": "RA", "country": "IT"},
    hours={
        "morning_from": "09:00",
        "morning_to": "12:30",
        "afternoon_from": "14:30",
        "afternoon_to": "18:00",
        "collection_at": "17:00",
    },
    instructions="Ring at the second gate. Fragile goods travel in double cartons.",
)


@dataclass(frozen=True)
class Stock:
    """Where the units of one product lie."""

    own: int = 0
    north: int = 0
    south: int = 0
    fiore: int = 0


STOCK = {
    "MUG-BLUE": Stock(north=400, south=150),
    "MUG-WHITE": Stock(north=80, south=400),
    "MOKA-3": Stock(north=350),
    "MOKA-6": Stock(south=350),
    "APRON-LIN": Stock(own=12, north=200),
    "TOWEL-SET": Stock(north=500),
    "BOARD-OAK": Stock(south=300),
    "KNIFE-CHEF": Stock(south=320),
    "OIL-500": Stock(south=600),
    "PASTA-BRZ": Stock(north=100, south=500),
    "JAR-1L": Stock(north=60, fiore=250),
    "SCALE-KIT": Stock(own=3),
}
"""By the SKU of the sandbox shop. The kitchen scale soon runs out, so that something is left to be done by hand."""


def fill(shop_url: str, shop_key: str, known: dict[str, str] | None) -> dict[str, str]:
    """Create the demo store unless it is there; return the robot's `{public_key, secret_key}`.

    `known` are the keys that the last start returned; where they got lost, the robot's key gets a new secret.
    """
    store: Store | None = Store.select().order_by(Store.id).first()
    if store is None:
        return _create(shop_url, shop_key)
    key: ApiKey | None = ApiKey.select().where(ApiKey.store == store.id, ApiKey.name == f"Robot of {ROBOT}").first()
    if key is None or key.revoked_at is not None:
        raise click.ClickException("This database holds a store that isn't the demo's: delete it or use another one.")
    if known and known["public_key"] == key.public_key:
        return known
    return {"public_key": key.public_key, "secret_key": api_keys.rotate(_viewer(store), key.id, 0).secret_key}


def logins() -> list[str]:
    """Return the lines that tell who can log in."""
    return [f"{role:9}  {email:22}  {PASSWORD}" for email, _, role, _ in PEOPLE]


def _create(shop_url: str, shop_key: str) -> dict[str, str]:
    with transaction():  # All of it or nothing: a start that was broken off can simply be repeated.
        (email, name, _, _), *others = PEOPLE
        stores.create_first(NAME, "EUR", "Europe/Rome", name, email, PASSWORD)
        store = Store.get(Store.name == NAME)
        viewer = _viewer(store)
        ids = _suppliers(viewer)
        for email, name, role, supplier in others:
            users.create(viewer, users.UserDraft(name, email, role, ids.get(supplier or ""), PASSWORD))
        _products(viewer, ids)
        _key(viewer, f"Program of {CLERK}", ids[CLERK], hides_prices=True)
        robot = _key(viewer, f"Robot of {ROBOT}", ids[ROBOT])
        _channel(viewer, shop_url, shop_key)
    return {"public_key": robot.key.public_key, "secret_key": robot.secret_key}


def _viewer(store: Store) -> Viewer:
    full = Level.WRITE
    return Viewer(store.id, Actor("cli", None, "Demo"), "system", None, full, full, full)


def _suppliers(viewer: Viewer) -> dict[str, int]:
    """Create the suppliers; return name -> id."""
    drafts = (
        suppliers.SupplierDraft(ROBOT, min_days=1, max_days=2, kind="logistics"),
        suppliers.SupplierDraft(CLERK, min_days=1, max_days=3, kind="logistics"),
        DROPSHIPPER,
    )
    return {draft.name: suppliers.create(viewer, draft).id for draft in drafts}


def _products(viewer: Viewer, ids: dict[str, int]) -> None:
    """Create what the sandbox shop sells, and what each supplier holds of it."""
    sold = [sys.executable, "examples/sandbox_shop.py", "--catalogue"]
    catalogue = json.loads(subprocess.run(sold, cwd=ROOT, check=True, capture_output=True).stdout)  # noqa: S603
    for place, article in enumerate(catalogue):
        stock = STOCK[article["sku"]]
        net = round(article["price_cents"] / 1.22)  # The shop's prices are what buyers pay, with 22 % VAT in them.
        ean = _ean(f"80012345{place:04}")
        draft = products.ProductDraft(
            article["sku"], article["title"], ean, net, own_quantity=stock.own, weight_grams=300 + 150 * place
        )
        product = products.create(viewer, draft)
        held = [(ROBOT, "N", stock.north), (CLERK, "S", stock.south), (DROPSHIPPER.name, "F", stock.fiore)]
        held.sort(key=lambda holder: -holder[2])  # Who holds most goes first.
        for priority, (name, prefix, quantity) in enumerate(held, start=1):
            if quantity:
                sku = f"{prefix}-{article['sku']}"
                supply = supplies.SupplyDraft(ids[name], sku, quantity, round(net * 0.6), priority * 10)
                supplies.add(viewer, product.id, supply)


def _ean(twelve: str) -> str:
    """Return the EAN-13 of twelve digits, with its check digit (GS1 General Specifications 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def _key(viewer: Viewer, name: str, supplier_id: int, hides_prices: bool = False) -> api_keys.Issued:
    draft = api_keys.KeyDraft(
        name,
        supplier_id=supplier_id,
        orders="write",
        products="read",
        shipping="write",
        hides_prices=hides_prices,
    )
    issued = api_keys.issue(viewer, draft)
    api_keys.enable(viewer, issued.key.id)
    return issued


def _channel(viewer: Viewer, url: str, key: str) -> None:
    channel = channels.connect(viewer, "sandbox", channels.ChannelDraft("Sandbox shop", url, secrets={"key": key}))
    # Who watches a demo doesn't want to wait a minute for the next order.
    Channel.update(read_every_seconds=5).where(Channel.id == channel.id).execute()
