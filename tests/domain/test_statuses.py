"""The moves of orders and shipments."""

import itertools

import pytest

from webapp.domain import order_status, shipment_status

ALL = [status for status, _ in order_status.STATUSES]


@pytest.mark.parametrize(
    ("local", "channel", "kept"),
    [
        ("awaiting_payment", "payment_accepted", "payment_accepted"),
        ("in_process", "payment_accepted", "in_process"),
        ("shipped", "payment_accepted", "shipped"),
        ("shipped", "canceled", "shipped"),
        ("in_process", "canceled", "canceled"),
        ("payment_accepted", "shipped", "shipped"),
        ("on_hold", "payment_accepted", "on_hold"),
        ("on_hold", "canceled", "canceled"),
        ("canceled", "payment_accepted", "canceled"),
        ("shipped", "delivered", "delivered"),
    ],
)
def test_the_one_that_is_further_along_wins(local, channel, kept):
    assert order_status.merge(local, channel) == kept


def test_no_pair_of_statuses_moves_a_shipped_order_back():
    gone = {"shipped", "delivered", "returned"}
    for local, channel in itertools.product(ALL, ALL):
        merged = order_status.merge(local, channel)
        assert merged in ALL
        assert local not in gone or merged in gone


def test_nobody_can_set_shipped_by_hand():
    assert not any(order_status.can_move(old, new) for old in ALL for new in ("shipped", "partially_shipped"))


def test_an_order_has_shipped_when_every_live_unit_has():
    assert order_status.after_shipping(3, 2) == "partially_shipped"
    assert order_status.after_shipping(3, 3) == "shipped"


def test_every_status_has_moves_and_a_name():
    assert set(order_status.BY_HAND) == set(ALL)
    assert all(order_status.name(status) for status in ALL)


def test_a_shipment_only_goes_forward():
    assert shipment_status.can_move("draft", "shipped") and shipment_status.can_move("shipped", "delivered")
    assert not shipment_status.can_move("delivered", "shipped") and not shipment_status.can_move("shipped", "canceled")
