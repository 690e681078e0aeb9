"""The migrations build what the models say, refuse what the tables must refuse, and never collide."""

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import peewee as pw
import pytest
from playhouse.schema_diff import diff_models

from webapp.db import connect_to, db, is_postgresql, migrate, runner
from webapp.models import TABLES, Batch, Order, OrderLine, Push, PushAttempt

ROOT = Path(__file__).resolve().parent.parent
CHECKS = [(table, check.sql) for table in TABLES for check in table._meta.constraints or ()]


def table_name(table):
    return table._meta.table_name


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    postgres = request.getfixturevalue("postgres")
    return postgres.create(f"empty_{re.sub(r'[^a-z0-9]', '_', tmp_path.name.lower())}")


@pytest.fixture
def migrated(empty_url):
    """An empty database, migrated up."""
    handle = connect_to(empty_url)
    migrate()
    db.connect(reuse_if_open=True)
    yield handle
    handle.close()
    if isinstance(handle, pw.PostgresqlDatabase):
        handle.close_all()


def test_the_migrated_tables_are_the_models(migrated):
    drift = diff_models(db.obj, TABLES)
    assert not drift, str(drift)


def test_types_and_nulls_are_those_of_the_models(migrated):
    """The library compares neither, so the tables that the models would make are compared with those migrated."""
    found = {(table_name(t), c.name): (c.data_type, c.null) for t in TABLES for c in db.get_columns(table_name(t))}
    for table in reversed(TABLES):
        db.execute_sql(f'DROP TABLE "{table_name(table)}"' + (" CASCADE" if is_postgresql() else ""))
    db.create_tables(TABLES)
    wanted = {(table_name(t), c.name): (c.data_type, c.null) for t in TABLES for c in db.get_columns(table_name(t))}
    assert found == wanted


def test_a_second_run_finds_nothing_to_do(migrated):
    assert migrate() == []
    assert all(row.applied for row in runner().status())


def test_two_runners_at_once_do_not_collide(empty_url):
    source = "import sys; from webapp.db import connect_to, migrate; connect_to(sys.argv[1]); print(*migrate())"
    command = [sys.executable, "-c", source, empty_url]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=-1, stderr=-1, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    files = " ".join(sorted(path.stem for path in (ROOT / "migrations").glob("[0-9]*.py")))
    assert sorted(out.strip() for out, _ in told) == ["", files]


def test_what_the_outbox_held_before_it_learned_of_corrections_is_all_there(empty_url):
    """SQLite builds the table anew for another CHECK, and what belongs to its rows must not go with the old one."""
    handle = connect_to(empty_url)
    runner().up("0003_indexes")
    db.connect(reuse_if_open=True)
    mine = {"store_id": 1, "channel_id": 1}
    _insert_plain("store", {"id": 1})
    _insert_plain("channel", {"id": 1, "store_id": 1})
    _insert_plain("sales_order", {**mine, "id": 1, "status": "shipped"})
    _insert_plain("push", {**mine, "id": 7, "order_id": 1, "kind": "status", "status": "failed", "last_error": "No."})
    _insert_plain("push_attempt", {"store_id": 1, "push_id": 7, "outcome": "refused", "detail": "No."})
    migrate()
    row = Push.get_by_id(7)
    assert (row.kind, row.status, row.reason, row.last_error) == ("status", "failed", "refused", "No.")
    assert [(one.push_id, one.detail) for one in PushAttempt.select()] == [(7, "No.")]
    handle.close()
    if isinstance(handle, pw.PostgresqlDatabase):
        handle.close_all()


def test_units_canceled_before_are_unwanted_by_the_channel_but_for_orders_that_were_canceled(empty_url):
    handle = connect_to(empty_url)
    runner().up("0004_channel_carriers")
    db.connect(reuse_if_open=True)
    mine = {"store_id": 1, "channel_id": 1}
    _insert_plain("store", {"id": 1})
    _insert_plain("channel", {"id": 1, "store_id": 1})
    for order_id, status in enumerate(("payment_accepted", "canceled"), 1):
        _insert_plain("sales_order", {**mine, "id": order_id, "external_id": str(order_id), "status": status})
        line = {"id": order_id, "store_id": 1, "order_id": order_id, "quantity": 3, "canceled_quantity": order_id}
        _insert_plain("order_line", line)
    migrate()
    assert [row.channel_quantity for row in OrderLine.select().order_by(OrderLine.id)] == [2, None]
    handle.close()
    if isinstance(handle, pw.PostgresqlDatabase):
        handle.close_all()


def test_open_orders_of_before_know_by_when_they_should_leave(empty_url):
    handle = connect_to(empty_url)
    runner().up("0009_languages")
    db.connect(reuse_if_open=True)
    mine = {"store_id": 1, "channel_id": 1}
    _insert_plain("store", {"id": 1, "time_zone": "Europe/Rome", "working_days": "12345"})
    _insert_plain("channel", {"id": 1, "store_id": 1})
    _insert_plain("supplier", {"id": 1, "store_id": 1, "kind": "logistics", "max_days": 3})
    for order_id, status in enumerate(("in_process", "awaiting_payment", "shipped"), 1):
        _insert_plain("sales_order", {**mine, "id": order_id, "external_id": str(order_id), "status": status})
    _insert_plain("order_line", {"id": 1, "store_id": 1, "order_id": 1, "quantity": 1})
    held = {"store_id": 1, "order_id": 1, "line_id": 1, "supplier_id": 1, "quantity": 1, "status": "active"}
    _insert_plain("allocation", {"id": 1, **held})
    migrate()
    wednesday = dt.datetime(2026, 11, 25, 23, tzinfo=dt.UTC)
    assert [row.ship_by for row in Order.select().order_by(Order.id)] == [wednesday, None, None]
    handle.close()
    if isinstance(handle, pw.PostgresqlDatabase):
        handle.close_all()


def test_batches_of_before_know_for_whom_their_owner_works(empty_url):
    handle = connect_to(empty_url)
    runner().up("0018_order_notes")
    db.connect(reuse_if_open=True)
    _insert_plain("store", {"id": 1})
    _insert_plain("supplier", {"id": 1, "store_id": 1, "kind": "logistics"})
    for user, supplier in ((1, 1), (2, None)):
        _insert_plain("user_account", {"id": user, "email": f"{user}@example.com", "fs_uniquifier": str(user)})
        role = {"role": "clerk" if supplier else "merchant", "supplier_id": supplier}
        _insert_plain("membership", {"id": user, "store_id": 1, "user_id": user, **role})
        _insert_plain("batch", {"id": user, "store_id": 1, "user_id": user, "status": "done"})
    _insert_plain("batch", {"id": 3, "store_id": 1, "status": "done"})
    migrate()
    assert [row.supplier_id for row in Batch.select().order_by(Batch.id)] == [1, None, None]
    handle.close()
    if isinstance(handle, pw.PostgresqlDatabase):
        handle.close_all()


def _insert_plain(table: str, given: dict) -> None:
    """Insert a row into a table as it was then; what nobody names and may not be empty is something plain."""
    plain = {"VARCHAR": "", "CHARACTER VARYING": "", "TEXT": "{}", "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False}
    columns = [column for column in db.get_columns(table) if not column.null]
    needed = {column.name: column.data_type.upper().partition("(")[0] for column in columns}
    row = {name: plain.get(kind, "2026-11-20 09:30:00.000000") for name, kind in needed.items() if name != "id"} | given
    holes = ", ".join(["%s" if is_postgresql() else "?"] * len(row))
    db.execute_sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})", tuple(row.values()))


@pytest.mark.parametrize("table", TABLES, ids=table_name)
def test_every_check_of_the_model_is_in_the_table(table, database):
    """Count them in the catalogue; what they refuse is told by the tests below."""
    wanted = len(table._meta.constraints or ())
    if is_postgresql():
        asked = "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
        found = db.execute_sql(asked, (table_name(table),)).fetchone()[0]
    else:
        asked = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
        found = db.execute_sql(asked, (table_name(table),)).fetchone()[0].count("CHECK (")
    assert found == wanted


BAD = {
    "supplier": [{"kind": "friend"}, {"min_days": -1}, {"min_days": 4, "max_days": 3}, {"max_days": 366}],
    "membership": [{"role": "boss"}, {"role": "clerk", "supplier_id": None}],
    "product": [
        {"own_quantity": -1},
        {"own_reserved": -1},
        {"price_cents": -1},
        {"vat_basis_points": 10_001},
        {"kind": "gift"},
    ],
    "supply": [{"quantity": -1}, {"reserved": -1}, {"priority": 1_001}, {"purchase_price_cents": -1}],
    "sync_run": [{"status": "asleep"}],
    "sales_order": [{"status": "lost"}],
    "order_line": [{"quantity": 0}, {"quantity": 1, "canceled_quantity": 2}, {"canceled_quantity": -1}],
    "allocation": [{"quantity": 0}, {"status": "perhaps"}],
    "shipment": [{"status": "lost"}],
    "shipment_line": [{"quantity": 0}],
    "push": [{"kind": "gift"}, {"status": "perhaps"}],
    "api_key": [{"orders_level": "all"}, {"products_level": "all"}, {"shipping_level": "all"}],
    "change": [{"action": "guessed"}],
    "event": [{"actor_kind": "ghost"}],
    "parcel": [{"position": 0}, {"weight_grams": 0}],
    "waybill": [{"status": "lost"}, {"origin": "found"}],
    "waybill_file": [{"media_type": "text/html"}],
    "publication": [{"price_cents": -1}, {"stock_buffer": -1}],
    "delivery": [{"status": "perhaps"}],
    "cancel_request": [{"quantity": 0}, {"status": "perhaps"}],
    "order_return": [{"status": "perhaps"}],
    "order_return_line": [{"quantity": 0}, {"decision": "perhaps"}],
    "reconciliation": [{"status": "perhaps"}],
    "batch": [{"status": "perhaps"}],
    "batch_row": [{"status": "perhaps"}],
    "file_look": [{"status": "perhaps"}],
    "stock_move": [{"reason": "lost"}],
    "mail": [{"status": "perhaps"}],
    "invitation": [{"role": "boss"}, {"role": "merchant"}, {"supplier_id": None}],
    "routing_rule": [{"effect": "wish"}],
    "order_note": [{"shown_to_suppliers": True}],
}
"""For each table, values that its CHECKs must refuse in a row that is otherwise good."""


def test_the_list_of_bad_values_names_every_table_with_a_check():
    assert set(BAD) == {table_name(table) for table, _ in CHECKS}


@pytest.fixture
def good_rows(cast):
    """One good row of each table with a CHECK, made in the order in which they need each other."""
    from webapp import models as m

    moment, store, supplier = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC), cast.store, cast.logistics
    product = m.Product.create(store=store, sku="CUP", title="Cup")
    supply = m.Supply.create(store=store, product=product, supplier=supplier, supplier_sku="N-CUP")
    channel = m.Channel.create(store=store, name="Shop", name_key="shop", kind="sandbox", base_url="http://localhost")
    run = m.SyncRun.create(store=store, channel=channel)
    order = m.Order.create(
        store=store, channel=channel, external_id="1", reference="#1", currency="EUR", ordered_at=moment
    )
    line = m.OrderLine.create(store=store, order=order, external_id="1", sku="CUP", title="Cup", quantity=2)
    shipment = m.Shipment.create(store=store, order=order)
    waybill = m.Waybill.create(store=store, shipment=shipment)
    key = m.ApiKey.create(store=store, name="Key", public_key="p", secret_digest="d")
    webhook = m.Webhook.create(store=store, api_key=key, url="https://example.com", secret="s")
    batch = m.Batch.create(store=store, kind="products", title="Products")
    moved = {"change": 1, "quantity": 1, "reason": "edited", "actor_kind": "user"}
    back = m.Return.create(store=store, order=order)
    rows = [
        *(batch, m.BatchRow.create(store=store, batch=batch, number=1)),
        m.FileLook.create(store=store, batch=batch),
        m.StockMove.create(store=store, product=product, **moved),
        *(back, m.ReturnLine.create(store=store, parent=back, line=line, quantity=1)),
        *(waybill, key, supplier, product, supply, run, order, line, shipment),
        m.Membership.get(m.Membership.user == cast.clerk.id),
        m.Allocation.create(store=store, order=order, line=line, quantity=1),
        m.ShipmentLine.create(store=store, shipment=shipment, line=line, quantity=1),
        m.Push.create(store=store, channel=channel, order=order, kind="status"),
        m.Parcel.create(store=store, shipment=shipment, position=1),
        m.WaybillFile.create(store=store, waybill=waybill, media_type="application/pdf", content=b"%PDF"),
        m.Publication.create(store=store, product=product, channel=channel),
        m.Delivery.create(store=store, webhook=webhook, message_id="msg_1", event="test", body="{}"),
        m.Change.create(store=store, number=1, subject="order", subject_id=1, action="changed"),
        m.CancelRequest.create(store=store, order=order, line=line, quantity=1),
        m.Reconciliation.create(store=store, channel=channel),
        m.OrderNote.create(store=store, order=order, supplier=supplier, text="Note"),
        m.Mail.create(store=store, to_address="a@example.com", subject="Hello", sealed=""),
        m.Invitation.create(
            store=store,
            email="a@example.com",
            role="clerk",
            supplier=supplier,
            digest="d",
            invited_by="Ada",
            expires_at=moment,
        ),
        m.RoutingRule.create(store=store, name="Rule", effect="prefer"),
        m.Event.create(store=store, subject="order", kind="order.made", message="Made", actor_kind="cli"),
    ]
    return {table_name(type(row)): row for row in rows}


@pytest.mark.parametrize("name", BAD)
def test_the_table_refuses_what_can_not_be(name, good_rows):
    row = good_rows[name]
    table = type(row)
    for values in BAD[name]:
        with pytest.raises(pw.IntegrityError), db.atomic():
            changed = {getattr(table, column): value for column, value in values.items()}
            table.update(changed).where(table.id == row.id).execute()
