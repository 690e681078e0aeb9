"""What every kind of channel must hold to, whatever it is: a suite that each kind runs over a rig of its own.

A kind's `tests/connectors/<kind>/test_contract.py` holds a class that inherits `Contract` and gives it a fixture `rig`.
"""

import datetime as dt
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.servers.fault_proxy import FaultProxy
from webapp.connectors.channels import Connector, ConnectorError
from webapp.domain.channel import OutgoingShipment

MOMENT = dt.datetime(2021, 11, 20, 9, 30, tzinfo=dt.UTC)
"""Long ago, so that no order of another test is among those that are read."""
SECOND = dt.timedelta(seconds=1)

ACTED = ("drop", "error", "truncate", "garbage", "late")
"""The shop has carried a write out, and its answer is lost or spoiled."""

NOT_ACTED = ("refuse", "swallow_error", "limit", "busy")


class Rig(ABC):
    """A kind's local shop, with a proxy before it; each test begins with no plan, other tests' orders may be there."""

    proxy: FaultProxy
    writes: tuple[str, ...] = ("POST /", "PUT /")
    """What each writing call that a confirmation makes holds one of: its verb, path or body."""
    steps = 1
    """How many writing calls the confirmation of a part of an order makes."""
    page_size = 3
    """Of the connectors that `connect` returns; a page is filled by so many orders."""
    patience = 0.7
    """Seconds after which a call is given up in the tests of time-outs."""
    parts = True
    """The shop takes several shipments of one order."""
    tells_other_tracking = True
    """The shop keeps our reference, so the same shipment with another tracking code is noticed."""
    corrects = True
    """The shop can change what it shows of a shipment, where its kind can at all."""
    corrections: tuple[str, ...] = ("POST /", "PUT /")
    """What each writing call that a correction makes holds one of."""
    looks = True
    """A confirmation looks into the shop first; otherwise each of its calls writes, and the shop drops a repeat."""
    reads_answers = True
    """What the shop answers is read; otherwise its status alone counts, whatever stands in the answer."""
    reads = True
    """Orders are read in the shop; otherwise it sends them by itself, which the kind shows in tests of its own."""

    @abstractmethod
    def connect(self, seconds: float = 15.0) -> Connector:
        """Return the connector, through the proxy."""

    @abstractmethod
    def stranger(self) -> Connector:
        """Return a connector whose credentials are wrong, through the proxy."""

    @abstractmethod
    def sell(self, units: int = 1, at: dt.datetime | None = None) -> tuple[str, str]:
        """Place a paid order of one line, last changed `at`; return the order's and the line's id in the channel."""

    @abstractmethod
    def touch(self, order_id: str, at: dt.datetime) -> None:
        """Make the order one that was last changed `at`."""

    @abstractmethod
    def held(self, order_id: str) -> list[str]:
        """Return the tracking code of each shipment that the shop shows, one that is there twice twice."""

    def expire(self) -> None:  # noqa: B027 - most kinds have nothing that ends.
        """End every login that the shop has given; nothing where a key is sent with each call."""


def parcel(sold: tuple[str, str], number: int = 1, tracking: str = "", units: int = 1) -> OutgoingShipment:
    """Return a shipment of a part of an order, the same at each repeat."""
    order_id, line_id = sold
    return OutgoingShipment(order_id, f"XD-1-{number}", ((line_id, units),), "BRT", tracking or f"TRACK-{number}")


def fails(act) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        act()
    return caught.value


def ids(pages) -> list[str]:
    return [order.external_id for page in pages for order in page]


class Contract:
    """The suite."""

    def reads_nothing(self, rig: Rig) -> bool:
        """Tell whether the shop sends its orders by itself; then the kind must say so, and find nothing to read."""
        if not rig.reads:
            assert rig.connect().capabilities.reads_orders is False
            assert ids(rig.connect().read_orders(MOMENT - dt.timedelta(days=9), MOMENT + dt.timedelta(days=9))) == []
        return not rig.reads

    def spoil(self, rig: Rig, fault: str, act) -> None:
        """Do what fails for now; a strange page that comes with a 200 is a success where no answer is read."""
        if fault == "garbage" and not rig.reads_answers:
            act()
        else:
            assert not fails(act).permanent

    def parcels(self, rig: Rig, count: int) -> list[OutgoingShipment]:
        """Return so many shipments; five of an order with room for each twice, where the shop takes parts."""
        each = 5 if rig.parts else 1
        sold = [rig.sell(units=2 * each) for _ in range(count // each)]
        units = 1 if rig.parts else 2
        return [parcel(one, number, units=units) for one in sold for number in range(each)]

    def all_held_once(self, rig: Rig, shipments: list[OutgoingShipment]) -> None:
        expected: dict[str, list[str]] = {}
        for shipment in shipments:
            expected.setdefault(shipment.order_external_id, []).append(shipment.tracking_code)
        assert {order: sorted(rig.held(order)) for order in expected} == expected

    def test_the_connection_is_tested_and_told_in_a_sentence(self, rig):
        assert rig.connect().test().endswith(".")

    def test_wrong_credentials_are_refused_for_good(self, rig):
        assert fails(rig.stranger().test).permanent

    def test_a_shipment_is_confirmed_once_however_often_it_is_told(self, rig):
        sold = rig.sell(units=4)
        first = rig.connect().confirm_shipment(parcel(sold))
        again = rig.connect().confirm_shipment(parcel(sold))
        assert (first.found, again.found, again.remote_id) == (False, rig.looks, first.remote_id)
        assert rig.held(sold[0]) == ["TRACK-1"]

    def test_parts_of_an_order_are_shipments_of_their_own(self, rig):
        if not rig.parts:
            assert rig.connect().capabilities.partial_shipments is False
            return
        sold = rig.sell(units=3)
        made = [rig.connect().confirm_shipment(parcel(sold, number)) for number in (1, 2, 3)]
        assert len({one.remote_id for one in made}) == 3
        assert sorted(rig.held(sold[0])) == ["TRACK-1", "TRACK-2", "TRACK-3"]

    def test_the_same_shipment_with_another_tracking_code_is_never_a_second_one(self, rig):
        sold = rig.sell(units=4)
        rig.connect().confirm_shipment(parcel(sold))
        if rig.tells_other_tracking:
            error = fails(lambda: rig.connect().confirm_shipment(parcel(sold, tracking="OTHER")))
            assert (error.permanent, error.reason) == (True, "conflict")
            assert rig.held(sold[0]) == ["TRACK-1"]

    def test_what_the_shop_doesnt_have_is_refused_for_good(self, rig):
        connector = rig.connect()
        assert fails(lambda: connector.read_order("999999999")).permanent
        assert fails(lambda: connector.confirm_shipment(parcel(("999999999", "1")))).permanent

    @pytest.mark.parametrize("fault", [*ACTED, *NOT_ACTED])
    def test_whichever_call_goes_wrong_one_shipment_stands_after_the_repeat(self, rig, fault):
        for step in range(rig.steps):
            sold = rig.sell(units=4)
            rig.proxy.plan(*[None] * step, fault, only=rig.writes)
            self.spoil(rig, fault, lambda sold=sold: rig.connect().confirm_shipment(parcel(sold)))
            assert rig.proxy.planned == 0
            rig.connect().confirm_shipment(parcel(sold))
            assert rig.held(sold[0]) == ["TRACK-1"]

    @pytest.mark.parametrize("fault", [*ACTED, *NOT_ACTED])
    def test_a_look_that_goes_wrong_changes_nothing(self, rig, fault):
        sold = rig.sell(units=4)
        rig.connect().test()
        if not rig.looks:  # There is no call but the one that writes, which the test above spoils.
            before = len(rig.proxy.calls)
            rig.connect().confirm_shipment(parcel(sold))
            assert len(rig.proxy.calls) == before + rig.steps
            return
        rig.proxy.plan(fault)
        assert not fails(lambda: rig.connect().confirm_shipment(parcel(sold))).permanent
        assert rig.held(sold[0]) == []

    @pytest.mark.parametrize("fault", ["limit", "busy"])
    def test_a_shop_that_asks_to_wait_is_given_the_time(self, rig, fault):
        sold = rig.sell()
        rig.connect().test()
        rig.proxy.plan(fault)
        connector = rig.connect()
        ask = (lambda: connector.read_order(sold[0])) if rig.reads else lambda: connector.confirm_shipment(parcel(sold))
        error = fails(ask)
        assert (error.permanent, error.retry_after) == (False, 7.0)

    @pytest.mark.parametrize("fault", ["drop", "error"])
    def test_a_hundred_spoiled_answers_make_no_duplicate_and_lose_nothing(self, rig, fault):
        shipments = self.parcels(rig, 100)
        for number, shipment in enumerate(shipments):
            rig.proxy.plan(*[None] * (number % rig.steps), fault, only=rig.writes)
            assert not fails(lambda one=shipment: rig.connect().confirm_shipment(one)).permanent
            rig.connect().confirm_shipment(shipment)
        self.all_held_once(rig, shipments)

    def test_a_hundred_time_outs_make_no_duplicate_and_lose_nothing(self, rig):
        shipments = self.parcels(rig, 100)
        by_order: dict[str, list[OutgoingShipment]] = {}
        for shipment in shipments:
            by_order.setdefault(shipment.order_external_id, []).append(shipment)
        rig.connect().test()
        rig.proxy.plan(*["hang"] * 100, only=rig.writes)

        def time_out(ours: list[OutgoingShipment]) -> None:
            for shipment in ours:
                assert not fails(lambda one=shipment: rig.connect(rig.patience).confirm_shipment(one)).permanent

        with ThreadPoolExecutor(20) as threads:
            list(threads.map(time_out, by_order.values()))
        assert rig.proxy.planned < 100
        rig.proxy.plan()
        rig.proxy.settle()
        for shipment in shipments:
            rig.connect().confirm_shipment(shipment)
        self.all_held_once(rig, shipments)

    def test_a_login_that_ends_is_made_anew_without_anybody_noticing(self, rig):
        if self.reads_nothing(rig):
            return
        sold = [rig.sell(units=2, at=MOMENT - number * SECOND) for number in range(rig.page_size + 1)]
        connector = rig.connect()
        pages = connector.read_orders(MOMENT - SECOND, MOMENT)
        first = next(pages)
        rig.expire()
        assert {one[0] for one in sold[:2]} <= set(ids([first, *pages]))
        rig.expire()
        connector.confirm_shipment(parcel(sold[0]))
        assert rig.held(sold[0][0]) == ["TRACK-1"]

    @pytest.mark.parametrize("extra", [-1, 0, 1, 2])
    def test_equal_times_at_the_edge_of_a_page_lose_and_repeat_nothing(self, rig, extra):
        if self.reads_nothing(rig):
            return
        at = MOMENT + dt.timedelta(days=2 + extra)
        made = [rig.sell(at=at)[0] for _ in range(2 * rig.page_size + extra)]
        read = ids(rig.connect().read_orders(at, at))
        assert sorted(read) == sorted(made)

    def test_a_reading_goes_by_time_and_keeps_to_its_bounds(self, rig):
        if self.reads_nothing(rig):
            return
        at = MOMENT - dt.timedelta(days=1)
        late, early = rig.sell(at=at)[0], rig.sell(at=at - 2 * SECOND)[0]
        beyond = rig.sell(at=at + SECOND)[0]
        read = ids(rig.connect().read_orders(at - SECOND, at))
        assert [one for one in read if one in (late, early, beyond)] == [early, late]

    def test_a_change_just_before_the_last_reading_is_found_by_the_next(self, rig):
        if self.reads_nothing(rig):
            return
        at = MOMENT - dt.timedelta(days=2)
        sold = rig.sell(at=at - 2 * SECOND)[0]
        assert sold in ids(rig.connect().read_orders(at, at + SECOND))

    def test_an_order_that_moves_while_pages_are_read_pulls_no_other_out_of_sight(self, rig):
        if self.reads_nothing(rig):
            return
        at = MOMENT - dt.timedelta(days=3)
        made = [rig.sell(at=at + number * SECOND)[0] for number in range(3 * rig.page_size)]
        until = at + dt.timedelta(minutes=1)
        pages = rig.connect().read_orders(at, until)
        first = next(pages)
        moved = [first[0].external_id, made[-1]]
        for order_id in moved:
            rig.touch(order_id, until + dt.timedelta(minutes=10))
        read = ids([first, *pages])
        assert set(made) - set(read) <= {made[-1]} and len(read) == len(set(read))
        assert set(moved) <= set(ids(rig.connect().read_orders(until, until + dt.timedelta(hours=1))))

    def test_a_page_that_fails_ends_the_reading_and_the_next_one_finds_all(self, rig):
        if self.reads_nothing(rig):
            return
        at = MOMENT - dt.timedelta(days=4)
        made = [rig.sell(at=at + number * SECOND)[0] for number in range(2 * rig.page_size)]
        until = at + dt.timedelta(minutes=1)
        pages = rig.connect().read_orders(at, until)
        next(pages)
        rig.proxy.plan("swallow_error")
        assert not fails(lambda: list(pages)).permanent
        assert set(ids(rig.connect().read_orders(at, until))) == set(made)

    def test_times_are_aware_and_amounts_whole(self, rig):
        if self.reads_nothing(rig):
            return
        order = rig.connect().read_order(rig.sell(units=2, at=MOMENT - dt.timedelta(days=5))[0])
        assert order.updated_at == MOMENT - dt.timedelta(days=5)
        assert order.ordered_at.utcoffset() == order.updated_at.utcoffset() == dt.timedelta()
        amounts = (order.total_cents, order.shipping_cents, order.lines[0].unit_price_cents)
        assert all(type(amount) is int for amount in amounts) and order.lines[0].quantity == 2

    def test_a_shipment_without_a_tracking_code_is_confirmed_once_too(self, rig):
        sold = rig.sell(units=4)
        nameless = replace(parcel(sold), tracking_code="")
        first = rig.connect().confirm_shipment(nameless)
        assert rig.connect().confirm_shipment(nameless).remote_id == first.remote_id
        assert len(rig.held(sold[0])) == 1

    def corrects(self, rig: Rig) -> bool:
        """Tell whether the shop takes corrections; of one that doesn't, none is ever asked."""
        return rig.connect().capabilities.tracking_editable and rig.corrects

    def test_a_tracking_code_is_corrected_once_however_often_it_is_told(self, rig):
        if not self.corrects(rig):
            return
        sold = rig.sell(units=4)
        made = rig.connect().confirm_shipment(parcel(sold))
        right = parcel(sold, tracking="RIGHT")
        told = rig.connect().correct_tracking(right, made.remote_id)
        assert (told.found, rig.held(sold[0])) == (False, ["RIGHT"])
        again = rig.connect().correct_tracking(right, told.remote_id)
        assert (again.found, again.remote_id, rig.held(sold[0])) == (rig.looks, told.remote_id, ["RIGHT"])
        assert rig.connect().confirm_shipment(right).found == rig.looks and rig.held(sold[0]) == ["RIGHT"]

    @pytest.mark.parametrize("fault", [*ACTED, *NOT_ACTED])
    def test_a_correction_whose_answer_is_lost_is_told_again_and_one_shipment_stands(self, rig, fault):
        if not self.corrects(rig):
            return
        sold = rig.sell(units=4)
        made = rig.connect().confirm_shipment(parcel(sold))
        right = parcel(sold, tracking="RIGHT")
        rig.proxy.plan(fault, only=rig.corrections)
        self.spoil(rig, fault, lambda: rig.connect().correct_tracking(right, made.remote_id))
        assert rig.proxy.planned == 0
        rig.connect().correct_tracking(right, made.remote_id)
        assert rig.held(sold[0]) == ["RIGHT"]

    @pytest.mark.parametrize("fault", [*ACTED, *NOT_ACTED])
    def test_a_code_that_changes_between_a_lost_answer_and_its_repeat_makes_no_second_shipment(self, rig, fault):
        sold = rig.sell(units=4)
        rig.proxy.plan(fault, only=rig.writes)
        self.spoil(rig, fault, lambda: rig.connect().confirm_shipment(parcel(sold)))
        right = replace(parcel(sold, tracking="RIGHT"), tried=("TRACK-1",))
        told = rig.connect().confirm_shipment(right)
        assert len(rig.held(sold[0])) == 1
        if self.corrects(rig):
            rig.connect().correct_tracking(right, told.remote_id)
            assert rig.held(sold[0]) == ["RIGHT"]

    def test_what_stands_in_the_way_is_named_and_can_be_overwritten_where_corrections_are_taken(self, rig):
        if not self.corrects(rig) or not rig.tells_other_tracking:
            return
        sold = rig.sell(units=4)
        rig.connect().confirm_shipment(parcel(sold))
        right = parcel(sold, tracking="RIGHT")
        error = fails(lambda: rig.connect().confirm_shipment(right))
        rig.connect().correct_tracking(right, error.remote_id)
        assert rig.connect().confirm_shipment(right).found and rig.held(sold[0]) == ["RIGHT"]

    def test_what_the_shop_doesnt_hold_any_more_is_not_corrected(self, rig):
        if self.corrects(rig):
            sold = ("999999999", "1")
            assert fails(lambda: rig.connect().correct_tracking(parcel(sold), "999999999")).permanent
