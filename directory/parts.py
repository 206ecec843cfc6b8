"""Single rows → the small views that larger ones are made of. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from directory.codes import codes
from directory.models import (
    Accessibility,
    Address,
    CostOption,
    Language,
    ObservedWait,
    RequiredDocument,
    ServiceArea,
    Translation,
)
from directory.views import (
    AccessibilityView,
    AddressView,
    AreaView,
    CostView,
    DocumentView,
    ObservedWaitView,
    TextView,
)

FIRST = ("en", "es")
"""Languages that are named before all others."""
Coded = TypeVar("Coded", CostOption, RequiredDocument)


def languages(rows: Iterable[Language]) -> tuple[str, ...]:
    """English and Spanish first, then by code: rows have no order of their own."""
    return tuple(sorted({row.code for row in rows if row.code}, key=_language_place))


def _language_place(code: str) -> tuple[int, str]:
    first = code.split("-")[0]
    return (FIRST.index(first) if first in FIRST else len(FIRST), code)


def in_list_order(rows: Sequence[Coded], list_name: str, name: str) -> Sequence[Coded]:
    """Rows in the order of their code list; those without a code we know last."""
    if len(rows) < 2:
        return rows
    places = {code: at for at, code in enumerate(codes(list_name))}
    return sorted(rows, key=lambda row: places.get(getattr(row, name), len(places)))


def address(row: Address) -> AddressView:
    """An address."""
    return AddressView(
        address_1=row.address_1,
        address_2=row.address_2,
        city=row.city,
        state_province=row.state_province,
        postal_code=row.postal_code,
        country=row.country,
        region=row.region,
        address_type=row.address_type.value,
    )


def accessibility(row: Accessibility) -> AccessibilityView:
    """A feature of a place."""
    return AccessibilityView(row.code, row.description, row.details, row.url)


def cost(row: CostOption) -> CostView:
    """A way of paying."""
    return CostView(
        option=row.option,
        amount=row.amount,
        currency=row.currency,
        amount_description=row.amount_description,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def document(row: RequiredDocument) -> DocumentView:
    """Something to bring."""
    return DocumentView(row.code, row.document, row.uri)


def area(row: ServiceArea) -> AreaView:
    """Where a service reaches."""
    return AreaView(row.extent_kind.value, row.code, row.name, row.description)


def observed_wait(rows: Sequence[ObservedWait]) -> ObservedWaitView | None:
    """How long people really waited, when that is known."""
    return ObservedWaitView(rows[0].days, rows[0].count, rows[0].observed_on) if rows else None


def texts(rows: Iterable[Translation]) -> dict[str, dict[str, TextView]]:
    """Translated fields by language and name; without those of a text that changed since."""
    found: dict[str, dict[str, TextView]] = {}
    for row in rows:
        if row.outdated_since is None:
            found.setdefault(row.language, {})[row.field_name] = TextView(row.text, row.machine)
    return found


def outdated(rows: Iterable[Translation], timezone: str) -> dict[str, dict[str, date]]:
    """By language and name the day a text changed that is not translated anew since."""
    found: dict[str, dict[str, date]] = {}
    for row in rows:
        if row.outdated_since is not None:
            day = row.outdated_since.astimezone(ZoneInfo(timezone)).date()
            found.setdefault(row.language, {})[row.field_name] = day
    return found
