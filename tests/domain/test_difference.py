"""What a change did, without secrets."""

from webapp.domain.difference import difference, pairs


def test_what_differs_is_kept_and_what_stays_is_left_out():
    assert difference({"a": 1, "b": 2}, {"a": 1, "b": 3}) == {"before": {"b": 2}, "after": {"b": 3}}


def test_nothing_changed_is_nothing():
    assert difference({"a": {"b": 1}}, {"a": {"b": 1}}) == {}


def test_what_only_one_side_has_is_none_on_the_other():
    assert difference({}, {"a": "x"}) == {"before": {"a": None}, "after": {"a": "x"}}


def test_inner_values_are_named_by_their_way():
    changed = difference({"address": {"city": "Lugo", "street": "A"}}, {"address": {"city": "Imola", "street": "A"}})
    assert changed["after"] == {"address.city": "Imola"}


def test_secrets_are_never_kept_at_any_depth():
    before = {"password": "a", "settings": {"api_token": "b", "client_secret": "c", "name": "n"}}
    after = {"password": "x", "settings": {"api_token": "y", "client_secret": "z", "name": "m"}}
    assert difference(before, after) == {"before": {"settings.name": "n"}, "after": {"settings.name": "m"}}


def test_sets_and_lists_read_as_one_text_and_long_texts_are_cut():
    changed = difference({"rights": ["a"]}, {"rights": ["a", "b"], "note": "x" * 1000})
    assert changed["after"]["rights"] == "a, b" and len(changed["after"]["note"]) == 300


def test_pairs_come_from_both_forms_of_an_events_data():
    assert pairs({"before": {"a": 1}, "after": {"a": 2}, "version": "v"}) == [("a", 1, 2)]
    assert pairs({"title": ["Mug", "Cup"], "lines": 3, "secret_key": ["a", "b"]}) == [("title", "Mug", "Cup")]
    assert pairs({}) == []
