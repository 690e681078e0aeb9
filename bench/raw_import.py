"""The raw loop beside the importer: the same rows by hand, on the driver's cursor, one transaction an order."""

from typing import Any

import orjson

from webapp.domain.channel import IncomingOrder

MOMENT = "2026-01-01 00:00:00.000000"


def take_in(connection: Any, kind: str, incoming: list[IncomingOrder]) -> None:
    """Write each order with its lines, allocations, reasons, events and changes; stock is held by condition."""
    cursor = connection.cursor()
    for order in incoming:
        cursor.execute("BEGIN IMMEDIATE" if kind == "sqlite" else "BEGIN")
        _take_in(_Statements(cursor, kind), order)
        cursor.execute("COMMIT")


class _Statements:
    def __init__(self, cursor: Any, kind: str) -> None:
        self._cursor, self._sign = cursor, "?" if kind == "sqlite" else "%s"

    def run(self, statement: str, *values: Any) -> Any:
        return self._cursor.execute(statement.replace("?", self._sign), values)

    def insert(self, table: str, **values: Any) -> int:
        columns, signs = ", ".join(values), ", ".join("?" * len(values))
        return self.run(f"INSERT INTO {table} ({columns}) VALUES ({signs}) RETURNING id", *values.values()).fetchone()[
            0
        ]


def _take_in(sql: _Statements, order: IncomingOrder) -> None:
    made = sql.insert(
        "sales_order",
        store_id=1,
        channel_id=1,
        external_id=order.external_id,
        reference=order.reference,
        status=order.status,
        currency="EUR",
        total_cents=order.total_cents,
        shipping_cents=0,
        customer=orjson.dumps(order.customer).decode(),
        delivery_address=orjson.dumps(order.delivery_address).decode(),
        billing_address="{}",
        recipient="giulia ferri milano",
        buyer="giulia ferri",
        notes="",
        shipping_method="",
        channel_status="paid",
        import_digest="",
        ordered_at=MOMENT,
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    event = {"store_id": 1, "order_id": made, "subject": "order", "subject_id": made, "actor_kind": "job"}
    event |= {"actor_label": "Shop", "data": "{}", "created_at": MOMENT, "public": True}
    sql.insert("event", kind="order.imported", message="Imported from Shop", **event)
    suppliers = {_line(sql, made, line) for line in order.lines}
    for supplier in sorted(suppliers):
        sql.insert("event", kind="order.allocated", message="2 units assigned", supplier_id=supplier, **event)
    _number(sql, made, [None, *sorted(suppliers)])


def _line(sql: _Statements, order: int, line: Any) -> int:
    """Write a line, hold its stock, keep the reason; return the supplier."""
    product = sql.run("SELECT id FROM product WHERE store_id = 1 AND sku = ?", line.sku).fetchone()[0]
    made = sql.insert(
        "order_line",
        store_id=1,
        order_id=order,
        external_id=line.external_id,
        sku=line.sku,
        ean="",
        title=line.title,
        quantity=line.quantity,
        canceled_quantity=0,
        unit_price_cents=line.unit_price_cents,
        product_id=product,
    )
    found = "SELECT id, supplier_id FROM supply WHERE store_id = 1 AND product_id = ? ORDER BY priority"
    supply, supplier = sql.run(found, product).fetchone()
    free = "UPDATE supply SET reserved = reserved + ? WHERE id = ? AND quantity - reserved >= ?"
    sql.run(free, line.quantity, supply, line.quantity)
    common = {"store_id": 1, "order_id": order, "line_id": made, "created_at": MOMENT}
    status = {"quantity": line.quantity, "status": "active", "reason": ""}
    sql.insert("allocation", supplier_id=supplier, supply_id=supply, **status, **common)
    sql.insert("allocation_decision", rule="whole_line", detail='{"needed":2,"candidates":[]}', **common)
    return int(supplier)


def _number(sql: _Statements, order: int, suppliers: list[int | None]) -> None:
    raised = "UPDATE store SET change_seq = change_seq + ? WHERE id = 1 RETURNING change_seq"
    last = sql.run(raised, len(suppliers)).fetchone()[0]
    for number, supplier in enumerate(suppliers, last - len(suppliers) + 1):
        told = {"subject": "order", "subject_id": order, "order_id": order, "action": "changed"}
        sql.insert("change", store_id=1, number=number, supplier_id=supplier, created_at=MOMENT, **told)
