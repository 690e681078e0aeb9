"""What orders only name by number, such as buyers and addresses: fetched in batches, never one by one."""

from collections.abc import Iterable

from webapp.connectors.channels.prestashop.client import Client, Row, text

BATCH = 100
LASTING = ("currencies", "countries", "states", "carriers")
"""These are few and hardly change, so they are kept as long as the connector."""

PLACES = ("id_address_delivery", "id_address_invoice")


class Related:
    """Rows by resource and number."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._rows: dict[str, dict[str, Row]] = {}
        self.refunded: dict[str, int] = {}
        """Units of a line, by its number, that were refunded and so aren't wanted any more."""

    def fetch(self, orders: list[Row]) -> None:
        """Fetch what these orders name, and forget the buyers of those before."""
        self._rows = {name: rows for name, rows in self._rows.items() if name in LASTING}
        self._need("customers", (text(order["id_customer"]) for order in orders))
        self._need("addresses", (text(order[place]) for order in orders for place in PLACES))
        self._need("currencies", (text(order["id_currency"]) for order in orders))
        self._need("carriers", (text(order["id_carrier"]) for order in orders))
        addresses = list(self._rows.get("addresses", {}).values())
        self._need("countries", (text(address.get("id_country")) for address in addresses))
        self._need("states", (text(address.get("id_state")) for address in addresses))
        details = self._by_number("order_details", "id_order", (text(order["id"]) for order in orders))
        self.refunded = {text(row["id"]): int(text(row.get("product_quantity_refunded")) or 0) for row in details}

    def get(self, resource: str, number: str) -> Row:
        """Return a row, or an empty one where the shop has none of that number."""
        return self._rows.get(resource, {}).get(number, {})

    def _need(self, resource: str, numbers: Iterable[str]) -> None:
        held = self._rows.setdefault(resource, {})
        held |= {text(row["id"]): row for row in self._by_number(resource, "id", set(numbers) - held.keys())}

    def _by_number(self, resource: str, field: str, numbers: Iterable[str]) -> list[Row]:
        wanted = sorted(set(numbers) - {"", "0"}, key=int)
        found: list[Row] = []
        for begin in range(0, len(wanted), BATCH):
            found += self._client.rows(resource, {field: f"[{'|'.join(wanted[begin : begin + BATCH])}]"})
        return found
