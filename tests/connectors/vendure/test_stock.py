"""How much may be sold, set in the real Vendure: what lies there is that and what its orders have allocated."""

import pytest

from webapp.connectors.channels.vendure.stock import UNKNOWN
from webapp.domain.channel import StockCount

pytestmark = pytest.mark.xdist_group("vendure")

LEVELS = "query($id: ID!) { productVariant(id: $id) { stockLevels { stockOnHand stockAllocated } trackInventory } }"


def test_so_many_can_be_sold_whatever_is_allocated(connector, vendure):
    number = vendure.add_product("COUNTED-1", stock=50)
    vendure.place_order({"COUNTED-1": 3})
    for _ in range(2):
        assert connector.set_stock([StockCount(number, 7)]) == {}
    (level,) = vendure.admin(LEVELS, id=number)["productVariant"]["stockLevels"]
    assert level["stockOnHand"] - level["stockAllocated"] == 7
    vendure.place_order({"COUNTED-1": 7})
    with pytest.raises(AssertionError):
        vendure.place_order({"COUNTED-1": 1})


def test_a_variant_that_is_gone_is_named_and_the_rest_is_set(connector, vendure):
    number = vendure.add_product("COUNTED-2", stock=0)
    assert connector.set_stock([StockCount("999999", 1), StockCount(number, 2)]) == {"999999": UNKNOWN}
    assert vendure.admin(LEVELS, id=number)["productVariant"]["stockLevels"][0]["stockOnHand"] == 2
