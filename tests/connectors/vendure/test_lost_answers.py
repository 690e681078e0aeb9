"""However a call to the real shop ends, a repeat leaves one fulfilment, and the buyer hears of it once."""

import pytest

from tests.connectors.vendure.conftest import connect
from webapp.connectors.channels import ConnectorError

pytestmark = pytest.mark.xdist_group("vendure")

ACTED = ("drop", "error", "truncate", "garbage")
"""The shop has carried the call out, and its answer is lost or spoiled."""

NOT_ACTED = ("refuse", "swallow_error")
ADD, MOVE = "addFulfillmentToOrder", "transitionFulfillmentToState"


def fails(connector, shipment):
    """Try once in vain: the result must be unknown, never a refusal."""
    with pytest.raises(ConnectorError) as caught:
        connector.confirm_shipment(shipment)
    assert not caught.value.permanent, caught.value


@pytest.mark.parametrize("mutation", [ADD, MOVE])
@pytest.mark.parametrize("fault", ACTED)
def test_a_spoiled_answer_makes_no_second_fulfilment(vendure, proxy, spoiled, place, fault, mutation):
    order = place(MUG=3)
    proxy.plan(fault, only=mutation)
    fails(spoiled, order.parcel())
    (made,) = vendure.fulfillments(order.code)

    done = spoiled.confirm_shipment(order.parcel())
    assert (done.remote_id, done.found) == (made["id"], mutation == MOVE)
    assert order.held() == [("TRACK-1", "Shipped", 1)]
    assert vendure.moves(order.code) == [made["id"]]


@pytest.mark.parametrize("mutation", [ADD, MOVE])
@pytest.mark.parametrize("fault", NOT_ACTED)
def test_a_call_that_the_shop_never_got_is_made_again(vendure, proxy, spoiled, place, fault, mutation):
    order = place(MUG=3)
    proxy.plan(fault, only=mutation)
    fails(spoiled, order.parcel())
    assert "Shipped" not in [state for _, state, _ in order.held()]

    assert spoiled.confirm_shipment(order.parcel()).found is False
    assert order.held() == [("TRACK-1", "Shipped", 1)]
    assert len(vendure.moves(order.code)) == 1


@pytest.mark.parametrize("mutation", [ADD, MOVE])
def test_an_answer_that_never_comes_ends_in_time_and_makes_no_second_fulfilment(
    vendure, proxy, spoiled, place, mutation
):
    order = place(MUG=3)
    proxy.plan("hang", only=mutation)
    fails(connect(proxy.url, seconds=2), order.parcel())
    proxy.settle()

    spoiled.confirm_shipment(order.parcel())
    assert order.held() == [("TRACK-1", "Shipped", 1)]
    assert len(vendure.moves(order.code)) == 1


@pytest.mark.parametrize("call", ["query Held", "mutation Login"])
@pytest.mark.parametrize("fault", [*ACTED, *NOT_ACTED])
def test_a_look_or_a_login_that_fails_is_unknown_and_changes_nothing(vendure, proxy, spoiled, place, fault, call):
    order = place(MUG=1)
    if "Login" in call:
        vendure.log_everybody_out()
    proxy.plan(fault, only=call)
    fails(spoiled, order.parcel())
    assert order.held() == []


def test_a_read_back_that_fails_is_unknown_and_the_fulfilment_found(vendure, proxy, spoiled, place):
    order = place(MUG=3)
    proxy.plan(None, "drop", only="query Held")
    fails(spoiled, order.parcel())
    spoiled.confirm_shipment(order.parcel())
    assert order.held() == [("TRACK-1", "Shipped", 1)]


def test_a_hundred_lost_answers_make_no_duplicate(vendure, proxy, spoiled, place):
    """Each order has enough units left for a second parcel like each, so the shop would take it."""
    for _ in range(10):
        order = place(MUG=20)
        for number in range(10):
            parcel = order.parcel(reference=f"XD-1-{number}", tracking=f"TRACK-{number}")
            proxy.plan("drop", only=ADD if number % 2 else MOVE)
            fails(spoiled, parcel)
            spoiled.confirm_shipment(parcel)

        assert order.held() == [(f"TRACK-{number}", "Shipped", 1) for number in range(10)]
        told = vendure.moves(order.code)
        assert len(told) == len(set(told)) == 10
