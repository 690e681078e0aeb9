"""Queries whose SQL is made once."""

from webapp.models import Store, Supplier
from webapp.models.prepared import among, any_viewer, of, prepared, slot

MADE = []


@prepared
def named(scoped):
    MADE.append(scoped)
    viewer = any_viewer(scoped=scoped)
    query = Supplier.select(Supplier.id, Supplier.name).where(Supplier.store == viewer.store_id)
    return query.where(among(Supplier.id, "ids"), Supplier.name != slot("but")).order_by(Supplier.id)


def test_the_sql_is_made_once_for_each_shape_and_filled_in_each_time(cast, viewer_of):
    MADE.clear()
    viewer, ids = viewer_of(cast.admin), [cast.logistics.id, cast.rival.id, cast.stranger_supplier.id]
    found = named(False).rows(**of(viewer), ids=ids, but="")
    assert found == [(cast.logistics.id, "Nord Logistica"), (cast.rival.id, "Rival Warehousing")]
    assert named(False).rows(**of(viewer), ids=ids[1:], but="") == found[1:]
    assert named(False).rows(**of(viewer), ids=ids, but="Rival Warehousing") == found[:1]
    assert named(False).rows(**of(viewer), ids=[], but="") == []
    assert MADE in ([False], [])  # Made by this test, or by an earlier one on the same kind of database.


def test_a_long_list_is_one_value(cast, viewer_of):
    ids = list(range(1, 100_000))
    found = named(False).rows(**of(viewer_of(cast.stranger)), ids=ids, but="")
    assert found == [(cast.stranger_supplier.id, "Foreign Depot")]


def test_rows_can_be_models(cast):
    query = prepared(lambda: Store.select().where(Store.id == slot("id")))
    (store,) = query().models(Store, id=cast.other_store.id)
    assert isinstance(store, Store) and store.name == "Elsewhere"
    assert query().models(Store, id=0) == []
