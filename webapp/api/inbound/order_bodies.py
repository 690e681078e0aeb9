"""What a shop may send of an order: JSON in the shop's own units, each fault told at its place."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

AHEAD = dt.timedelta(days=1)
"""How far a moment may lie in the future: one far ahead would make whatever comes later look old."""

MOST_ORDERS, MOST_LINES = 100, 500


def _storable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul", "This holds a character that can't be stored.")
    return text


def _amount(value: Any) -> Any:
    """Return an amount, sent as text or number, as a decimal number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("amount", 'Send an amount such as "12.50".')
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise PydanticCustomError("amount", 'Send an amount such as "12.50".') from None
    if not found.is_finite() or found < 0 or found >= 10**10:
        raise PydanticCustomError("amount", "Send an amount from 0 to less than ten thousand million.")
    return found


def _moment(value: Any) -> Any:
    """Return a moment that says how far it is from UTC."""
    told = "Send a moment with its offset, such as 2026-11-24T09:30:00Z."
    try:
        found = dt.datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise PydanticCustomError("moment", told)
        found = found.astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        raise PydanticCustomError("moment", told) from None
    if found.year < 1990 or found > dt.datetime.now(dt.UTC) + AHEAD:
        raise PydanticCustomError("moment", "This moment lies in the future, or before 1990.")
    return found


def _whole(value: Any) -> Any:
    """Take 3.0 for 3, since JSON has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


Amount = Annotated[Decimal, BeforeValidator(_amount)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
Units = Annotated[int, Field(ge=0, le=1_000_000, strict=True), BeforeValidator(_whole)]

STORABLE = AfterValidator(_storable)
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), STORABLE]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), STORABLE]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255), STORABLE]
Notes = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), STORABLE]
Ean = Annotated[str, StringConstraints(strip_whitespace=True, max_length=14), STORABLE]
Sku = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), STORABLE]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), STORABLE]
Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), STORABLE]
Street = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255), STORABLE]
Currency = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^[A-Z]{2}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Line(Strict):
    id: Name = ""
    """Its SKU, where the shop has no id for it."""
    sku: Sku
    title: Long = ""
    quantity: Units
    """Units that are still wanted; 0 for a line that was canceled."""
    unit_price: Amount = Decimal(0)
    ean: Ean = ""


class Customer(Strict):
    name: Name = ""
    surname: Name = ""
    company: Name = ""
    email: Long = ""
    phone: Short = ""
    tax_id: Short = ""


class Address(Strict):
    name: Name = ""
    surname: Name = ""
    company: Name = ""
    address: Long = ""
    postcode: Short = ""
    city: Name = ""
    state_iso: Short = ""
    country_iso: Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    phone: Short = ""


class Destination(Address):
    """Where a parcel can be sent to."""

    address: Street
    city: Given
    country_iso: Country

    @model_validator(mode="after")
    def somebody(self) -> "Destination":
        """Refuse an address to which nobody belongs."""
        if not (self.name or self.surname or self.company):
            raise PydanticCustomError("nobody", "Give a name, a surname or a company.")
        return self


class SentOrder(Strict):
    """One order as the shop has it at `updated_at`."""

    id: Given
    reference: Name = ""
    status: Word
    currency: Currency
    ordered_at: Moment
    updated_at: Moment
    lines: Annotated[list[Line], Field(min_length=1, max_length=MOST_LINES)]
    total: Amount | None = None
    shipping: Amount = Decimal(0)
    customer: Customer = Customer()
    delivery_address: Destination
    billing_address: Address = Address()
    shipping_method: Name = ""
    notes: Notes = ""


class SentOrders(Strict):
    """Several orders at once."""

    orders: Annotated[list[SentOrder], Field(min_length=1, max_length=MOST_ORDERS)]
