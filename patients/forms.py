"""What may be written about a patient, checked field by field; all errors at once.

Shared by the API and the pages. `parse` turns pydantic's errors into core.errors.Invalid.
"""

import re
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from core.clock import now
from core.errors import HandrailError, Invalid
from directory import codes
from directory.hours import parse_windows
from patients.models import ConsentBy, ConsentHow, TimeKind, Urgency

OLDEST = date(1900, 1, 1)
RESTRICTED = ("violence", "substance_use", "behavioural_health")
DATA_CATEGORIES = (
    "name", "contact", "birth_date", "address", "postal_code", "languages", "insurance",
    "mobility", "documents", "availability", "caregiver", "need",
)  # fmt: skip
MOBILITY = ("walks", "cane-or-walker", "wheelchair", "transfers-alone", "needs-escort", "bedbound")
COMMUNICATION = ("large-print", "plain-words", "sign-language", "hard-of-hearing", "low-vision",
                 "needs-reader", "needs-more-time")  # fmt: skip
INCOME_BANDS = ("under-100-fpl", "100-to-138-fpl", "138-to-200-fpl", "200-to-400-fpl",
                "over-400-fpl")  # fmt: skip
OTHER_NEEDS = ("housing", "utilities", "employment", "medical-cost", "safety", "other")

Form = TypeVar("Form", bound=BaseModel)


def _line(text: str) -> str:
    """One line of printable text: control and direction-changing characters pretend."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _words(text: str) -> str:
    """Paragraphs of printable text."""
    return "\n".join(_line(line) for line in text.splitlines()).strip()


def empty_is_none(value: Any) -> Any:
    """What a form sends for a field left empty."""
    return None if isinstance(value, str) and not value.strip() else value


def one_of(allowed: tuple[str, ...]) -> AfterValidator:
    """A validator of a value, or of every value of a list."""

    def check(values: Any) -> Any:
        for value in values if isinstance(values, list) else [values]:
            if value is not None and value not in allowed:
                raise ValueError(f"must be of {', '.join(allowed)}")
        return values

    return AfterValidator(check)


def _window(text: str) -> str:
    try:
        parse_windows(text)
    except HandrailError as error:
        raise ValueError(error.message) from None
    return _line(text).lower()


def _past(day: date | None) -> date | None:
    if day is not None and not OLDEST <= day <= now().date():
        raise ValueError(f"must be a day from {OLDEST:%Y} to today")
    return day


def _language(tag: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        raise ValueError("must be language codes such as en, es, zh")
    return tag


def _listed(name: str) -> AfterValidator:
    return one_of(tuple(codes.codes(name)))


Line = Annotated[str, AfterValidator(_line), Field(max_length=200)]
Zip = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
Words = Annotated[str, AfterValidator(_words), Field(max_length=4000)]
Optionally = Annotated[Line | None, BeforeValidator(empty_is_none)]
PastDay = Annotated[date | None, BeforeValidator(empty_is_none), AfterValidator(_past)]
LanguageTag = Annotated[str, AfterValidator(_language)]
Window = Annotated[str, AfterValidator(_window)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4000)


class PatientForm(_Form):
    """Who the patient is. Only the name is needed: nobody likes required fields."""

    name: Annotated[str, AfterValidator(_line), Field(min_length=1, max_length=200)]
    preferred_name: Optionally = None
    pronouns: Optionally = None
    birth_date: PastDay = None
    address: Optionally = None
    pin: tuple[Latitude, Longitude] | None = None
    postal_code: Annotated[Zip | None, BeforeValidator(empty_is_none)] = None
    languages: list[LanguageTag] = Field(default_factory=list, max_length=10)
    interpreter: bool = False
    insurance: Annotated[list[str], _listed(codes.INSURANCE)] = []
    mobility: Annotated[list[str], one_of(MOBILITY)] = []
    communication: Annotated[list[str], one_of(COMMUNICATION)] = []
    documents_held: Annotated[list[str], _listed(codes.DOCUMENT)] = []
    income_band: Annotated[str | None, BeforeValidator(empty_is_none), one_of(INCOME_BANDS)] = None
    notes: Annotated[Words | None, BeforeValidator(empty_is_none)] = None


class ContactForm(_Form):
    """One way to reach the patient, with what is safe there."""

    system: Annotated[str, one_of(("phone", "email", "other"))]
    value: Annotated[str, AfterValidator(_line), Field(min_length=3, max_length=200)]
    safe: bool = True
    voicemail_ok: bool = False
    text_ok: bool = False
    safe_hours: list[Window] = Field(default_factory=list, max_length=14)
    language: LanguageTag | None = None
    rank: int = Field(default=1, ge=1, le=9)


class RelatedPersonForm(_Form):
    """A caregiver or proxy."""

    name: Annotated[str, AfterValidator(_line), Field(min_length=1, max_length=200)]
    relationship: Annotated[str, AfterValidator(_line), Field(min_length=1, max_length=64)]
    phone: Optionally = None
    is_caregiver: bool = False
    is_proxy: bool = False
    language: LanguageTag | None = None


class TimeForm(_Form):
    """A weekly window the patient is free or blocked ("tue 08:00-12:00")."""

    kind: TimeKind
    window: Window
    reason: Optionally = None
    valid_from: Annotated[date | None, BeforeValidator(empty_is_none)] = None
    valid_to: Annotated[date | None, BeforeValidator(empty_is_none)] = None

    @model_validator(mode="after")
    def _in_order(self) -> "TimeForm":
        _check_order(self.valid_from, self.valid_to)
        return self


class NeedForm(_Form):
    """One unmet need, of the patient or of a caregiver."""

    category: Annotated[str, one_of((*codes.categories(), *OTHER_NEEDS))]
    words: Annotated[Words | None, BeforeValidator(empty_is_none)] = None
    urgency: Urgency = Urgency.ROUTINE
    restricted: Annotated[str | None, BeforeValidator(empty_is_none), one_of(RESTRICTED)] = None
    related_person_id: Annotated[str | None, BeforeValidator(empty_is_none)] = None
    opened_on: PastDay = None
    screened_on: PastDay = None


class ConsentForm(_Form):
    """What may be shared with which partners, for what, from when until when."""

    partners: Annotated[list[str], Field(min_length=1, max_length=50)]
    data_categories: Annotated[list[str], one_of(DATA_CATEGORIES), Field(min_length=1)]
    purpose: Annotated[str, one_of(("referral", "coordination"))] = "referral"
    restricted: Annotated[str | None, BeforeValidator(empty_is_none), one_of(RESTRICTED)] = None
    given_how: ConsentHow
    given_by: ConsentBy = ConsentBy.PATIENT
    related_person_id: Annotated[str | None, BeforeValidator(empty_is_none)] = None
    evidence: Optionally = None
    valid_from: Annotated[date | None, BeforeValidator(empty_is_none)] = None
    valid_until: Annotated[date | None, BeforeValidator(empty_is_none)] = None

    @model_validator(mode="after")
    def _whole(self) -> "ConsentForm":
        _check_order(self.valid_from, self.valid_until)
        if (self.given_by is not ConsentBy.PATIENT) != (self.related_person_id is not None):
            raise ValueError("related_person_id must name who gave it, and only then")
        return self


def parse(form: type[Form], values: Any) -> Form:
    """The checked form. Raises Invalid naming every wrong field, never repeating its value."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        errors = {
            ".".join(str(part) for part in item["loc"]) or "form": _said(item["msg"])
            for item in error.errors(include_input=False, include_url=False)
        }
        raise Invalid("Some fields need another look.", errors=errors) from None


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")


def _check_order(start: date | None, end: date | None) -> None:
    if start and end and end < start:
        raise ValueError("the last day must not be before the first")
