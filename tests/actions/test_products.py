"""Products and supplies, where no form can reach: two who change at once, and viewers that may not."""

import dataclasses

import pytest

from tests.actions.test_races import at_once
from webapp.actions import products, supplies
from webapp.actions.products import ProductDraft
from webapp.actions.supplies import SupplyDraft
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Level
from webapp.models import Event, Product, Supply


def test_of_four_who_save_at_once_one_does_and_three_are_told(world):
    mug = world.product("MUG", own=4)
    seen = products.version(products.find(world.viewer, mug.id))

    def save(number):
        try:
            return products.update(world.viewer, mug.id, ProductDraft("MUG", f"Title {number}"), seen).title
        except Conflict as refused:
            return refused.code

    done = sorted(at_once(4, save))
    assert done[1:] == ["changed_meanwhile"] * 3 and Product.get_by_id(mug.id).title == done[0]
    assert Event.select().where(Event.kind == "product.changed").count() == 1


def test_of_two_who_take_a_sku_at_once_one_gets_it(world):
    def take(number):
        try:
            return products.create(world.viewer, ProductDraft("SAME", f"Title {number}")).sku
        except Invalid as refused:
            return next(iter(refused.errors))

    assert sorted(at_once(2, take)) == ["SAME", "sku"]


def test_a_count_that_is_not_given_keeps_the_present_one(world):
    mug = world.product("MUG", own=4, logistics=6)
    supply = Supply.get()
    products.update(world.viewer, mug.id, ProductDraft("MUG", "Mug", own_quantity=None))
    supplies.update(world.viewer, mug.id, supply.id, SupplyDraft(supply.supplier_id, "N-1", None, 120, 3))
    row = Supply.get()
    assert Product.get_by_id(mug.id).own_quantity == 4
    assert (row.quantity, row.supplier_sku, row.purchase_price_cents, row.priority) == (6, "N-1", 120, 3)


def test_a_supply_stays_with_its_supplier(world):
    mug = world.product("MUG", logistics=6)
    with pytest.raises(Invalid) as refused:
        supplies.update(world.viewer, mug.id, Supply.get().id, SupplyDraft(world.cast.rival.id, "", 6))
    assert list(refused.value.errors) == ["supplier_id"]


def test_a_supply_that_two_add_at_once_is_there_once(world):
    mug = world.product("MUG")

    def add(number):
        try:
            return supplies.add(world.viewer, mug.id, SupplyDraft(world.cast.rival.id, "", 5)).quantity
        except Invalid as refused:
            return next(iter(refused.errors))

    assert sorted(map(str, at_once(2, add))) == ["5", "supplier_id"]
    assert Supply.get().quantity == 5


def test_who_may_read_alone_changes_nothing(world):
    mug = world.product("MUG", logistics=6)
    before = Event.select().count()
    reader = dataclasses.replace(world.viewer, products=Level.READ)
    for viewer in (reader, world.cast.viewer(world.cast.clerk)):
        draft, supply = ProductDraft("MUG", "Mine"), SupplyDraft(world.cast.logistics.id)
        deeds = [
            lambda viewer=viewer: products.create(viewer, ProductDraft("NEW", "New")),
            lambda viewer=viewer, draft=draft: products.update(viewer, mug.id, draft),
            lambda viewer=viewer: products.archive(viewer, mug.id),
            lambda viewer=viewer: products.restore(viewer, mug.id),
            lambda viewer=viewer, supply=supply: supplies.add(viewer, mug.id, supply),
            lambda viewer=viewer, supply=supply: supplies.update(viewer, mug.id, Supply.get().id, supply),
            lambda viewer=viewer: supplies.remove(viewer, mug.id, Supply.get().id),
        ]
        for deed in deeds:
            with pytest.raises(Forbidden):
                deed()
    assert Event.select().count() == before and Product.select().count() == Supply.select().count() == 1


def test_another_stores_product_is_not_found(world):
    mug = world.product("MUG", logistics=6)
    stranger = world.cast.viewer(world.cast.stranger)
    for deed in (products.find, products.archive, products.restore):
        with pytest.raises(NotFound):
            deed(stranger, mug.id)
    with pytest.raises(NotFound):
        supplies.find(stranger, mug.id, Supply.get().id)
    with pytest.raises(Invalid):
        supplies.add(world.viewer, mug.id, SupplyDraft(world.cast.stranger_supplier.id))
