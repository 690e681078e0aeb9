"""A small web shop that keeps selling: the other side of Crossdock's sandbox channel, for demos and tests.

    python examples/sandbox_shop.py --port 8001 --data shop.db --key shop-key

It has a page for people at / and a JSON API for programs, which want `Authorization: Bearer <key>`:

    GET  /api/shop                                   {"name"}
    GET  /api/orders?since=&until=&after=&limit=     orders changed in (since, until], by (updated_at, id)
    GET  /api/orders/<id>
    POST /api/orders/<id>/fulfilments                {"reference", "lines": [{"id", "quantity"}], "carrier", …}
    POST /api/orders/<id>/fulfilments/<id>/tracking  {"carrier", "tracking_code", "tracking_url"}
    POST /api/orders/<id>/fulfilments/<id>/delivered
    POST /api/orders/<id>/cancel
    GET  /api/products?after=&limit=                 what it sells, by id
    POST /api/stock                                  {"levels": [{"id", "quantity"}]}: how much may be sold

Like many shops it refuses to ship more than was ordered, but takes the same fulfilment twice as long as units are
left: whoever repeats a call has to look first. It knows a few carriers by name, and refuses any other.

POST /faults {"drop": 2, "fail": 1, "hang": 1, "limit": 1} makes the next calls go wrong: an answer lost after the work
was done, a 500, ten seconds of silence, a 429.
"""

import argparse
import datetime as dt
import json
import random
import sqlite3
import threading
import time
from html import escape
from pathlib import Path

from flask import Flask, abort, g, redirect, request

CATALOGUE = [
    ("MUG-BLUE", "Enamel mug, blue", 1490),
    ("MUG-WHITE", "Enamel mug, white", 1490),
    ("MOKA-3", "Moka pot, 3 cups", 2990),
    ("MOKA-6", "Moka pot, 6 cups", 3990),
    ("APRON-LIN", "Linen apron", 3400),
    ("TOWEL-SET", "Kitchen towels, set of 3", 1850),
    ("BOARD-OAK", "Oak cutting board", 4200),
    ("KNIFE-CHEF", "Chef's knife, 20 cm", 5900),
    ("OIL-500", "Olive oil, 500 ml", 1690),
    ("PASTA-BRZ", "Bronze-cut pasta, 6 × 500 g", 1560),
    ("JAR-1L", "Preserving jar, 1 l", 690),
    ("SCALE-KIT", "Kitchen scale", 2790),
]
"""SKU, title, price in cents."""

BUYERS = [
    ("Giulia", "Ferri", "Via Garibaldi 12", "20121", "Milano", "MI", "IT"),
    ("Luca", "Conti", "Corso Vittorio 4", "10125", "Torino", "TO", "IT"),
    ("Elena", "Marino", "Via Roma 88", "80133", "Napoli", "NA", "IT"),
    ("Davide", "Greco", "Viale Europa 3", "00144", "Roma", "RM", "IT"),
    ("Anna", "Keller", "Lindenstraße 7", "80331", "München", "BY", "DE"),
    ("Camille", "Moreau", "Rue des Lilas 19", "69003", "Lyon", "", "FR"),
    ("Jan", "de Vries", "Prinsengracht 201", "1016 DT", "Amsterdam", "", "NL"),
    ("Sofia", "Lombardi", "Via Mazzini 31", "40138", "Bologna", "BO", "IT"),
]

CARRIERS = ("", "BRT", "DHL", "DPD", "FedEx", "GLS", "InPost", "Poste Italiane", "SDA", "TNT", "UPS")
"""What a fulfilment can be sent with; a parcel without a carrier is fine."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, number TEXT, status TEXT, buyer TEXT, placed_at TEXT,
                                   updated_at TEXT);
CREATE TABLE IF NOT EXISTS lines (id INTEGER PRIMARY KEY, order_id INTEGER, sku TEXT, title TEXT, price INTEGER,
                                  quantity INTEGER);
CREATE TABLE IF NOT EXISTS fulfilments (id INTEGER PRIMARY KEY, order_id INTEGER, reference TEXT, carrier TEXT,
                                        tracking_code TEXT, tracking_url TEXT, lines TEXT, delivered INTEGER DEFAULT 0,
                                        created_at TEXT);
CREATE TABLE IF NOT EXISTS products (id INTEGER PRIMARY KEY, sku TEXT, title TEXT, ean TEXT DEFAULT '', price INTEGER,
                                     stock INTEGER);
CREATE INDEX IF NOT EXISTS orders_changed ON orders (updated_at, id);
CREATE INDEX IF NOT EXISTS lines_order ON lines (order_id);
CREATE INDEX IF NOT EXISTS fulfilments_order ON fulfilments (order_id);
"""


def stamp() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Shop:
    """Orders and their fulfilments in one SQLite file."""

    def __init__(self, path: str) -> None:
        self.path = path
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with self.open() as db:
            db.executescript(SCHEMA)
            db.execute("PRAGMA journal_mode = WAL")
            if not db.execute("SELECT 1 FROM products").fetchone():
                db.executemany("INSERT INTO products (sku, title, price) VALUES (?, ?, ?)", CATALOGUE)

    def open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=15, isolation_level="IMMEDIATE")
        db.row_factory = sqlite3.Row
        return db

    def sell(self, lines: list[tuple[str, int]] | None = None, at: str | None = None) -> int:
        """Place a paid order, of these (sku, quantity) or of something by chance; return its id."""
        some = random.sample(CATALOGUE, random.choice((1, 1, 2, 3)))
        chosen = lines or [(sku, random.choice((1, 1, 1, 2))) for sku, _, _ in some]
        known = {sku: (title, price) for sku, title, price in CATALOGUE}
        name, surname, street, postcode, city, state, country = random.choice(BUYERS)
        buyer = {
            "name": name,
            "surname": surname,
            "email": f"{name}.{surname}@mail.example".lower().replace(" ", ""),
            "phone": f"+39 3{random.randint(10, 99)} {random.randint(1000000, 9999999)}",
            "address": street,
            "postcode": postcode,
            "city": city,
            "state_iso": state,
            "country_iso": country,
        }
        with self.open() as db:
            moment = at or stamp()
            made = db.execute(
                "INSERT INTO orders (status, buyer, placed_at, updated_at) VALUES ('paid', ?, ?, ?)",
                (json.dumps(buyer), moment, moment),
            ).lastrowid
            db.execute("UPDATE orders SET number = ? WHERE id = ?", (f"S-{1000 + made}", made))
            for sku, quantity in chosen:
                title, price = known.get(sku, (sku, 1000))
                db.execute(
                    "INSERT INTO lines (order_id, sku, title, price, quantity) VALUES (?, ?, ?, ?, ?)",
                    (made, sku, title, price, quantity),
                )
                db.execute("UPDATE products SET stock = stock - ? WHERE sku = ?", (quantity, sku))
        return int(made)

    def orders(self, db: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[dict]:
        """Return orders as the API shows them."""
        shown = []
        for row in rows:
            lines = db.execute("SELECT * FROM lines WHERE order_id = ? ORDER BY id", (row["id"],)).fetchall()
            done = db.execute("SELECT * FROM fulfilments WHERE order_id = ? ORDER BY id", (row["id"],)).fetchall()
            shown.append(
                {
                    "id": row["id"],
                    "number": row["number"],
                    "status": row["status"],
                    "currency": "EUR",
                    "placed_at": row["placed_at"],
                    "updated_at": row["updated_at"],
                    "buyer": json.loads(row["buyer"]),
                    "total": sum(line["price"] * line["quantity"] for line in lines),
                    "lines": [
                        {key: line[key] for key in ("id", "sku", "title", "price", "quantity")} for line in lines
                    ],
                    "fulfilments": [
                        {
                            **{
                                key: one[key] for key in ("id", "reference", "carrier", "tracking_code", "tracking_url")
                            },
                            "delivered": bool(one["delivered"]),
                            "lines": json.loads(one["lines"]),
                        }
                        for one in done
                    ],
                }
            )
        return shown

    def settle(self, db: sqlite3.Connection, order_id: int) -> None:
        """Work out the order's status from what has been fulfilled."""
        (order,) = self.orders(db, db.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchall())
        left = unshipped(order)
        delivered = all(one["delivered"] for one in order["fulfilments"])
        status = "partially_shipped" if any(left.values()) else "delivered" if delivered else "shipped"
        db.execute("UPDATE orders SET status = ?, updated_at = ? WHERE id = ?", (status, stamp(), order_id))


def unshipped(order: dict) -> dict[int, int]:
    """Return line id -> units that no fulfilment holds yet."""
    left = {line["id"]: line["quantity"] for line in order["lines"]}
    for one in order["fulfilments"]:
        for line in one["lines"]:
            left[line["id"]] -= line["quantity"]
    return left


def create(shop: Shop, key: str) -> Flask:
    """Return the shop as a WSGI app."""
    app = Flask(__name__)
    faults = {"drop": 0, "fail": 0, "hang": 0, "limit": 0}
    lock = threading.Lock()

    def take(fault: str) -> bool:
        with lock:
            if faults[fault] > 0:
                faults[fault] -= 1
                return True
            return False

    @app.before_request
    def guard() -> tuple[dict, int] | None:
        g.db = shop.open()
        if not request.path.startswith("/api/"):
            return None
        if request.headers.get("Authorization") != f"Bearer {key}":
            return {"error": "The key is wrong."}, 401
        if take("fail"):
            return {"error": "Out of order."}, 500
        if take("limit"):
            return {"error": "Too many calls."}, 429, {"Retry-After": "1"}
        if take("hang"):
            time.sleep(10)
        return None

    @app.after_request
    def lose(response):
        """Lose the answer on its way: the work is done, the caller doesn't hear of it."""
        if request.path.startswith("/api/") and request.method == "POST" and take("drop"):
            response.status_code = 502
            response.set_data(b"")
        return response

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        g.db.close()

    def find(order_id: int) -> dict:
        rows = g.db.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchall()
        return shop.orders(g.db, rows)[0] if rows else abort(404)

    @app.get("/api/shop")
    def about() -> dict:
        return {"name": "Sandbox shop"}

    @app.get("/api/orders")
    def changed() -> dict:
        limit = min(int(request.args.get("limit", 50)), 100)
        since, until = request.args.get("since", ""), request.args.get("until", "9999")
        moment, _, last = request.args.get("after", f"{since}|9223372036854775807").partition("|")
        rows = g.db.execute(
            "SELECT * FROM orders WHERE (updated_at > ? OR (updated_at = ? AND id > ?)) AND updated_at <= ?"
            " ORDER BY updated_at, id LIMIT ?",
            (moment, moment, int(last or 0), until, limit),
        ).fetchall()
        following = f"{rows[-1]['updated_at']}|{rows[-1]['id']}" if len(rows) == limit else None
        return {"orders": shop.orders(g.db, rows), "next": following}

    @app.get("/api/products")
    def products() -> dict:
        limit, after = min(int(request.args.get("limit", 50)), 100), int(request.args.get("after", 0))
        rows = g.db.execute("SELECT * FROM products WHERE id > ? ORDER BY id LIMIT ?", (after, limit)).fetchall()
        following = str(rows[-1]["id"]) if len(rows) == limit else None
        return {"products": [dict(row) for row in rows], "next": following}

    @app.post("/api/stock")
    def stock() -> dict:
        with g.db:
            set_one = "UPDATE products SET stock = ? WHERE id = ?"
            levels = request.get_json()["levels"]
            unknown = [one["id"] for one in levels if not g.db.execute(set_one, (one["quantity"], one["id"])).rowcount]
        return {"unknown": unknown}

    @app.get("/api/orders/<int:order_id>")
    def show(order_id: int) -> dict:
        return find(order_id)

    @app.post("/api/orders/<int:order_id>/fulfilments")
    def fulfil(order_id: int):
        body = request.get_json()
        if body.get("carrier", "") not in CARRIERS:
            return {"error": f"There is no carrier {body['carrier']} here."}, 422
        with g.db:
            g.db.execute("UPDATE orders SET status = status WHERE id = ?", (order_id,))  # Takes the write lock.
            left = unshipped(find(order_id))
            for line in body["lines"]:
                if line["quantity"] > left.get(int(line["id"]), 0):
                    return {"error": f"Line {line['id']} has {left.get(int(line['id']), 0)} units left."}, 409
            lines = [{"id": int(line["id"]), "quantity": line["quantity"]} for line in body["lines"]]
            made = g.db.execute(
                "INSERT INTO fulfilments (order_id, reference, carrier, tracking_code, tracking_url, lines, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    order_id,
                    body["reference"],
                    body.get("carrier", ""),
                    body.get("tracking_code", ""),
                    body.get("tracking_url", ""),
                    json.dumps(lines),
                    stamp(),
                ),
            ).lastrowid
            shop.settle(g.db, order_id)
        return {"id": made}, 201

    @app.post("/api/orders/<int:order_id>/fulfilments/<int:fulfilment_id>/tracking")
    def correct(order_id: int, fulfilment_id: int):
        body = request.get_json()
        if body.get("carrier", "") not in CARRIERS:
            return {"error": f"There is no carrier {body['carrier']} here."}, 422
        shown = [body.get(part, "") for part in ("carrier", "tracking_code", "tracking_url")]
        with g.db:
            changed = g.db.execute(
                "UPDATE fulfilments SET carrier = ?, tracking_code = ?, tracking_url = ? WHERE id = ? AND order_id = ?",
                (*shown, fulfilment_id, order_id),
            ).rowcount
            if not changed:
                abort(404)
            g.db.execute("UPDATE orders SET updated_at = ? WHERE id = ?", (stamp(), order_id))
        return {"id": fulfilment_id}

    @app.post("/api/orders/<int:order_id>/fulfilments/<int:fulfilment_id>/delivered")
    def deliver(order_id: int, fulfilment_id: int) -> dict:
        with g.db:
            g.db.execute(
                "UPDATE fulfilments SET delivered = 1 WHERE id = ? AND order_id = ?", (fulfilment_id, order_id)
            )
            shop.settle(g.db, order_id)
        return {"id": fulfilment_id}

    @app.post("/api/orders/<int:order_id>/cancel")
    def cancel(order_id: int):
        if find(order_id)["fulfilments"]:
            return {"error": "Something of it has shipped already."}, 409
        with g.db:
            g.db.execute("UPDATE orders SET status = 'canceled', updated_at = ? WHERE id = ?", (stamp(), order_id))
        return {"id": order_id}

    @app.post("/faults")
    def break_things() -> dict:
        with lock:
            faults.update({name: int(count) for name, count in request.get_json().items() if name in faults})
            return dict(faults)

    @app.post("/sell")
    def sell():
        shop.sell()
        return redirect("/", code=303)

    @app.get("/")
    def home() -> str:
        rows = g.db.execute("SELECT * FROM orders ORDER BY id DESC LIMIT 50").fetchall()
        return page(shop.orders(g.db, rows))

    return app


def _row(order: dict) -> str:
    lines = "<br>".join(f"{line['quantity']} × {escape(line['title'])}" for line in order["lines"])
    told = "<br>".join(escape(f"{one['carrier']} {one['tracking_code']}") for one in order["fulfilments"]) or "–"
    buyer, status = order["buyer"], order["status"]
    who = escape(f"{buyer['name']} {buyer['surname']}, {buyer['city']}")
    word = status.replace("_", " ")
    return f"<tr><td>{order['number']}<td>{who}<td>{lines}<td><b class={status}>{word}</b><td>{told}"


def page(orders: list[dict]) -> str:
    """Return the shop's page: what was sold, and what the shop was told about its shipment."""
    rows = "".join(map(_row, orders))
    return f"""<!doctype html><html lang=en><meta charset=utf-8>
<meta http-equiv=refresh content=5><title>Sandbox shop</title><meta name=viewport content="width=device-width"><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c2733 }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ text-align: left; padding: .5rem .75rem; border-bottom: 1px solid #dde3e9; vertical-align: top }}
.shipped, .delivered {{ color: #0d6b3c }} .partially_shipped {{ color: #8a5a00 }} button {{ padding: .5rem 1rem }}
</style><h1>Sandbox shop</h1><p>It sells by itself. When Crossdock confirms a shipment, status and tracking change here.
<form method=post action=/sell><button>Sell one now</button></form>
<table><tr><th>Order<th>Buyer<th>Lines<th>Status<th>Tracking</tr>{rows}</table></html>"""


def keep_selling(shop: Shop, seconds: float) -> None:
    while True:
        time.sleep(seconds * random.uniform(0.5, 1.5))
        shop.sell()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--data", default="sandbox-shop.db", help="the SQLite file")
    parser.add_argument("--key", default="shop-key", help="the key that API calls must carry")
    parser.add_argument("--every", type=float, default=0, help="seconds between two sales; 0 sells only when asked")
    parser.add_argument("--catalogue", action="store_true", help="print what it sells as JSON and end")
    options = parser.parse_args()
    if options.catalogue:
        print(json.dumps([{"sku": sku, "title": title, "price_cents": price} for sku, title, price in CATALOGUE]))
        return
    shop = Shop(options.data)
    if options.every:
        threading.Thread(target=keep_selling, args=(shop, options.every), daemon=True).start()
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", options.port, create(shop, options.key), threaded=True)
    print(f"Sandbox shop on http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
