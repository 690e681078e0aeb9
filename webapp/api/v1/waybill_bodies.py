"""What a program may say of a waybill, and of a shipment's parcels."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from webapp.actions.parcels import HEAVIEST_GRAMS, LONGEST_MM, ParcelDraft
from webapp.actions.waybill_content import TYPED
from webapp.domain.measures import whole
from webapp.domain.waybill import LONGEST_NOTES
from webapp.models import Order, Shipment

Short = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]
Notes = Annotated[str, StringConstraints(max_length=LONGEST_NOTES, strip_whitespace=True)]
Kilograms = Annotated[float, Field(ge=0.001, le=HEAVIEST_GRAMS / 1000, allow_inf_nan=False, strict=True)]
Centimetres = Annotated[float, Field(ge=0.1, le=LONGEST_MM / 10, allow_inf_nan=False, strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ParcelBody(Strict):
    """One parcel, as far as it is known; an empty one counts all the same."""

    weight_grams: Annotated[int, Field(gt=0, le=HEAVIEST_GRAMS, strict=True)] | None = None
    weight: Kilograms | None = None
    """In kilograms, for those who don't count grams."""
    length: Centimetres | None = None
    width: Centimetres | None = None
    height: Centimetres | None = None

    @model_validator(mode="after")
    def _one_weight(self) -> "ParcelBody":
        if None not in (self.weight, self.weight_grams) and whole(self.weight or 0, 1000) != self.weight_grams:
            raise ValueError("Give the weight once: in grams or in kilograms.")
        return self

    def draft(self) -> ParcelDraft:
        """Return the parcel as the action's value."""
        grams = self.weight_grams if self.weight is None else whole(self.weight, 1000)
        return ParcelDraft(grams, _millimetres(self.length), _millimetres(self.width), _millimetres(self.height))


def _millimetres(side: float | None) -> int | None:
    return None if side is None else whole(side, 10)


class PrintedAddress(Strict):
    """An address as it is printed: a label carries neither phone nor e-mail."""

    name: Short = ""
    surname: Short = ""
    company: Short = ""
    address: Short = ""
    postcode: Short = ""
    city: Short = ""
    state_iso: Short = ""
    country_iso: Short = ""


class Cash(Strict):
    amount: Annotated[float, Field(ge=0.01, le=10_000_000, allow_inf_nan=False, strict=True)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    """Absent: the order's."""


class WaybillChange(Strict):
    """What stands on the waybill in place of the shipment's own data; null gives that back."""

    sender: PrintedAddress | None = None
    recipient: PrintedAddress | None = None
    reference: Short | None = None
    notes: Notes | None = None
    cash_on_delivery: Cash | None = None
    issue: Flag = False

    def typed(self, shipment: Shipment) -> dict[str, Any]:
        """Return what the body names, as `Waybill.details` keeps it."""
        given = {name: value for name, value in self.model_dump(exclude_unset=True).items() if name in TYPED}
        cash = given.get("cash_on_delivery")
        if cash:
            currency = cash.get("currency") or Order.get_by_id(shipment.order_id).currency
            given["cash_on_delivery"] = {"amount_cents": whole(cash["amount"], 100), "currency": currency}
        return given


class NewWaybill(WaybillChange):
    issue: Flag = True
    replace: Flag = False
