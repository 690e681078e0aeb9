"""Suppliers, where no form can reach: names that race, drafts that can't be, viewers that may not."""

import pytest

from tests.actions.test_races import at_once
from webapp.actions import suppliers
from webapp.actions.suppliers import SupplierDraft
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models import Event, Supplier


@pytest.fixture
def merchant(cast):
    return cast.viewer(cast.merchant)


def test_of_four_who_take_a_name_at_once_one_gets_it(cast, merchant):
    def take(number):
        try:
            return suppliers.create(merchant, SupplierDraft(("Sud", "SUD", " sud ", "sUd")[number])).name_key
        except Invalid as refused:
            return refused.errors["name"][0].startswith("You have a supplier named")

    assert sorted(map(str, at_once(4, take))) == ["True", "True", "True", "sud"]
    assert Supplier.select().where(Supplier.name_key == "sud").count() == 1 == Event.select().count()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (SupplierDraft(" "), "name"),
        (SupplierDraft("Sud", 3, 2), "max_days"),
        (SupplierDraft("Sud", kind="pirate"), "kind"),
        (SupplierDraft("Sud", -1, 2), "min_days"),
        (SupplierDraft("Sud", 1, 366), "max_days"),
    ],
)
def test_a_draft_that_can_not_be_is_refused_at_its_field(cast, merchant, draft, field):
    before = Supplier.select().count()
    for deed in (suppliers.create, lambda viewer, draft: suppliers.update(viewer, cast.logistics.id, draft)):
        with pytest.raises(Invalid) as refused:
            deed(merchant, draft)
        assert list(refused.value.errors) == [field]
    assert Supplier.select().count() == before and Supplier.get_by_id(cast.logistics.id).name == "Nord Logistica"


def test_letters_that_fold_alike_are_one_name(cast, merchant):
    suppliers.create(merchant, SupplierDraft("Straße"))
    with pytest.raises(Invalid):
        suppliers.create(merchant, SupplierDraft("STRASSE"))


def test_a_clerk_finds_its_own_supplier_alone_and_changes_none(cast):
    clerk = cast.viewer(cast.clerk)
    assert suppliers.find(clerk, cast.logistics.id).id == cast.logistics.id
    with pytest.raises(NotFound):
        suppliers.find(clerk, cast.rival.id)
    deeds = [
        lambda: suppliers.create(clerk, SupplierDraft("Mine")),
        lambda: suppliers.update(clerk, cast.logistics.id, SupplierDraft("Mine")),
        lambda: suppliers.archive(clerk, cast.logistics.id),
        lambda: suppliers.restore(clerk, cast.logistics.id),
    ]
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed()
    assert not Event.select().exists() and Supplier.get_by_id(cast.logistics.id).archived_at is None


@pytest.mark.parametrize("deed", [suppliers.find, suppliers.archive, suppliers.restore])
def test_another_stores_supplier_is_not_found(cast, merchant, deed):
    with pytest.raises(NotFound):
        deed(merchant, cast.stranger_supplier.id)


@pytest.mark.parametrize(("count", "told"), [(1, "1 order waits"), (2, "2 orders wait")])
def test_archiving_counts_the_orders_that_wait_there(world, count, told):
    world.product("MUG", logistics=9)
    for number in range(count):
        world.order(("MUG", 1), external_id=str(number))
    with pytest.raises(Conflict, match=told):
        suppliers.archive(world.viewer, world.cast.logistics.id)
