"""Amounts as a channel writes them become whole minor units of their currency."""

from decimal import Decimal

import pytest

from webapp.domain import money


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("0.005", "EUR", 1),
        ("0.00499", "EUR", 0),
        ("-0.005", "EUR", -1),
        ("1500", "JPY", 1500),
        ("1499.5", "JPY", 1500),
        ("1.2345", "KWD", 1235),
        ("99999999999.99", "USD", 9999999999999),
    ],
)
def test_a_channels_amount_becomes_the_currencys_minor_units(amount, currency, minor):
    assert money.minor_units(Decimal(amount), currency) == minor
