"""Key format, back-off, sealing, tracking pages, masks, money, article numbers."""

import datetime as dt
import random

import pytest
from cryptography.fernet import Fernet

from webapp.domain import backoff, ean, key_format, masking, money, tracking
from webapp.domain.secrets_box import Box
from webapp.domain.viewer import Actor, Level, Viewer

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def viewer(**values):
    return Viewer(1, Actor("key", 1, "K"), **values)


def test_a_secret_names_its_key_and_a_typo_is_found():
    secret = key_format.new_secret(42)
    assert key_format.parse_secret(secret) == 42
    wrong = secret[:-10] + ("a" if secret[-10] != "a" else "b") + secret[-9:]
    assert key_format.parse_secret(wrong) is None
    assert key_format.parse_secret("xd_sk_1_short_x") is None


def test_no_two_keys_are_alike():
    assert len({key_format.new_public() for _ in range(1000)}) == 1000


def test_waiting_grows_and_is_spread_by_a_fifth():
    for attempts, delay in enumerate(backoff.DELAYS, start=1):
        waits = [(backoff.next_try(attempts, NOW, random.Random(n)) - NOW).total_seconds() for n in range(50)]
        assert delay * 0.8 <= min(waits) < max(waits) <= delay * 1.2
    assert backoff.next_try(99, NOW, random.Random(1)) > NOW + dt.timedelta(hours=19)


def test_sealed_secrets_open_with_the_old_key_behind_a_new_one():
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Box((old,)).seal({"password": "hunter2"})
    assert "hunter2" not in sealed
    assert Box((new, old)).open(sealed) == {"password": "hunter2"}
    with pytest.raises(ValueError, match="No encryption key fits"):
        Box((new,)).open(sealed)


def test_a_tracking_page_is_known_by_the_couriers_name():
    assert tracking.url_for(" gls ", "A 1/2") == "https://gls-group.eu/track/A%201%2F2"
    assert tracking.url_for("Unknown", "1") is None
    assert tracking.url_for("BRT", " ") is None


def test_masks_leave_the_recipient_only_beside_shipping():
    buyer = {"name": "Ada", "surname": "B", "email": "a@b.c", "phone": "1"}
    assert masking.customer(viewer(), buyer) == buyer
    assert masking.customer(viewer(hides_customer=True), buyer) == {}
    packing = viewer(hides_customer=True, shipping=Level.READ)
    assert masking.customer(packing, buyer) == {"name": "Ada", "surname": "B"}
    assert masking.address(packing, {"city": "Milano", "phone": "1"}) == {"city": "Milano"}
    assert masking.money(viewer(hides_prices=True), 12) is None


@pytest.mark.parametrize(("text", "cents"), [("12,50", 1250), ("12.5", 1250), ("0", 0), (" 7 ", 700)])
def test_amounts_are_read_as_people_type_them(text, cents):
    assert money.parse(text) == cents


@pytest.mark.parametrize("text", ["", "-1", "1.234,00", "12.345", "1e3", "NaN", "١٢"])
def test_odd_amounts_are_refused_with_a_reason(text):
    with pytest.raises(ValueError, match=r"amount"):
        money.parse(text)


def test_the_last_digit_of_an_ean_proves_the_others():
    assert ean.is_valid("4006381333931") and ean.is_valid("96385074")
    assert not ean.is_valid("4006381333932") and not ean.is_valid("400638133393") and not ean.is_valid("abc")
