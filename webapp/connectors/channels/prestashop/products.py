"""What a PrestaShop sells: its products, and of those with combinations the combinations."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from webapp.connectors.channels.prestashop.client import Client, Row, as_rows, text, understood
from webapp.domain.channel import IncomingProduct
from webapp.domain.money import minor_units

PAGE_SIZE = 100


def pages(client: Client) -> Iterator[list[IncomingProduct]]:
    """Yield pages of what is active. All combinations and their words are read first, then the products by number."""
    words: dict[str, str] = {}
    for part in _rows(client, "product_option_values"):
        with understood():
            words |= {text(row["id"]): text(row["name"]) for row in part}
    parts: dict[str, list[Row]] = defaultdict(list)
    for page in _rows(client, "combinations"):
        with understood():
            for row in page:
                parts[text(row["id_product"])].append(row)
    currency = _currency(client)
    for page in _rows(client, "products"):
        with understood():
            active = [row for row in page if text(row["active"]) == "1"]
            found = [one for row in active for one in _of(row, parts[text(row["id"])], words, currency)]
        if found:
            yield found


def _of(product: Row, combinations: list[Row], words: dict[str, str], currency: str) -> list[IncomingProduct]:
    number, name, price = text(product["id"]), text(product["name"]), _amount(product["price"])
    if not combinations:
        return [_incoming(product, number, name, price, currency)]
    found = []
    for row in combinations:
        values = [words.get(text(one["id"]), "") for one in _values(row)]
        title = " – ".join(filter(None, (name, ", ".join(filter(None, values)))))
        external_id = f"{number}/{text(row['id'])}"
        found.append(_incoming(row, external_id, title, price + _amount(row["price"]), currency))
    return found


def _incoming(row: Row, external_id: str, title: str, price: Decimal, currency: str) -> IncomingProduct:
    """Return a product or a combination; PrestaShop keeps prices without tax, and a combination's as a difference."""
    cents = minor_units(price, currency) if currency else None
    return IncomingProduct(external_id, text(row["reference"]), title, text(row.get("ean13")), cents)


def _values(combination: Row) -> list[Row]:
    associated = combination.get("associations")
    return as_rows(associated.get("product_option_values")) if isinstance(associated, dict) else []


def _rows(client: Client, resource: str) -> Iterator[list[Row]]:
    """Yield a resource's rows by number, each page behind the last number of the one before."""
    last = 0
    while rows := client.rows(resource, {"id": f">[{last}]"}, sort="[id_ASC]", limit=f"0,{PAGE_SIZE}"):
        yield rows
        with understood():
            last, before = int(text(rows[-1]["id"])), last
            if last <= before:
                raise ValueError("the shop passes over the filter")


def _currency(client: Client) -> str:
    """Return the shop's currency where it has one alone; empty where several could be meant."""
    rows = client.rows("currencies", {})
    with understood():
        return text(rows[0]["iso_code"]) if len(rows) == 1 else ""


def _amount(value: object) -> Decimal:
    return Decimal(text(value) or "0")
