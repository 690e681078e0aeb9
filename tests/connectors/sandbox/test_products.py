"""What the sandbox shop sells."""

from tests.connectors.catalogue import read
from tests.jobs.reading import write


def test_all_is_read_page_by_page(sandbox, shop):
    for number in range(100):
        write(shop, "INSERT INTO products (sku, title, price) VALUES (?, 'More', 1)", f"X{number}")
    found = read(sandbox)
    assert len(found) == 112 and (found["MOKA-3"].title, found["MOKA-3"].price_cents) == ("Moka pot, 3 cups", 2990)
