"""What may be written of a price, checked field by field; all errors at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import Invalid
from directory.models.base import ID_LENGTH
from directory.prices.kinds import PricingUnit, Source
from directory.prices.models import PRICE_MAX, QUANTITY_MAX

Money = Annotated[Decimal, Field(ge=0, le=PRICE_MAX, decimal_places=2, allow_inf_nan=False)]
Id = Annotated[str, Field(min_length=1, max_length=ID_LENGTH)]
WORDS = {
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be above {gt}",
    "less_than_equal": "must be {le} at most",
    "decimal_max_places": "must have {decimal_places} decimal places at most",
    "missing": "is needed",
    "extra_forbidden": "is no field of a price",
}


class PriceForm(BaseModel):
    """A price somebody was told, read or paid. One of `location_id` and `organization_id` says where
    (a chain's price holds in all its pharmacies); a mail program needs neither.

    `unit` is what the quantity was counted in, if it was said. `corrects` is the observation that this
    one puts right. `confirmed` says that an unlikely price was asked about and is what was said.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    drug_id: Id
    quantity: Annotated[
        Decimal, Field(gt=0, le=QUANTITY_MAX, decimal_places=3, allow_inf_nan=False)
    ]
    price: Money
    unit: PricingUnit | None = None
    location_id: Id | None = None
    organization_id: Id | None = None
    program_id: Id | None = None
    dispensing_fee: Money = Decimal(0)
    shipping: Money = Decimal(0)
    days_supply: Annotated[int, Field(gt=0, le=400)] | None = None
    ndc11: Annotated[str, Field(pattern=r"^\d{11}$")] | None = None
    observed_on: date | None = None
    valid_to: date | None = None
    source: Source = Source.PHONE
    source_ref: Annotated[str, Field(max_length=200)] = ""
    corrects: Id | None = None
    confirmed: bool = False


def read_price(values: dict[str, Any]) -> PriceForm:
    """The form these values fill in. Raises Invalid with `errors` by field."""
    try:
        return PriceForm.model_validate(values)
    except ValidationError as error:
        errors: dict[str, str] = {}
        for wrong in error.errors():
            name = str(wrong["loc"][0]) if wrong["loc"] else "price"
            errors.setdefault(name, _said(name, wrong))
        raise Invalid(next(iter(errors.values())), errors=errors) from None


def _said(name: str, wrong: Mapping[str, Any]) -> str:
    """What is wrong with the field; other messages may hold braces of their own."""
    if words := WORDS.get(wrong["type"]):
        return f"{name} {words.format(**wrong.get('ctx', {}))}."
    return f"{wrong['msg']}."
