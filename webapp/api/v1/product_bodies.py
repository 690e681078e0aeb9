"""What can be sent of a product: all that Poleepo's clients send, in the wire's units, turned into columns."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from webapp.api.bodies import ADDRESS, SOMETHING
from webapp.domain import measures, tags
from webapp.domain.errors import Invalid
from webapp.wire.products import BASIS_POINTS, CENTS, GRAMS, MILLIMETRES

Id = Annotated[int, Field(gt=0, lt=10**18, strict=True)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]
Price = Annotated[float, Field(ge=0, le=10**10, allow_inf_nan=False, strict=True)]
Rate = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False, strict=True)]
Measure = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False, strict=True)]
Sku = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=SOMETHING, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=SOMETHING, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(max_length=1000, pattern=f"^{ADDRESS}$")]


def _id_of(kind: Any) -> Any:
    return kind.get("id") if isinstance(kind, dict) else kind


Kind = Annotated[Literal["simple", "variant", "bundle"], BeforeValidator(_id_of)]
"""A type by its id, alone or in an object as products show it."""

WHOLE_UNITS = {
    "price": ("price_cents", CENTS),
    "vat_rate": ("vat_basis_points", BASIS_POINTS),
    "weight": ("weight_grams", GRAMS),
    "width": ("width_mm", MILLIMETRES),
    "height": ("height_mm", MILLIMETRES),
    "depth": ("depth_mm", MILLIMETRES),
}
"""Field -> column, and how many of the column's units make one of the field's."""

RENAMED = {"quantity": "own_quantity", "type": "kind"}

CAN_BE_EMPTY = {"main_category_id", "weight", "width", "height", "depth"}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Tag(Strict):
    """A word; Poleepo's clients send new ones without an id."""

    id: Id | None = None
    value: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=SOMETHING, strip_whitespace=True)]


def null_only_for(can_be_empty: set[str]) -> Callable[[dict[str, Any]], None]:
    """Return what takes null out of a body's description, but for these fields."""

    def describe(schema: dict[str, Any]) -> None:
        for name, field in schema["properties"].items():
            if name not in can_be_empty and "anyOf" in field:
                (kind,) = (part for part in field.pop("anyOf") if part != {"type": "null"})
                field.pop("default", None)
                field.update(kind)

    return describe


class ProductChange(Strict):
    """What is left out stays as it is. Prices are net and rounded to the cent."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=null_only_for(CAN_BE_EMPTY))
    type: Kind | None = None
    sku: Sku | None = None
    ean: Annotated[str, StringConstraints(max_length=14, strip_whitespace=True)] | None = None
    title: Title | None = None
    price: Price | None = None
    vat_rate: Rate | None = None
    quantity: Count | None = None
    """Units on the merchant's own shelf; what suppliers hold is reported at /provisions."""
    active: Annotated[bool, Field(strict=True)] | None = None
    main_category_id: Id | None = None
    main_category_path: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] | None = None
    weight: Measure | None = None
    width: Measure | None = None
    height: Measure | None = None
    depth: Measure | None = None
    images: Annotated[list[Address], Field(max_length=50)] | None = None
    tags: Annotated[list[Tag], Field(max_length=250)] | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns that the body names; Invalid where one is emptied that a product can't do without."""
        given = self.model_dump(exclude_unset=True)
        empty = [name for name, value in given.items() if value is None and name not in CAN_BE_EMPTY]
        if empty:
            raise Invalid({name: ["This can't be empty: leave it out to keep it as it is."] for name in empty})
        return dict(_column(name, value) for name, value in given.items())


class NewProduct(ProductChange):
    sku: Sku
    title: Title
    price: Price
    vat_rate: Rate
    main_category_id: Id


def _column(name: str, value: Any) -> tuple[str, Any]:
    if name in WHOLE_UNITS:
        column, per_unit = WHOLE_UNITS[name]
        return column, None if value is None else measures.whole(value, per_unit)
    return RENAMED.get(name, name), tags.tidy(value) if name == "tags" else value
