"""Amounts, weights and sizes between the wire's units and ours."""

import pytest

from webapp.domain import measures, money, tags


@pytest.mark.parametrize(
    ("number", "per_unit", "kept"),
    [(12.5, 100, 1250), (0.1, 100, 10), (8.196721, 100, 820), (0.005, 100, 1), (1.005, 100, 101), (0, 1000, 0)],
)
def test_a_number_is_kept_in_whole_small_units(number, per_unit, kept):
    assert measures.whole(number, per_unit) == kept


def test_every_cent_comes_back_as_it_was():
    assert all(measures.whole(measures.back(cents, 100), 100) == cents for cents in range(0, 100_000, 7))
    assert measures.whole(measures.back(10**12 - 1, 100), 100) == 10**12 - 1
    assert measures.back(None, 100) is None


@pytest.mark.parametrize(
    ("cents", "basis_points", "gross"), [(1000, 2200, 1220), (820, 2200, 1000), (1, 400, 1), (50, 100, 51), (99, 0, 99)]
)
def test_vat_comes_on_top_rounded_to_the_cent(cents, basis_points, gross):
    assert money.with_tax(cents, basis_points) == gross


def test_each_tag_is_kept_once_with_an_id():
    first, second = tags.tidy([{"value": "Autunno"}, {"id": 7, "value": "Lana"}, {"value": "AUTUNNO"}])
    assert (first["value"], second) == ("Autunno", {"id": 7, "value": "Lana"})
    assert first["id"] > 0


def test_the_same_word_has_the_same_id_everywhere():
    assert tags.tidy([{"value": "Lana"}])[0]["id"] == tags.tidy([{"value": "x"}, {"value": "lana"}])[1]["id"]
