"""Supplies: who is told when one comes, changes and goes."""

from webapp.actions import supplies
from webapp.actions.supplies import SupplyDraft
from webapp.models import Change, Supply


def told() -> list[tuple[int | None, str]]:
    """Return whom the changes concern and what they say, and forget them."""
    rows = [(row.supplier_id, row.action) for row in Change.select().order_by(Change.number)]
    Change.delete().execute()
    return rows


def test_the_supplier_is_told_of_its_supply_and_of_losing_sight_of_the_product(world):
    supplier = world.cast.logistics.id
    mug = world.product("MUG")
    told()
    made = supplies.add(world.viewer, mug.id, SupplyDraft(supplier, "", 5))
    assert told() == [(None, "changed"), (supplier, "changed")]
    supplies.update(world.viewer, mug.id, made.id, SupplyDraft(supplier, "", 6))
    assert told() == [(None, "changed"), (supplier, "changed")]
    supplies.remove(world.viewer, mug.id, made.id)
    assert told() == [(None, "changed"), (supplier, "withdrawn")]
    assert not Supply.select().exists()
