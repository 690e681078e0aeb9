"""Which of an order's parcels a channel hears of that takes one shipment an order."""

import pytest

from webapp.domain import partial_policy


def told(policy, statuses):
    """Return which of the parcels are told, when each is told as it leaves and the order then has that status."""
    return [
        number
        for number, status in enumerate(statuses, 1)
        if partial_policy.tells(policy, status, earlier=number > 1, later=False)
    ]


THREE = ("partially_shipped", "partially_shipped", "shipped")


@pytest.mark.parametrize(
    ("policy", "parcels"), [("first", [1]), ("last", [3]), ("each", [1, 2, 3]), ("", [3]), ("unheard of", [3])]
)
def test_of_three_parcels_the_policy_picks(policy, parcels):
    assert told(policy, THREE) == parcels


@pytest.mark.parametrize("policy", ["first", "last", "each"])
def test_a_parcel_that_is_the_whole_order_is_told(policy):
    assert told(policy, ("shipped",)) == [1]


def test_with_the_last_parcel_an_earlier_one_that_comes_late_isnt_told():
    assert not partial_policy.tells("last", "shipped", earlier=False, later=True)


def test_a_rest_that_was_canceled_makes_the_last_parcel_the_last():
    assert partial_policy.tells("last", "canceled", earlier=True, later=False)


def test_the_first_of_the_policies_is_the_one_without_a_choice():
    assert partial_policy.POLICIES[0][0] == "last"
