"""What a Vendure sells, read from the real one."""

import pytest

from tests.connectors.catalogue import read

pytestmark = pytest.mark.xdist_group("vendure")


def test_variants_come_with_their_numbers_and_prices_with_tax(connector, vendure):
    number = vendure.add_product("CATALOGUE-1", price=1000)
    found = read(connector)
    assert {"MUG-01", "LAMP-01", "CATALOGUE-1"} <= set(found)
    one = found["CATALOGUE-1"]
    assert (one.external_id, one.title, one.price_cents) == (number, "Product CATALOGUE-1", 1220)


def test_one_that_is_switched_off_is_left_out(connector, vendure):
    number = vendure.add_product("CATALOGUE-2")
    change = "mutation($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }"
    vendure.admin(change, input=[{"id": number, "enabled": False}])
    assert "CATALOGUE-2" not in read(connector)
