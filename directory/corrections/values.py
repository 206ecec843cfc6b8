"""What may be said in a correction, checked field by field; all errors at once."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_serializer,
    model_validator,
)

from core.clock import now
from core.errors import Invalid
from directory.codes import COST, codes
from directory.hours.rules import WEEKDAYS
from directory.models.base import ID_LENGTH

AHEAD: Final = timedelta(days=2 * 366)
PHONE = re.compile(r"[0-9+(][0-9+().\- /x]{5,38}[0-9]")


def _line(text: str) -> str:
    """One line of printable text: control and direction-changing characters pretend."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _paragraphs(text: str) -> str:
    return "\n".join(_line(line) for line in text.splitlines()).strip()


def _phone(text: str) -> str:
    number = _line(text)
    if number and not PHONE.fullmatch(number):
        raise ValueError("must be a telephone number")
    return number


def _language(tag: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        raise ValueError("must be language codes such as en, es, zh")
    return tag


def _cost(code: str) -> str:
    if code not in codes(COST):
        raise ValueError(f"must be of {', '.join(codes(COST))}")
    return code


def _days(text: str) -> str:
    wanted = text.split(",")
    if not text or not set(wanted) <= set(WEEKDAYS):
        raise ValueError(f"must be of {', '.join(WEEKDAYS)}")
    return ",".join(day for day in WEEKDAYS if day in wanted)


def _unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


Line = Annotated[str, AfterValidator(_line), Field(max_length=200)]
Words = Annotated[str, AfterValidator(_paragraphs), Field(max_length=4000)]
Unit = Annotated[str, Field(min_length=1, max_length=ID_LENGTH)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4000)


class Opening(_Said):
    """Weekly hours: "MO,TU" from 09:00 to 17:00. 00:00 as the end is midnight."""

    days: Annotated[str, AfterValidator(_days)]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _lasts(self) -> "Opening":
        if self.opens == self.closes != time(0):
            raise ValueError("must end at another time than they begin")
        return self

    @field_serializer("opens", "closes")
    def _clock(self, value: time) -> str:
        return f"{value:%H:%M}"


class Closure(_Said):
    """Closed on these days, both included, whatever the week says."""

    starts_on: date
    ends_on: date
    reason: Line = ""

    @model_validator(mode="after")
    def _in_order(self) -> "Closure":
        if not now().date() - timedelta(days=1) <= self.ends_on <= now().date() + AHEAD:
            raise ValueError("must end between today and two years from now")
        if self.starts_on > self.ends_on:
            raise ValueError("must not begin after it ends")
        return self


class Correction(_Said):
    """Everything that can be corrected. `hours` and `place_note` are by unit: the id of the service
    at a place, or of the service itself where it has none. `documents` are codes or words."""

    description: Words | None = None
    phone: Annotated[str, AfterValidator(_phone)] | None = None
    languages: (
        Annotated[
            list[Annotated[str, AfterValidator(_language)]],
            AfterValidator(_unique),
            Field(max_length=40),
        ]
        | None
    ) = None
    cost: (
        Annotated[
            list[Annotated[str, AfterValidator(_cost)]],
            AfterValidator(_unique),
            Field(max_length=20),
        ]
        | None
    ) = None
    fees: Words | None = None
    documents: Annotated[list[Line], AfterValidator(_unique), Field(max_length=40)] | None = None
    hours: (
        Annotated[dict[Unit, Annotated[list[Opening], Field(max_length=21)]], Field(max_length=50)]
        | None
    ) = None
    place_note: Annotated[dict[Unit, Line], Field(max_length=50)] | None = None
    closure: Closure | None = None


FIELDS: Final = tuple(Correction.model_fields)
WORDS = {
    "extra_forbidden": "is nothing that can be corrected",
    "string_too_long": "is too long",
    "too_long": "has too many entries",
}


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON, cleaned. Raises Invalid with `errors` by field."""
    try:
        found = Correction.model_validate(dict(changes))
    except ValidationError as error:
        raise _refusal(error) from None
    said: dict[str, Any] = found.model_dump(mode="json", exclude_none=True)
    return said


def _refusal(refused: ValidationError) -> Invalid:
    errors: dict[str, str] = {}
    for problem in refused.errors():
        field = str(problem["loc"][0]) if problem["loc"] else "form"
        own = problem.get("ctx", {}).get("error")
        words = str(own) if own else WORDS.get(problem["type"], "cannot be read")
        errors.setdefault(field, f"{field} {words}")
    return Invalid("; ".join(errors.values()), errors=errors)
