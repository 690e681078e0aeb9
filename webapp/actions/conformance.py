"""Tick off what a key's program has shown that it can do, and give it orders to show it on."""

from collections.abc import Iterable
from typing import Any

from webapp.actions import api_keys, assignments, orders, record
from webapp.actions.assignments import Assigned
from webapp.db import now, transaction
from webapp.domain.conformance import passed_by
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Level, Viewer, system
from webapp.models import ApiKey, ConformanceCheck, Order, OrderLine, Product, Store, Supply

PREFIX = "/api/v1"

PRACTICE = "TEST-"
"""How the references of practice orders begin; they come from no channel, so nothing is told to any shop."""

UNITS = 3


def note(calls: Iterable[Any]) -> None:
    """Tick off what these calls have passed, inside the caller's transaction; a tick that is there stays."""
    passed = {
        (call.store_id, call.api_key_id, name): call.created_at
        for call in calls
        for name in passed_by(
            call.method, call.path.removeprefix(PREFIX), call.query, call.body, call.status_code, call.replayed
        )
    }
    tick(passed)


def tick(passed: dict[tuple[int, int, str], Any]) -> None:
    """Write ticks, (store, key, check) -> when, as far as they aren't there yet."""
    if passed:
        rows = [
            {"store": store, "api_key": key, "name": name, "passed_at": moment}
            for (store, key, name), moment in sorted(passed.items(), key=lambda item: item[0])
        ]
        ConformanceCheck.insert_many(rows).on_conflict_ignore().execute()


def ticks(viewer: Viewer, key_id: int) -> dict[str, Any]:
    """Return check -> when the key's program passed it."""
    key = api_keys.find(viewer, key_id)
    rows = ConformanceCheck.select().where(ConformanceCheck.store == key.store_id, ConformanceCheck.api_key == key.id)
    return {row.name: row.passed_at for row in rows}


def start_anew(viewer: Viewer, key_id: int) -> None:
    """Forget the ticks of a key, for example before a new version of its program is tried."""
    key = api_keys.find(viewer, key_id)
    ConformanceCheck.delete().where(
        ConformanceCheck.store == key.store_id, ConformanceCheck.api_key == key.id
    ).execute()


def make_orders(viewer: Viewer, key_id: int, count: int = 3) -> list[int]:
    """Make practice orders that the key sees, of products that its supplier has; return their ids.

    They hold stock like any order until they are shipped or canceled. Conflict `no_stock` where there isn't any.
    """
    key = api_keys.find(viewer, key_id)
    made = []
    for _ in range(count):
        with transaction():
            supply = _stocked(key)
            order = _create(viewer, key, supply.product)
            line = OrderLine.get(OrderLine.order == order.id)
            assignments.assign(
                system(key.store_id, "Practice"), order.id, [Assigned(line.id, supply.supplier_id, UNITS)]
            )
        made.append(int(order.id))
    return made


def cancel_orders(viewer: Viewer) -> int:
    """Cancel the store's practice orders that haven't been shipped, and give their stock back; return how many.

    Nobody packs them, so nobody is asked, whoever has begun.
    """
    open_ones = Order.select(Order.id).where(
        Order.store == viewer.store_id,
        Order.channel.is_null(),
        Order.reference.startswith(PRACTICE),
        Order.status.in_(("payment_accepted", "in_process", "partially_shipped", "on_hold")),
    )
    count = 0
    for row in list(open_ones):
        if viewer.orders >= Level.WRITE:
            with transaction():
                orders.carry_out(viewer, orders.find(viewer, row.id), "canceled")
            count += 1
    return count


def _stocked(key: ApiKey) -> Supply:
    """Return a supply in the key's reach with enough free units."""
    free = Supply.quantity - Supply.reserved >= UNITS
    query = Supply.select(Supply, Product).join(Product).where(Supply.store == key.store_id, free)
    query = query.where(Product.archived_at.is_null())
    if key.supplier_id is not None:
        query = query.where(Supply.supplier == key.supplier_id)
    supply: Supply | None = query.order_by(Supply.quantity.desc(), Supply.id).first()
    if supply is None:
        told = f"Nothing in the key's reach has {UNITS} free units: add stock to one of its supplies first."
        raise Conflict("no_stock", told)
    return supply


def _create(viewer: Viewer, key: ApiKey, product: Product) -> Order:
    currency = Store.get_by_id(key.store_id).currency
    address = {"name": "Paola", "surname": "Prova", "address": "Via delle Prove 1", "postcode": "00100", "city": "Roma"}
    order = Order.create(
        store=key.store_id,
        external_id="",
        reference=PRACTICE,
        status="payment_accepted",
        paid_at=now(),
        currency=currency,
        total_cents=product.price_cents * UNITS,
        customer={"name": "Paola", "surname": "Prova", "email": "practice@example.com"},
        delivery_address={**address, "country_iso": "IT"},
        recipient="paola prova roma",
        ordered_at=now(),
    )
    Order.update(reference=f"{PRACTICE}{order.id}", external_id=f"practice-{order.id}").where(
        Order.id == order.id
    ).execute()
    OrderLine.create(
        store=key.store_id,
        order=order,
        external_id="1",
        sku=product.sku,
        ean=product.ean,
        title=product.title,
        quantity=UNITS,
        unit_price_cents=product.price_cents,
        product=product,
    )
    told = f"Practice order for {key.name}"
    record.event(viewer, "order.practice", told, subject="order", subject_id=order.id, order_id=order.id)
    found: Order = Order.get_by_id(order.id)
    return found
