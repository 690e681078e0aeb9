"""What the tests of every kind's catalogue ask: all that the shop sells, each once, with what tells it apart."""

from webapp.domain.channel import IncomingProduct


def read(connector) -> dict[str, IncomingProduct]:
    """Return what the shop sells by SKU; each has a number of its own."""
    found = [one for page in connector.read_products() for one in page]
    assert len({one.external_id for one in found}) == len(found)
    return {one.sku: one for one in found}
