"""Tracking pages: the usual couriers', and what a pattern of one's own must be."""

import pytest

from webapp.domain import tracking


def test_every_usual_courier_has_a_sound_page():
    wanted = {"BRT", "GLS", "DHL", "SDA", "Poste Italiane", "FedEx", "UPS", "TNT"}
    assert wanted <= set(tracking.CARRIERS)
    for name, pattern in tracking.PATTERNS.items():
        assert tracking.fault(pattern) is None, name
        assert tracking.url_for(name.upper(), "A B").endswith("A%20B"), name


def test_a_code_cannot_leave_its_place():
    assert tracking.url("https://t.example/{code}", "../x?y#z&é") == "https://t.example/..%2Fx%3Fy%23z%26%C3%A9"
    assert tracking.url("https://t.example/{code}/{x.__class__}", "1") == "https://t.example/1/{x.__class__}"


def test_no_address_grows_too_long_to_be_kept():
    assert tracking.url("https://t.example/{code}", "é" * 70) is not None
    assert tracking.url("https://t.example/{code}", "é" * 120) is None
    assert tracking.url("", "1") is None


@pytest.mark.parametrize("pattern", ["", "https://t.example/{code}", "http://t.example:81/?a=1&c={code}#/{code}"])
def test_sound_patterns(pattern):
    assert tracking.fault(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "https://t.example/",
        "t.example/{code}",
        "//t.example/{code}",
        "javascript:alert({code})",
        "ftp://t.example/{code}",
        "https:///{code}",
        "https://{code}.t.example/",
        "https://{code}@t.example/",
        "https://t.example/a b/{code}",
        "http://[/{code}",
        "{code}",
    ],
)
def test_patterns_that_are_no_page(pattern):
    assert tracking.fault(pattern)


def test_another_table_of_couriers_can_be_asked():
    mine = {"Nonna  Corriere": "https://n.example/{code}"}
    assert tracking.url_for("nonna corriere", "7", mine) == "https://n.example/7"
    assert tracking.url_for("GLS", "7", mine) is None
