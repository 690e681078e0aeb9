"""Carriers: the usual ones, what the store makes of them, and the links that shipments get."""

import pytest

from tests.actions.test_races import at_once
from webapp.actions import carriers, shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.domain import tracking
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import Carrier, Event


@pytest.fixture
def merchant(world):
    return world.cast.viewer(world.cast.merchant)


def test_a_new_store_knows_the_usual_ones(merchant):
    known = carriers.in_use(merchant.store_id)
    assert {row.name: row.tracking_pattern for row in known} == tracking.PATTERNS
    assert [row.key for row in known] == sorted(row.key for row in known)
    assert not any(row.changed or row.archived for row in known)


def test_a_stores_own_page_goes_before_the_usual_one(merchant, world):
    carriers.change(merchant, "gls", "https://mine.example/{code}")
    assert carriers.url_for(merchant.store_id, " GLS ", "A 1") == "https://mine.example/A%201"
    assert carriers.url_for(world.cast.other_store.id, "GLS", "A") == "https://gls-group.eu/track/A"
    row = carriers.find(merchant, "gls")
    assert (row.name, row.changed, len(carriers.in_use(merchant.store_id))) == ("GLS", True, len(tracking.PATTERNS))
    carriers.change(merchant, "gls", "")
    assert carriers.url_for(merchant.store_id, "GLS", "A") == ""
    assert Event.select().where(Event.kind == "carrier.changed").count() == 2


def test_a_carrier_is_added_archived_and_restored(merchant):
    made = carriers.add(merchant, "  Nonna   Corriere ", "https://n.example/{code}")
    assert (made.key, made.name) == ("nonna corriere", "Nonna Corriere")
    assert "Nonna Corriere" in carriers.names(merchant.store_id)
    for _ in range(2):
        carriers.archive(merchant, made.key)
        carriers.archive(merchant, "ups")
    assert not {"Nonna Corriere", "UPS"} & set(carriers.names(merchant.store_id))
    assert carriers.url_for(merchant.store_id, "UPS", "1Z") == ""
    assert carriers.url_for(merchant.store_id, "nonna corriere", "1Z") == ""
    carriers.restore(merchant, "ups")
    assert carriers.url_for(merchant.store_id, "UPS", "1Z") == "https://www.ups.com/track?tracknum=1Z"
    kinds = [row.kind for row in Event.select().order_by(Event.id) if row.subject == "carrier"]
    assert kinds == ["carrier.added", "carrier.archived", "carrier.archived", "carrier.restored"]


def test_a_name_that_is_there_is_not_added_again(merchant):
    with pytest.raises(Invalid) as refused:
        carriers.add(merchant, "poste  ITALIANE", "")
    assert refused.value.errors["name"] == ["Poste Italiane is there already: change that one."]
    carriers.archive(merchant, "gls")
    with pytest.raises(Invalid) as refused:
        carriers.add(merchant, "Gls", "")
    assert "archived" in refused.value.errors["name"][0]


@pytest.mark.parametrize("name", ["", " ", "...", "a/b", "a\\b", "c" * 81])
def test_odd_names_are_refused(merchant, name):
    with pytest.raises(Invalid) as refused:
        carriers.add(merchant, name, "")
    assert refused.value.errors.keys() == {"name"} and not Carrier.select().exists()


@pytest.mark.parametrize("pattern", ["https://x.example/", "javascript:{code}", "https://x.example/{code}" + "a" * 500])
def test_odd_patterns_are_refused(merchant, pattern):
    for deed in (lambda: carriers.add(merchant, "New", pattern), lambda: carriers.change(merchant, "gls", pattern)):
        with pytest.raises(Invalid) as refused:
            deed()
        assert refused.value.errors.keys() == {"tracking_pattern"}
    assert not Carrier.select().exists()


def test_clerks_and_keys_change_none_and_an_unknown_one_is_not_found(merchant, world):
    key = Viewer(merchant.store_id, Actor("key", 1, "K"), shipping=Level.WRITE)
    for viewer in (world.cast.viewer(world.cast.clerk), key):
        with pytest.raises(Forbidden):
            carriers.add(viewer, "New", "")
        with pytest.raises(Forbidden):
            carriers.archive(viewer, "gls")
    with pytest.raises(NotFound):
        carriers.change(merchant, "nobody", "")


def test_shipments_get_the_stores_own_links(merchant, world):
    carriers.add(merchant, "Nonna", "https://n.example/{code}")
    world.product("MUG", logistics=5)
    made = shipments.create(world.viewer, world.order(("MUG", 1)).id, ShipmentDraft(carrier="NONNA", tracking_code="7"))
    assert made.tracking_url == "https://n.example/7"
    carriers.change(merchant, "nonna", "https://new.example/{code}")
    assert shipments.edit(world.viewer, made.id, reference="R").tracking_url == "https://n.example/7"
    assert shipments.edit(world.viewer, made.id, tracking_code="8").tracking_url == "https://new.example/8"
    assert shipments.edit(world.viewer, made.id, tracking_code="é" * 120).tracking_url == ""


def test_four_who_add_the_same_one_add_it_once(merchant):
    def add(number):
        try:
            return carriers.add(merchant, "Nonna", f"https://n{number}.example/{{code}}").name
        except Invalid:
            return "there"

    assert sorted(at_once(4, add)) == ["Nonna", "there", "there", "there"]


def test_two_who_first_change_a_usual_one_leave_one_row(merchant):
    def change(number):
        try:
            return carriers.change(merchant, "gls", f"https://n{number}.example/{{code}}").changed
        except Conflict as refused:
            return refused.code

    assert set(at_once(4, change)) <= {True, "changed_meanwhile"}
    assert Carrier.select().count() == 1
