"""Whatever people, programs and the channel do in whatever order: no unit is lost, held twice, or shown to a stranger.

`make test` plays a few short games, the same each time. INVARIANT_GAMES=1000 INVARIANT_STEPS=50 plays others at length.
"""

import datetime as dt
import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.actions.conftest import incoming
from tests.actions.invariants import Watched
from webapp.actions import (
    acceptance,
    allocations,
    assignments,
    cancel_requests,
    cancellations,
    desk,
    holds,
    manual_orders,
    many_orders,
    orders,
    product_import,
    products,
    rerouting,
    returns,
    routing_rules,
    shipments,
    sku_links,
    suppliers,
    supplies,
    supply_import,
)
from webapp.actions.acceptance import Rejected
from webapp.actions.assignments import Assigned
from webapp.actions.batches import SkippedError
from webapp.actions.manual_orders import LineDraft, OrderDraft
from webapp.actions.packing import OWN
from webapp.actions.products import ProductDraft
from webapp.actions.returns import Decision
from webapp.actions.routing_rules import RuleDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.supplies import SupplyDraft
from webapp.db import now, transaction
from webapp.domain import order_status, order_verbs
from webapp.domain.errors import Conflict, Refusal
from webapp.models import (
    CancelRequest,
    Order,
    OrderLine,
    Product,
    Return,
    RoutingRule,
    Shipment,
    ShipmentLine,
    SkuLink,
    Supplier,
    Supply,
)

GAMES = int(os.environ.get("INVARIANT_GAMES", "15"))
STEPS = int(os.environ.get("INVARIANT_STEPS", "30"))
ALWAYS_THE_SAME = "INVARIANT_GAMES" not in os.environ

KNOWN = ("MUG", "POT")
SKUS = (*KNOWN, "LAMP")
"""No product has the last one's SKU, until somebody adds it."""

UNITS = st.integers(1, 5)
BASKET = st.lists(st.tuples(st.sampled_from(SKUS), UNITS), min_size=1, max_size=3)
ANY = st.integers(0, 10**6)
"""Stands for one of the rows that there are: the machine takes it modulo their number."""


class Store3pl(Watched):
    """What merchants, channels and logistics services do with a store, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.products = []
        self.sold: dict[str, list] = {}
        for sku in KNOWN:
            self._add_product(sku, own=3, held=4)

    @initialize(baskets=st.lists(BASKET, min_size=2, max_size=4))
    def begin_with_some_orders(self, baskets):
        for basket in baskets:
            self.sell(basket, "payment_accepted")

    # What the merchant does.

    @precondition(lambda self: len(self.products) < len(SKUS))
    @rule(own=st.integers(0, 4), held=st.integers(0, 4))
    def add_the_missing_product(self, own, held):
        self._add_product(SKUS[-1], own, held)

    @rule(which=ANY, units=st.integers(0, 8))
    def count_a_supply(self, which, units):
        supply = self._one(Supply, which)
        draft = SupplyDraft(supply.supplier_id, "", units)
        if supply.product.archived_at:
            with pytest.raises(Conflict):
                supplies.update(self.viewer, supply.product_id, supply.id, draft)
            return
        supplies.update(self.viewer, supply.product_id, supply.id, draft)
        self.counted[(supply.product_id, supply.supplier_id)] = units

    @rule(which=ANY, units=st.integers(0, 8))
    def count_the_own_shelf(self, which, units):
        product = self._one(Product, which)
        products.update(self.viewer, product.id, ProductDraft(product.sku, product.title, own_quantity=units))
        self.counted[(product.id, None)] = units

    @rule(which=ANY, move=ANY)
    def move_an_order(self, which, move):
        order = self._one(Order, which)
        moves = order_status.moves(order.status) or ("in_process",)
        self._try(orders.set_status, self.viewer, which, moves[move % len(moves)])

    @rule(which=ANY, status=st.sampled_from([status for status, _ in order_status.STATUSES]))
    def set_any_status(self, which, status):
        self._try(orders.set_status, self.viewer, which, status)

    @rule(which=ANY)
    def hold(self, which):
        self._try(holds.hold, self.viewer, which, "Wait")

    @rule(which=ANY)
    def release(self, which):
        before = self._one(Order, which)
        self._try(holds.release, self.viewer, which)
        if before.status == "on_hold":
            assert Order.get_by_id(before.id).status in order_status.RESUMED

    @rule(which=ANY)
    def allocate_again(self, which):
        self._try(allocations.allocate, self.viewer, which)

    @rule(which=ANY, parts=st.lists(st.tuples(ANY, st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=3))
    def assign_by_hand(self, which, parts):
        self._assign(self.viewer, which, parts)

    @rule(which=ANY, units=st.lists(st.integers(0, 3), min_size=3, max_size=3))
    def cancel_a_part(self, which, units):
        self._cancel(which, dict(zip(self._lines(which), units, strict=False)))

    @rule(which=ANY)
    def cancel_all(self, which):
        self._cancel(which, None)

    @rule(which=ANY)
    def choose_the_stock_anew(self, which):
        self._try(rerouting.reroute, self.viewer, which)

    @rule(which=ANY, hours=st.integers(1, 48))
    def hold_until(self, which, hours):
        self._try(holds.hold, self.viewer, which, "Wait", now() + dt.timedelta(hours=hours))

    @rule(hours=st.integers(1, 48))
    def let_hours_pass(self, hours):
        holds.release_due(now() + dt.timedelta(hours=hours))

    @rule(verb=st.sampled_from(list(order_verbs.VERBS)), chosen=st.lists(ANY, min_size=2, max_size=5))
    def do_with_many(self, verb, chosen):
        for which in chosen:
            row = {"verb": verb, "order_id": self._one(Order, which).id, "reason": "Strike"}
            with suppress(Refusal, SkippedError), transaction():
                many_orders.do(self.viewer, row)

    @rule(basket=BASKET, paid=st.booleans())
    def take_in_by_hand(self, basket, paid):
        lines = tuple(LineDraft(sku, units, 100) for sku, units in basket)
        status = "payment_accepted" if paid else "awaiting_payment"
        draft = OrderDraft(f"once-{Order.select().count()}", lines, {}, {"country_iso": "IT"}, status=status)
        with suppress(Refusal):
            manual_orders.create(self.viewer, draft)

    @rule(which=ANY, sku=st.sampled_from(SKUS))
    def link(self, which, sku):
        with suppress(Refusal):
            sku_links.link(self.viewer, sku, self._one(Product, which).id)

    @precondition(lambda self: self._one(SkuLink, 0))
    @rule(which=ANY)
    def unlink(self, which):
        sku_links.remove(self.viewer, self._one(SkuLink, which).id)

    @rule(which=ANY)
    def archive_or_restore_a_product(self, which):
        product = self._one(Product, which)
        (products.restore if product.archived_at else products.archive)(self.viewer, product.id)

    @rule(which=ANY)
    def archive_or_restore_a_supplier(self, which):
        supplier = self._one(Supplier, which)
        with suppress(Refusal):
            (suppliers.restore if supplier.archived_at else suppliers.archive)(self.viewer, supplier.id)

    @rule(effect=st.sampled_from(("prefer", "avoid", "fewest_parcels")), stock=st.integers(0, 2), abroad=st.booleans())
    def route_otherwise(self, effect, stock, abroad):
        """Turn the store's one rule off, or another one on: for orders to Italy, or for all."""
        for known in RoutingRule.of(self.store.id):
            return routing_rules.delete(self.viewer, known.id)
        chosen = () if effect == "fewest_parcels" else ([OWN, *(supplier.id for supplier in self.suppliers)][stock],)
        draft = RuleDraft("Rule", 1, effect, () if abroad else ("IT",), suppliers=chosen)
        with suppress(Refusal):
            made = routing_rules.draft(self.viewer, draft)
            routing_rules.turn_on(self.viewer, made.id, routing_rules.version(made))
        return None

    @rule(sku=st.sampled_from(KNOWN), own=st.integers(0, 8))
    def import_the_own_shelf(self, sku, own):
        product = Product.get(self._mine(Product), Product.sku == sku)
        done = self._import(product_import, {"columns": {"sku": 0, "own_stock": 1}}, [[sku, str(own)]])
        assert (done.status == "refused") == (product.archived_at is not None), done
        if done.status != "refused":
            self.counted[(product.id, None)] = own

    @rule(sku=st.sampled_from(KNOWN), who=st.integers(0, 1), units=st.integers(0, 8))
    def import_a_supply(self, sku, who, units):
        supplier = self.suppliers[who]
        options = {"columns": {"sku": 0, "quantity": 1}, "mode": "set", "supplier_id": supplier.id}
        done = self._import(supply_import, options, [[sku, str(units)]])
        if done.status != "refused":
            product = Product.get(self._mine(Product), Product.sku == sku)
            assert product.archived_at is None, done
            self.counted[(product.id, supplier.id)] = units

    @rule(which=ANY, place=ANY, units=st.integers(1, 3))
    def ask_for_units_back(self, which, place, units):
        order = self._one(Order, which)
        places = list(returns.returnable(order))
        if places:
            self._try(returns.request, self.viewer, which, {places[place % len(places)]: units}, "Too small")

    @rule(which=ANY)
    def receive(self, which):
        row = self._one(Return, which)
        if row is not None:
            returns.receive(self.viewer, row.id)

    @rule(which=ANY, choices=st.lists(st.integers(-2, 1), min_size=3, max_size=3))
    def decide_on_a_return(self, which, choices):
        """Put each line on the own shelf (-1), to a supplier (0, 1), or throw it away (-2)."""
        row = self._one(Return, which)
        if row is None:
            return
        lines = returns.lines_of(row)
        made = {
            line.id: Decision(choice > -2, self.suppliers[choice].id if choice >= 0 else None)
            for line, choice in zip(lines, choices, strict=False)
        }
        with suppress(Refusal):
            returns.close(self.viewer, row.id, made)
            for line in lines:
                if made[line.id].restock:
                    self.counted[(line.line.product_id, made[line.id].source)] += line.quantity

    # What the channel does.

    @rule(basket=BASKET, status=st.sampled_from(("payment_accepted", "payment_accepted", "awaiting_payment")))
    def sell(self, basket, status):
        external_id = str(len(self.sold) + 1)
        self.sold[external_id] = basket
        self._read(external_id, status)

    @rule(baskets=st.lists(BASKET, min_size=2, max_size=3))
    def sell_a_page(self, baskets):
        page = []
        for basket in baskets:
            external_id = str(len(self.sold) + 1)
            self.sold[external_id] = basket
            page.append(incoming(*basket, external_id=external_id))
        assert {one.outcome for one in orders.import_page(self.channel, page).values()} == {"created"}

    @rule(which=ANY, units=st.lists(st.integers(0, 5), min_size=3, max_size=3), more=st.booleans())
    def change_on_the_channel(self, which, units, more):
        external_id = list(self.sold)[which % len(self.sold)]
        basket = [(sku, count) for (sku, _), count in zip(self.sold[external_id], units, strict=False)]
        self.sold[external_id] = basket + [("MUG", 1)] * (more and len(basket) < 3)
        self._read(external_id, "payment_accepted")

    @rule(which=ANY, status=st.sampled_from(("canceled", "on_hold", "shipped", "payment_accepted")))
    def move_on_the_channel(self, which, status):
        self._read(list(self.sold)[which % len(self.sold)], status)

    @rule(which=ANY, line=ANY, units=st.integers(0, 5), sku=st.sampled_from(SKUS))
    def swap_on_the_channel(self, which, line, units, sku):
        external_id = list(self.sold)[which % len(self.sold)]
        basket = list(self.sold[external_id])
        basket[line % len(basket)] = (sku, units)
        self.sold[external_id] = basket
        self._read(external_id, "payment_accepted")

    # What the logistics services, and the merchant's own shelf, do.

    @rule(which=ANY, who=st.integers(-1, 1))
    def grant_a_cancellation(self, which, who):
        self._try(cancel_requests.grant, self._packer(who), which)

    @rule(which=ANY, who=st.integers(-1, 1), line=st.none() | ANY)
    def refuse_a_cancellation(self, which, who, line):
        lines = self._lines(which)
        named = None if line is None else [lines[line % len(lines)]]
        order = self._one(Order, which)
        before = {row.id: row.quantity - row.canceled_quantity for row in order.lines}
        self._try(cancel_requests.refuse, self._packer(who), which, named)
        assert before == {row.id: row.quantity - row.canceled_quantity for row in order.lines}

    @rule(which=ANY, who=st.integers(0, 1))
    def accept(self, which, who):
        self._try(acceptance.accept, self._service(who), which)

    @rule(which=ANY, who=st.integers(0, 1), line=ANY, units=st.none() | st.integers(1, 5))
    def reject(self, which, who, line, units):
        lines = self._lines(which)
        rejected = Rejected(lines[line % len(lines)], "Broken", units)
        self._try(acceptance.reject, self._service(who), which, [rejected])

    @rule(which=ANY, who=st.integers(0, 1), line=ANY, units=st.integers(0, 5))
    def give_back(self, which, who, line, units):
        self._assign(self._service(who), which, [(line, who + 1, units)])

    @rule(which=ANY, who=st.integers(-1, 1))
    def pack_all(self, which, who):
        self._try(shipments.create, self._packer(who), which, ShipmentDraft(source=self._source(who)))

    @rule(which=ANY, who=st.integers(-1, 1), line=ANY, units=UNITS)
    def pack_a_part(self, which, who, line, units):
        lines = self._lines(which)
        draft = ShipmentDraft({lines[line % len(lines)]: units}, self._source(who))
        self._try(shipments.create, self._packer(who), which, draft)

    @rule(which=ANY, who=st.integers(-1, 1))
    def pack_at_the_desk(self, which, who):
        self._try(desk.pack, self._packer(who), which, ShipmentDraft(source=self._source(who)), _paper)

    @rule(which=ANY)
    def ship(self, which):
        self._with_shipment(shipments.ship, which)

    @rule(which=ANY, who=st.integers(-1, 1))
    def pack_and_ship(self, which, who):
        """Pack what a stock has of an order, and hand over the last thing that was packed."""
        self.pack_all(which, who)
        self._with_shipment(shipments.ship, -1)

    @rule(which=ANY)
    def deliver(self, which):
        self._with_shipment(shipments.deliver, which)

    @rule(which=ANY)
    def unpack(self, which):
        self._with_shipment(shipments.cancel, which)

    # How it is done.

    def _add_product(self, sku, own, held):
        made = products.create(self.viewer, ProductDraft(sku, sku.title(), own_quantity=own))
        self.products.append(made)
        self.counted[(made.id, None)] = own
        for supplier in Supplier.select().where(self._mine(Supplier), Supplier.archived_at.is_null()):
            supplies.add(self.viewer, made.id, SupplyDraft(supplier.id, "", held))
            self.counted[(made.id, supplier.id)] = held

    def _read(self, external_id, status):
        facts = {"external_id": external_id, "status": status}
        orders.import_order(self.channel, incoming(*self.sold[external_id], **facts))

    def _packer(self, number):
        return self.viewer if number < 0 else self._service(number)

    def _source(self, number):
        return OWN if number < 0 else self.suppliers[number].id

    def _one(self, table, which):
        rows = list(table.select().where(self._mine(table)).order_by(table.id))
        return rows[which % len(rows)] if rows else None

    def _lines(self, which):
        order = self._one(Order, which)
        return [row.id for row in OrderLine.select(OrderLine.id).where(OrderLine.order == order.id)]

    def _try(self, action, viewer, which, *more):
        """Do it to one of the orders. What is refused must have changed nothing, which the invariants look at."""
        with suppress(Refusal):
            action(viewer, self._one(Order, which).id, *more)

    def _assign(self, viewer, which, parts):
        lines, sources = self._lines(which), [OWN, *(supplier.id for supplier in self.suppliers)]
        rows = [Assigned(lines[line % len(lines)], sources[source], units) for line, source, units in parts]
        self._try(assignments.assign, viewer, which, rows)

    def _with_shipment(self, action, which):
        shipment = self._one(Shipment, which)
        if shipment is None:
            return
        try:
            done = action(self.viewer, shipment.id)
        except Refusal:
            return
        if shipment.status == "draft" and done.status == "shipped":
            for row in (
                ShipmentLine.select(ShipmentLine, OrderLine).join(OrderLine).where(ShipmentLine.shipment == shipment.id)
            ):
                place = (row.line.product_id, shipment.supplier_id)
                self.counted[place] = max(0, self.counted[place] - row.quantity)

    def _cancel(self, which, units):
        """Cancel as the merchant, and count what the lines lose by it."""
        order = self._one(Order, which)
        before = self._live_units(order)
        self._try(cancellations.cancel, self.viewer, which, units)
        for line, left in self._live_units(order).items():
            self.given_up[line] += max(0, before[line] - left)

    def _live_units(self, order):
        """Return what is left of each line once all is granted that is asked for."""
        left = {row.id: row.quantity - row.canceled_quantity for row in order.lines}
        asked = CancelRequest.select().where(CancelRequest.order == order.id, CancelRequest.answered_at.is_null())
        for row in asked:
            left[row.line_id] -= row.quantity
        return left

    def _import(self, module, options, rows):
        """Take a file of one row in, and do what follows its commit."""
        with transaction():
            (done,) = module.take(self.viewer, options, rows)
        if done.status == "done":
            module.settle(self.viewer, [done.subject_id])
        return done


def _paper(label):
    return {"application/pdf": b"%PDF-1.4 " + label.number.encode()}


def test_no_unit_is_lost_or_shown_to_a_stranger(database):
    run_state_machine_as_test(
        Store3pl,
        settings=settings(
            max_examples=GAMES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=ALWAYS_THE_SAME,
            phases=(Phase.generate,) if ALWAYS_THE_SAME else (Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
