"""Databases to measure on, of either kind and any size. It measures nothing: the other files here import it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee as pw
import psycopg

from tests.servers.postgres import Postgres
from webapp.actions import credentials
from webapp.db import connect_to, db, is_postgresql, migrate
from webapp.models import Channel, Product, Store, Supplier, Supply

KINDS = ("sqlite", "postgresql")
SUPPLIERS = 20
PRODUCTS = 100
KEY = "W0hVRHJ3bEpRZ0NTQ1RkZ0V2U0JWbE9pd3NqYk1hQnM="
ADDRESS = (
    '{"name":"Giulia","surname":"Ferri","company":"","address":"Via Garibaldi 12","postcode":"20121","city":"Milano",'
    '"state_iso":"MI","country_iso":"IT","phone":"+39 02 1234567"}'
)
CUSTOMER = '{"name":"Giulia","surname":"Ferri","company":"","email":"giulia@example.com","phone":"","tax_id":""}'


@contextmanager
def database(kind: str, threads: int = 8) -> Iterator[str]:
    """Make an empty migrated database of this kind, connect to it, yield its URL, and remove it afterwards.

    PostgreSQL runs with its own settings here, durable commits included: those that tests switch off are what costs.
    """
    credentials.configure((KEY,))
    with tempfile.TemporaryDirectory(prefix="xd-bench-", ignore_cleanup_errors=True) as folder, _server(kind) as server:
        url = f"sqlite:///{Path(folder) / 'bench.db'}" if server is None else server.create("bench")
        connect_to(url, threads)
        migrate()
        db.connect(reuse_if_open=True)
        try:
            yield url
        finally:
            db.close()
            if isinstance(db.obj, pw.PostgresqlDatabase):
                db.obj.close_all()


@contextmanager
def _server(kind: str) -> Iterator[Postgres | None]:
    if kind == "sqlite":
        yield None
        return
    server = Postgres()
    try:
        with psycopg.connect(server.create("settings"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET ALL")
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.stop()


BEGAN = 1704067200
"""When the first order was ordered, in seconds since 1970."""


def fill(orders: int, began: int = BEGAN) -> None:
    """Write store 1 with so many orders of 2.5 lines, each line allocated to one of 20 suppliers; ids count from 1.

    Each product has supplies of two suppliers, with stock for everything. The rows are made inside the database.
    """
    _fill_catalog(units=10 * orders + 1_000_000)
    with _without_indexes("sales_order", "order_line", "allocation"):
        for statement in _statements(orders, began):
            db.execute_sql(statement.replace("%", "%%") if is_postgresql() else statement)
    if is_postgresql():
        for table in ("sales_order", "order_line", "allocation"):
            db.execute_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    db.execute_sql("VACUUM ANALYZE" if is_postgresql() else "ANALYZE")


def _fill_catalog(units: int) -> None:
    store = Store.create(name="Bench")
    Channel.create(store=store, name="Shop", name_key="shop", kind="sandbox", base_url="http://127.0.0.1:9")
    suppliers = [
        Supplier.create(store=store, name=f"S{number}", name_key=f"s{number}", kind="logistics", max_days=2)
        for number in range(SUPPLIERS)
    ]
    for number in range(PRODUCTS):
        product = Product.create(store=store, sku=f"MUG-{number}", title=f"Mug {number}", price_cents=1490)
        for priority, place in enumerate((number, number + 7)):
            Supply.create(
                store=store,
                product=product,
                supplier=suppliers[place % SUPPLIERS],
                supplier_sku=product.sku,
                quantity=units,
                priority=priority,
            )


def _statements(orders: int, began: int) -> list[str]:
    """Return the statements that make orders a minute apart, their lines (2 and 3 in turns) and allocations."""
    if is_postgresql():
        moment = f"to_timestamp({began} + i * 60) AT TIME ZONE 'UTC'"
        created = f"to_timestamp({began}) AT TIME ZONE 'UTC'"
    else:
        moment = f"strftime('%Y-%m-%d %H:%M:%f000', {began} + i * 60, 'unixepoch')"
        created = f"strftime('%Y-%m-%d %H:%M:%f000', {began}, 'unixepoch')"
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {orders})"
    return [
        f"{numbers} INSERT INTO sales_order (id, store_id, channel_id, external_id, reference, status, currency,"
        " total_cents, shipping_cents, customer, delivery_address, billing_address, recipient, buyer, notes,"
        " shipping_method, channel_status, import_digest, ordered_at, created_at, updated_at)"
        f" SELECT i, 1, 1, 'x' || i, '#' || i, 'payment_accepted', 'EUR', 4470, 0, '{CUSTOMER}', '{ADDRESS}', '{{}}',"
        " 'giulia ferri milano', 'giulia ferri giulia@example.com', '', '', 'paid', '',"
        f" {moment}, {moment}, {moment} FROM n",
        "INSERT INTO order_line (id, store_id, order_id, external_id, sku, ean, title, quantity, canceled_quantity,"
        " unit_price_cents, product_id) SELECT row_number() OVER (ORDER BY o.id, p.place), 1, o.id, 'l' || p.place,"
        f" 'MUG-' || ((o.id + p.place) % {PRODUCTS}), '', 'Mug', 2, 0, 1490, (o.id + p.place) % {PRODUCTS} + 1"
        " FROM sales_order o JOIN (SELECT 0 AS place UNION ALL SELECT 1 UNION ALL SELECT 2) p"
        " ON p.place < 2 + o.id % 2",
        "INSERT INTO allocation (id, store_id, order_id, line_id, supplier_id, supply_id, quantity, status, reason,"
        f" created_at) SELECT l.id, 1, l.order_id, l.id, s.supplier_id, s.id, 2, 'active', '', {created}"
        " FROM order_line l JOIN supply s ON s.product_id = l.product_id AND s.priority = 0 ORDER BY l.id",
        "UPDATE supply SET reserved = (SELECT coalesce(sum(a.quantity), 0) FROM allocation a"
        " WHERE a.supply_id = supply.id)",
    ]


@contextmanager
def _without_indexes(*tables: str) -> Iterator[None]:
    """Drop the tables' indexes and checks of references, and make the indexes anew afterwards: far faster in bulk."""
    named = ", ".join(f"'{table}'" for table in tables)
    if is_postgresql():
        found = (
            f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({named}) AND indexname NOT LIKE '%%pkey'"
        )
        off, on = "SET session_replication_role = replica", "SET session_replication_role = origin"
    else:
        found = (
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({named})"
        )
        off, on = "PRAGMA foreign_keys = 0", "PRAGMA foreign_keys = 1"
    indexes = db.execute_sql(found).fetchall()
    db.execute_sql(off)
    for name, _ in indexes:
        db.execute_sql(f'DROP INDEX "{name}"')
    yield
    for _, statement in indexes:
        db.execute_sql(statement)
    db.execute_sql(on)
