"""What stays true of a store whatever happens to it: looked at after each step of a game of `test_invariants`."""

from collections import Counter, defaultdict

import orjson
from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests import cast as casting
from webapp.actions import channels
from webapp.actions.channels import ChannelDraft
from webapp.domain import lead_time, order_status, waybill_status
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
    Shipment,
    ShipmentLine,
    StockMove,
    Store,
    Supplier,
    Supply,
    Waybill,
)
from webapp.wire.orders import shown

LIVE = ("draft", "shipped", "delivered")
GONE = ("shipped", "delivered")
CANCELED = {"status": "canceled"}


class Watched(RuleBasedStateMachine):
    """One store of its own, with its own shelf, two logistics services and a channel, and what is always so there."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store.create(name="Casa Bella")
        self.viewer = system(self.store.id)
        self.suppliers = [casting.supplier(self.store, name) for name in ("Nord Logistica", "Rival Warehousing")]
        draft = ChannelDraft("Shop", "http://127.0.0.1:9", {}, {"key": "k"})
        self.channel = channels.connect(self.viewer, "sandbox", draft)
        self.counted: Counter = Counter()
        """Units on each shelf, by (product, supplier), as this test counts them."""
        self.ended: set[int] = set()
        """Orders that have left whole."""
        self.given_up: Counter = Counter()
        """Units of a line that the merchant canceled, whatever its channel wants."""
        self.seen: dict = {}
        """What each viewer saw after the step before, and up to which number it was told."""

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
            assert not any(gone[row.id] or row.quantity > row.canceled_quantity for row in lines)
            assert not Shipment.select().where(Shipment.order == order.id, Shipment.status == "draft").exists()
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

    def _service(self, number):
        supplier = self.suppliers[number]
        return Viewer(
            self.store.id, Actor("key", None, supplier.name), "key", supplier.id, Level.WRITE, Level.WRITE, Level.WRITE
        )

    def _mine(self, table):
        return table.store == self.store.id

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


def _per_line(units):
    total = defaultdict(int)
    for (line, _), count in units.items():
        total[line] += count
    return total
