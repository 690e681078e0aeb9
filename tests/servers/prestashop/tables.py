"""What a PrestaShop holds: its tables as it is installed, and the orders that it sells."""

import datetime as dt
import threading
from zoneinfo import ZoneInfo

RESOURCES = (
    *("orders", "order_details", "order_states", "order_carriers", "order_histories", "customers", "addresses"),
    *("currencies", "countries", "states", "carriers", "configurations"),
    *("products", "combinations", "product_option_values", "stock_availables"),
)
MARKS = {"PS_OS_SHIPPING": 4, "PS_OS_DELIVERED": 5, "PS_OS_CANCELED": 6, "PS_OS_REFUND": 7}
STATES = (  # id, name, template, then the flags shipped, paid and logable
    (1, "Awaiting check payment", "cheque", 0, 0, 0),
    (2, "Payment accepted", "payment", 0, 1, 1),
    (3, "Processing in progress", "preparation", 0, 1, 1),
    (4, "Shipped", "shipped", 1, 1, 1),
    (5, "Delivered", "", 1, 1, 1),
    (6, "Canceled", "order_canceled", 0, 0, 0),
    (7, "Refunded", "refund", 0, 0, 0),
    (8, "Payment error", "payment_error", 0, 0, 0),
    (13, "Awaiting Cash On Delivery validation", "cashondelivery", 0, 0, 0),
)


COUNTED = {"quantity": 0, "depends_on_stock": 0, "out_of_stock": 2, "id_shop": 1, "id_shop_group": 0, "location": ""}
"""A row of stock as it is when a product is new."""


class Tables:
    """The rows of each resource, as the webservice names them; times are those on the shop's wall."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.clock_off = dt.timedelta()
        self.lock = threading.RLock()
        self.tables: dict[str, list[dict]] = {name: [] for name in RESOURCES}
        self._fill({"PS_TIMEZONE": zone, **MARKS})

    def sell(self, *lines: tuple[str, int], at: dt.datetime | None = None, state: int = 2, **facts: object) -> int:
        """Place an order of (sku, units) pairs; return its number."""
        moment, total = self.wall(at), sum(units for _, units in lines)
        with self.lock:
            number = len(self.tables["orders"]) + 1
            people = {"id_customer": 1, "id_address_delivery": 1, "id_address_invoice": 2}
            fields = {
                "id_currency": 1,
                "id_carrier": 3,
                "reference": f"REF{number:06}",
                "current_state": state,
                **people,
            }
            fields |= {"total_paid": f"{total * 12.2 + 5:.6f}", "total_paid_tax_incl": f"{total * 12.2 + 5:.6f}"}
            fields |= {"total_shipping_tax_incl": "5.000000", "date_add": moment, "date_upd": moment, **facts}
            self.tables["orders"].append({"id": number, **fields})
            for sku, units in lines:
                self.add("order_details", id_order=number, **_detail(sku, units))
            weight = {"id_order_invoice": number, "weight": "0.500000", "shipping_cost_tax_incl": "5.000000"}
            self.add("order_carriers", id_order=number, id_carrier=3, tracking_number="", date_add=moment, **weight)
            self.add("order_histories", id_order=number, id_order_state=state, id_employee=0, date_add=moment)
        return number

    def offer(self, sku: str, name: str = "", variants: dict[str, str] | None = None, **changes: object) -> int:
        """Put a product on sale, with `variants` as SKU -> word; return its number."""
        kept = {"reference": sku, "ean13": "", "price": "10.000000"}
        with self.lock:
            number = int(self.add("products", **{"name": name or sku.title(), "active": 1, **kept, **changes})["id"])
            self.add("stock_availables", id_product=number, id_product_attribute=0, **COUNTED)
            for own, word in (variants or {}).items():
                value = self.add("product_option_values", name=word)["id"]
                facts = {**kept, "reference": own, "price": "2.500000"}
                part = int(self.add("combinations", id_product=number, value=value, **facts)["id"])
                self.add("stock_availables", id_product=number, id_product_attribute=part, **COUNTED)
        return number

    def add(self, resource: str, **fields: object) -> dict:
        """Add a row and return it."""
        row = {"id": len(self.tables[resource]) + 1, **fields}
        self.tables[resource].append(row)
        return row

    def row(self, resource: str, **wanted: object) -> dict:
        """Return the first row with these values."""
        return next(row for row in self.tables[resource] if all(row[name] == value for name, value in wanted.items()))

    def touch(self, order: int, at: dt.datetime | None = None) -> None:
        """Make the order one that was changed at this moment."""
        self.row("orders", id=order)["date_upd"] = self.wall(at)

    def now(self) -> dt.datetime:
        """Return the moment that this shop takes for the present."""
        return dt.datetime.now(dt.UTC) + self.clock_off

    def wall(self, at: dt.datetime | None = None) -> str:
        """Return a moment as this shop writes it."""
        return (at or self.now()).astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def moves(self, order: int) -> list[int]:
        """Return the states that were set on an order after it was placed."""
        return [row["id_order_state"] for row in self.tables["order_histories"] if row["id_order"] == order][1:]

    def _fill(self, configuration: dict[str, object]) -> None:
        for number, name, template, shipped, paid, logable in STATES:
            flags = {"shipped": shipped, "paid": paid, "logable": logable, "deleted": 0}
            self.tables["order_states"].append({"id": number, "name": name, "template": template, **flags})
        self.add("customers", firstname="Anna", lastname="Verdi", email="anna.verdi@example.com")
        home = {"id_country": 10, "id_state": 1, "city": "Milano", "postcode": "20121", "company": "Studio Verdi"}
        person = {"firstname": "Anna", "lastname": "Verdi", "phone": "02 555 0100", "phone_mobile": "", **home}
        self.add("addresses", address1="Via Garibaldi 5", address2="Interno 3", other="Ring twice", **person)
        self.add("addresses", address1="Via Roma 1", address2="", other="", **{**person, "id_state": 0})
        self.add("currencies", iso_code="EUR")
        self.add("currencies", iso_code="JPY")
        self.tables["countries"].append({"id": 10, "iso_code": "IT"})
        self.add("states", iso_code="MI")
        self.tables["carriers"].append({"id": 3, "name": "Corriere espresso"})
        for name, value in configuration.items():
            self.add("configurations", name=name, value=value)


def _detail(sku: str, units: int) -> dict:
    named = {"product_id": 7, "product_attribute_id": 0, "product_name": f"Product {sku}", "product_reference": sku}
    price = {"unit_price_tax_incl": "12.200000", "unit_price_tax_excl": "10.000000"}
    counted = {"product_quantity": units, "product_quantity_refunded": 0, "product_ean13": "8001234567895"}
    return {**named, **counted, **price}
