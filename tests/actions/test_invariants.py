"""Whatever people, programs and the channel do in whatever order: no unit is lost, held twice, or shown to a stranger.

`make test` plays a few short games, the same each time. INVARIANT_GAMES=1000 INVARIANT_STEPS=50 plays others at length.
"""

import datetime as dt
import os
from collections import Counter, defaultdict
from contextlib import suppress

import orjson
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import cast as casting
from tests.actions.conftest import incoming
from webapp.actions import (
    acceptance,
    allocations,
    assignments,
    cancel_requests,
    cancellations,
    channels,
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
from webapp.actions.channels import ChannelDraft
from webapp.actions.manual_orders import LineDraft, OrderDraft
from webapp.actions.packing import OWN
from webapp.actions.products import ProductDraft
from webapp.actions.returns import Decision
from webapp.actions.routing_rules import RuleDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.supplies import SupplyDraft
from webapp.db import now, transaction
from webapp.domain import lead_time, order_status, order_verbs, waybill_status
from webapp.domain.errors import Refusal
from webapp.domain.viewer import Actor, Level, Viewer, system
from webapp.models import (
    Allocation,
    CancelRequest,
    Change,
    Hold,
    Order,
    OrderLine,
    OrderTask,
    Product,
    Push,
    Return,
    ReturnLine,
    RoutingRule,
    Shipment,
    ShipmentLine,
    SkuLink,
    StockMove,
    Store,
    Supplier,
    Supply,
    Waybill,
)
from webapp.wire.orders import shown

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

LIVE = ("draft", "shipped", "delivered")
GONE = ("shipped", "delivered")
CANCELED = {"status": "canceled"}


class Store3pl(RuleBasedStateMachine):
    """One store of its own, with its own shelf, two logistics services and a channel."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store.create(name="Casa Bella")
        self.viewer = system(self.store.id)
        self.suppliers = [casting.supplier(self.store, name) for name in ("Nord Logistica", "Rival Warehousing")]
        draft = ChannelDraft("Shop", "http://127.0.0.1:9", {}, {"key": "k"})
        self.channel = channels.connect(self.viewer, "sandbox", draft)
        self.products = []
        self.sold: dict[str, list] = {}
        self.counted: Counter = Counter()
        """Units on each shelf, by (product, supplier), as this test counts them."""
        self.ended: set[int] = set()
        """Orders that have left whole."""
        self.given_up: Counter = Counter()
        """Units of a line that the merchant canceled, whatever its channel wants."""
        self.seen: dict = {}
        """What each viewer saw after the step before, and up to which number it was told."""
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
        supplies.update(self.viewer, supply.product_id, supply.id, SupplyDraft(supply.supplier_id, "", units))
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
            self.counted[(Product.get(self._mine(Product), Product.sku == sku).id, supplier.id)] = units

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

    # What must be true at every moment.

    @invariant()
    def no_unit_is_held_twice_or_shipped_twice(self):
        held, packed, gone = self._held(), self._units_in(LIVE), self._units_in(GONE)
        per_line, packed_per_line = _per_line(held), _per_line(packed)
        for line in OrderLine.select().where(OrderLine.store == self.store.id):
            live = line.quantity - line.canceled_quantity
            assert 0 <= packed_per_line[line.id] <= per_line[line.id] <= live <= line.quantity, line.__data__
        for place, units in packed.items():
            assert gone[place] <= units <= held[place], f"line and supplier {place}"

    @invariant()
    def what_the_channel_wants_is_never_canceled(self):
        """What isn't canceled nor asked to be is what the channel wants, and what it gave up too late."""
        asked, too_late, gone = Counter(), Counter(), _per_line(self._units_in(GONE))
        for row in CancelRequest.select().where(self._mine(CancelRequest)):
            asked[row.line_id] += row.quantity * (row.status == "asked")
            too_late[row.line_id] += row.quantity * (row.status in ("refused", "overtaken", "withdrawn"))
        for line in OrderLine.select(OrderLine, Order).join(Order).where(self._mine(OrderLine)):
            if line.order.status not in order_status.OPEN:
                assert not asked[line.id], f"{line.order.status}: {asked[line.id]} asked"
                continue
            wanted = line.quantity if line.channel_quantity is None else line.channel_quantity
            wanted -= min(wanted, self.given_up[line.id])
            left = line.quantity - line.canceled_quantity - asked[line.id]
            most = wanted + self.given_up[line.id] + too_late[line.id] + gone[line.id]
            assert wanted <= left <= most, line.__data__

    @invariant()
    def nobody_is_asked_for_more_than_it_could_still_cancel(self):
        held, gone, asked = self._held(), self._units_in(GONE), Counter()
        for row in CancelRequest.select().where(self._mine(CancelRequest), CancelRequest.status == "asked"):
            assert row.answered_at is None
            asked[(row.line_id, row.supplier_id)] += row.quantity
        for place, units in asked.items():
            assert units <= held[place] - gone[place], f"line and supplier {place}"

    @invariant()
    def what_has_shipped_stays(self):
        for order in Order.select().where(self._mine(Order)):
            if order.id in self.ended:
                assert order.status in ("shipped", "delivered", "returned"), order.status
            if order.status in ("shipped", "delivered", "returned"):
                self.ended.add(order.id)

    @invariant()
    def only_an_order_on_hold_waits(self):
        waiting = Hold.select(Hold.order).where(self._mine(Hold), Hold.released_at.is_null())
        assert {row.status for row in Order.select().where(Order.id.in_(waiting))} <= {"on_hold"}

    @invariant()
    def every_shelf_is_counted_right(self):
        shipped, wanted = self._units_in(GONE), Counter()
        product_of = dict(OrderLine.select(OrderLine.id, OrderLine.product).where(self._mine(OrderLine)).tuples())
        for (line, supplier), units in self._held().items():
            wanted[(product_of[line], supplier)] += units - shipped[(line, supplier)]
        for place, (quantity, reserved) in self._shelves().items():
            assert quantity >= 0 and quantity == self.counted[place], f"{place}: {quantity}, {self.counted[place]}"
            assert reserved == wanted[place], f"{place}: {reserved} reserved, {wanted[place]} held"

    @invariant()
    def a_service_sees_its_own_lines_alone(self):
        ids = [row.id for row in Order.select(Order.id).where(self._mine(Order))]
        held, packed = self._held(), self._units_in(LIVE)
        for number, supplier in enumerate(self.suppliers):
            viewer = self._service(number)
            units_of = {line: units for (line, holder), units in held.items() if holder == supplier.id}
            own = set(units_of)
            rows = [row for order in shown(viewer, ids) for row in order["rows"]]
            told = {row["id"]: (row["quantity"], row["open_quantity"]) for row in rows}
            assert told == {line: (units, units - packed[(line, supplier.id)]) for line, units in units_of.items()}
            assert {row.id for row in OrderLine.visible_to(viewer, ids)} == own
            begun = {row.order_id for row in OrderLine.select().where(OrderLine.id.in_(own))}
            assert {row.id for row in Order.visible_to(viewer)} == begun
            assert {row.supplier_id for row in Shipment.visible_to(viewer)} <= {supplier.id}

    @invariant()
    def an_order_that_we_shipped_is_shipped_whole(self):
        gone = _per_line(self._units_in(GONE))
        for order in Order.select().where(self._mine(Order), Order.status.in_(("partially_shipped", "shipped"))):
            lines = OrderLine.select().where(OrderLine.order == order.id)
            open_units = sum(line.quantity - line.canceled_quantity - gone[line.id] for line in lines)
            shipped_here = Shipment.select().where(Shipment.order == order.id, Shipment.status.in_(GONE)).exists()
            if shipped_here:
                assert (order.status == "shipped") == (open_units == 0), f"{order.status}: {open_units} open"

    @invariant()
    def no_unit_comes_back_that_has_not_left(self):
        back, done, gone = Counter(), Counter(), self._units_in(GONE)
        rows = ReturnLine.select(ReturnLine, Return).join(Return).where(self._mine(ReturnLine))
        for row in rows:
            back[(row.line_id, row.parent.supplier_id)] += row.quantity
            done[row.parent.order_id] += row.quantity * (row.parent.status == "closed")
        for place, units in back.items():
            assert units <= gone[place], f"line and supplier {place}"
        for order in Order.select().where(self._mine(Order), Order.status.in_(("shipped", "delivered"))):
            lines = {row.id for row in order.lines}
            left = sum(units for (line, _), units in gone.items() if line in lines)
            assert done[order.id] < left or not left, f"{order.status}, though all {left} units are back"

    @invariant()
    def the_ledger_adds_up_to_the_stock(self):
        sums: Counter = Counter()
        for row in StockMove.select().where(self._mine(StockMove)).order_by(StockMove.id):
            sums[(row.product_id, row.supplier_id)] += row.change
            assert row.quantity == sums[(row.product_id, row.supplier_id)], row.__data__
        for place, (quantity, _) in self._shelves().items():
            assert quantity == sums[place], f"{place}: {quantity}, {sums[place]} by the ledger"

    @invariant()
    def nothing_goes_on_with_a_canceled_order(self):
        gone = _per_line(self._units_in(GONE))
        for order in Order.select().where(self._mine(Order), Order.status == "canceled"):
            lines = list(order.lines)
            assert all(row.quantity - row.canceled_quantity == gone[row.id] for row in lines)
            assert not Shipment.select().where(Shipment.order == order.id, Shipment.status == "draft").exists()
            if not any(gone[row.id] for row in lines):
                left = OrderTask.select().where(OrderTask.order == order.id, OrderTask.done_at.is_null())
                assert {row.kind for row in left} <= {"added_late"}

    @invariant()
    def a_swap_is_somebodys_task_as_long_as_it_waits(self):
        swaps = {row.order_id for row in OrderLine.select().where(self._mine(OrderLine)) if row.swap}
        tasks = OrderTask.select().where(self._mine(OrderTask), OrderTask.kind == "line_swapped")
        assert {row.order_id for row in tasks.where(OrderTask.done_at.is_null())} <= swaps

    @invariant()
    def a_supplier_out_of_use_has_nothing_to_do(self):
        gone = self._units_in(GONE)
        away = {row.id for row in Supplier.select().where(self._mine(Supplier), Supplier.archived_at.is_null(False))}
        for (line, supplier), units in self._held().items():
            assert supplier not in away or units == gone[(line, supplier)], f"line and supplier {(line, supplier)}"

    @invariant()
    def what_is_to_be_packed_has_a_day_by_which_to_leave(self):
        for order in Order.select().where(self._mine(Order)):
            assert (order.ship_by is not None) == (order.status in lead_time.RUNNING), order.status

    @invariant()
    def no_paper_counts_of_what_does_not_leave(self):
        live = Waybill.select(Waybill, Shipment).join(Shipment).where(self._mine(Waybill))
        for row in live.where(Waybill.status.in_(waybill_status.LIVE)):
            assert row.shipment.status in LIVE, f"{row.status} waybill of a {row.shipment.status} shipment"

    @invariant()
    def the_channel_is_told_of_each_thing_once(self):
        told = Counter(Push.select(Push.kind, Push.shipment).where(self._mine(Push), Push.kind != "status").tuples())
        wanted: Counter = Counter()
        for row in (
            Shipment.select(Shipment, Order).join(Order).where(self._mine(Shipment), Order.channel == self.channel)
        ):
            wanted[("shipment", row.id)] += row.status in GONE
            wanted[("delivery", row.id)] += row.status == "delivered"
        assert told == +wanted
        ends = Counter(row.order_id for row in Push.select().where(self._mine(Push)) if row.payload == CANCELED)
        canceled = {row.id for row in Order.select().where(self._mine(Order), Order.status == "canceled")}
        assert set(ends) <= canceled and set(ends.values()) <= {1}

    @invariant()
    def whoever_sees_something_change_is_told(self):
        last = Store.get_by_id(self.store.id).change_seq
        known = self.seen.get("number", last)
        rows = Change.select().where(self._mine(Change), Change.number > known)
        told = {(row.subject, row.subject_id, row.supplier_id) for row in rows}
        ids = [row.id for row in Order.select(Order.id).where(self._mine(Order))]
        sees = {}
        for viewer in (self.viewer, *map(self._service, range(len(self.suppliers)))):
            for order in shown(viewer, ids):
                order.pop("update_date", None)
                sees[("order", order["id"], viewer.supplier_id)] = orjson.dumps(order)
        for row in Shipment.select().where(self._mine(Shipment)):
            content = sorted(row.lines.select(ShipmentLine.line, ShipmentLine.quantity).tuples())
            for who in {None, row.supplier_id}:
                sees[("shipment", row.id, who)] = (row.status, content)
        for (product, supplier), counts in self._shelves().items():
            sees[("product", product, supplier)] = counts
        before = self.seen.get("things", sees)
        changed = {thing for thing in before.keys() | sees.keys() if before.get(thing) != sees.get(thing)}
        silent = {thing: (before.get(thing), sees.get(thing)) for thing in changed - told}
        assert not silent, f"nobody was told: {silent}"
        self.seen = {"number": last, "things": sees}

    def teardown(self):
        numbers = [row.number for row in Change.select().where(self._mine(Change)).order_by(Change.number)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) == Store.get_by_id(self.store.id).change_seq

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

    def _service(self, number):
        supplier = self.suppliers[number]
        return Viewer(
            self.store.id, Actor("key", None, supplier.name), "key", supplier.id, Level.WRITE, Level.WRITE, Level.WRITE
        )

    def _packer(self, number):
        return self.viewer if number < 0 else self._service(number)

    def _source(self, number):
        return OWN if number < 0 else self.suppliers[number].id

    def _mine(self, table):
        return table.store == self.store.id

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

    def _held(self):
        held: Counter = Counter()
        rows = Allocation.select(Allocation.line, Allocation.supplier, Allocation.quantity)
        for line, supplier, units in rows.where(self._mine(Allocation), Allocation.status == "active").tuples():
            held[(line, supplier)] += units
        return held

    def _units_in(self, statuses):
        units: Counter = Counter()
        rows = ShipmentLine.select(ShipmentLine.line, Shipment.supplier, ShipmentLine.quantity).join(Shipment)
        for line, supplier, count in rows.where(self._mine(Shipment), Shipment.status.in_(statuses)).tuples():
            units[(line, supplier)] += count
        return units

    def _shelves(self):
        shelves = {
            (row.id, None): (row.own_quantity, row.own_reserved) for row in Product.select().where(self._mine(Product))
        }
        for row in Supply.select().where(self._mine(Supply)):
            shelves[(row.product_id, row.supplier_id)] = (row.quantity, row.reserved)
        return shelves


def _paper(label):
    return {"application/pdf": b"%PDF-1.4 " + label.number.encode()}


def _per_line(units):
    total = defaultdict(int)
    for (line, _), count in units.items():
        total[line] += count
    return total


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
