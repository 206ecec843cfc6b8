"""What only one table needs: words read as codes, facts filled in from a ZIP code, points mended."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from directory.importing import crosswalk, repairs
from directory.importing.problems import RowRefused, Tally
from directory.importing.values import same_id
from directory.places.gazetteer import gazetteer

Fault = RowRefused
"""Why a value was dropped."""
Before = Callable[[dict[str, Any], Tally], dict[str, Any]]
After = Callable[[dict[str, Any], Tally], Iterator[Fault]]

MERCATOR_M = 20_037_508.35  # the edge of the EPSG:3857 map
MERCATOR_MIN_M = 20_000.0  # nearer to 0, 0 there is only water; smaller numbers are just wrong
MERCATOR_RADIUS_M = 6_378_137.0
COUNTRIES = {"usa": "US", "united states": "US", "united states of america": "US", "u.s.": "US"}
VERIFIED = re.compile(r"verified\b.*", re.IGNORECASE | re.DOTALL)
CONFIDENTIAL = re.compile(
    r"\W*(?:(?:the )?(?:address|location|site) (?:is )?)?(?:kept )?"
    r"(?:confidential|undisclosed|not disclosed|withheld)(?: (?:address|location|site))?\W*",
    re.IGNORECASE,
)
"""An address that says it is secret."""
LAST_VERIFIED = ("last_verified", "last_verified_on", "last_verified_date", "verified_date")


def _nothing_before(values: dict[str, Any], _tally: Tally) -> dict[str, Any]:
    return values


def _nothing_after(_data: dict[str, Any], _tally: Tally) -> Iterator[Fault]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Mender:
    """`before` sees the texts, `after` the values read from them, and yields what it dropped."""

    before: Before = _nothing_before
    after: After = _nothing_after


def service_before(values: dict[str, Any], tally: Tally) -> dict[str, Any]:
    """A status the standard knows; the date somebody last verified it, whatever it is called."""
    for name in LAST_VERIFIED:
        if name in values:
            values.setdefault("assured_date", values.pop(name))
    status = values.get("status")
    if "status" in values and isinstance(status, str | None):
        text = (status or "").strip()
        rule = (
            "status_missing"
            if not text
            else "status_number"
            if text.isdecimal()
            else "status_verified"
            if VERIFIED.fullmatch(text)
            else ""
        )
        if rule:
            tally.repaired(rule)
            values["status"] = "active"
    return values


def service_after(data: dict[str, Any], _tally: Tally) -> Iterator[Fault]:
    for name in ("minimum_age", "maximum_age", "wait_days"):
        if (data.get(name) or 0) < 0:
            data[name] = None
            yield RowRefused("bad_number", name, "below zero")
    low, high = data.get("minimum_age"), data.get("maximum_age")
    if low is not None and high is not None and low > high:
        data["minimum_age"] = data["maximum_age"] = None
        yield RowRefused("bad_number", "maximum_age", f"{low:g} to {high:g}")
    if (data.get("wait_days") is None) != (data.get("wait_asked_on") is None):
        data["wait_days"] = data["wait_asked_on"] = None
        yield RowRefused("missing_field", "wait_asked_on")


def phone_after(data: dict[str, Any], tally: Tally) -> Iterator[Fault]:
    if data.get("number"):
        number = repairs.mend(data["number"], repairs.PHONE, tally)
        number, extension = repairs.extension_in_number(number)
        if extension is not None and data.get("extension") in (None, extension):
            tally.repaired("extension_in_number")
            data["number"], data["extension"] = number, extension
        else:
            data["number"] = repairs.mend(data["number"], repairs.PHONE, tally)
    if (data.get("type") or "").isdecimal():
        tally.repaired("type_number")
        data["type"] = None
    yield from ()


def address_before(values: dict[str, Any], tally: Tally) -> dict[str, Any]:
    country = values.get("country")
    if isinstance(country, str) and (text := country.strip()):
        code = COUNTRIES.get(text.casefold(), text.upper() if len(text) == 2 else text)
        if code != text:
            tally.repaired("country_code")
        values["country"] = code
    return values


def address_after(data: dict[str, Any], tally: Tally) -> Iterator[Fault]:
    """City and state of a known ZIP code, where only they are missing."""
    if data.get("postal_code"):
        data["postal_code"] = repairs.mend(data["postal_code"], repairs.POSTAL_CODE, tally)
    found = gazetteer().zips.get((data.get("postal_code") or "")[:5])
    if found and data.get("address_1") and data.get("country") in (None, "US"):
        for name, rule, value in (
            ("city", "address_without_city", found.city),
            ("state_province", "address_without_state", found.state),
        ):
            if not data.get(name):
                tally.repaired(rule)
                data[name] = value
    if not data.get("country"):
        data.pop("country", None)  # the column's own default holds
    if CONFIDENTIAL.fullmatch(data.get("address_1") or ""):
        # Staged however incomplete, so that places.py sees it; it is not imported as an address.
        data |= {name: data.get(name) or "" for name in ("city", "state_province", "postal_code")}
    yield from ()


def location_after(data: dict[str, Any], tally: Tally) -> Iterator[Fault]:
    """Coordinates in degrees, both or neither, on Earth."""
    lat, lng = data.get("latitude"), data.get("longitude")
    if lat is None and lng is None:
        return
    fault, said = "", f"{lat}, {lng}"
    if lat is None or lng is None:
        fault = "half_a_point"
    else:
        lat, lng = _degrees(lat, lng, tally)
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):
            fault = "outside_the_world"
        elif lat == lng == 0:
            tally.repaired("point_at_zero")
            lat = lng = None
    if fault:
        lat = lng = None
        yield RowRefused(fault, "latitude", said)
    data["latitude"], data["longitude"] = lat, lng


def _degrees(lat: float, lng: float, tally: Tally) -> tuple[float, float]:
    """The same point in degrees when it can only be metres, or only be swapped."""
    if MERCATOR_MIN_M < min(abs(lat), abs(lng)) and max(abs(lat), abs(lng)) <= MERCATOR_M:
        tally.repaired("coordinates_web_mercator")
        north = 2 * math.atan(math.exp(lat / MERCATOR_RADIUS_M)) - math.pi / 2
        return round(math.degrees(north), 7), round(math.degrees(lng / MERCATOR_RADIUS_M), 7)
    if 90 < abs(lat) <= 180 and abs(lng) <= 90:
        tally.repaired("coordinates_swapped")
        return lng, lat
    return lat, lng


def language_after(data: dict[str, Any], tally: Tally) -> Iterator[Fault]:
    said = data.get("code") or data.get("name")
    code = crosswalk.language_code(said) if said else None
    if code and code != data.get("code"):
        tally.repaired("language_code")
        data["code"] = code
    yield from ()


def cost_after(data: dict[str, Any], tally: Tally) -> Iterator[Fault]:
    cost = crosswalk.cost_of(data.get("option") or "")
    if cost and cost.code != data.get("option"):
        tally.repaired("cost_from_words")
        data.setdefault("amount_description", None)
        data["amount_description"] = data["amount_description"] or data["option"]
        data["option"] = cost.code
    if data.get("currency"):
        data["currency"] = data["currency"].upper()
    yield from ()


def _coded(list_name: str, *columns: str) -> After:
    def after(data: dict[str, Any], tally: Tally) -> Iterator[Fault]:
        texts = (data.get(column) for column in columns)
        code = next(filter(None, (crosswalk.code_named(list_name, t) for t in texts if t)), None)
        if code and not data.get("code"):
            tally.repaired("code_from_terms")
            data["code"] = code
        yield from ()

    return after


def area_after(data: dict[str, Any], tally: Tally) -> Iterator[Fault]:
    if data.get("extent_kind") in (None, "text"):
        texts = (data.get(column) or "" for column in ("name", "description", "extent"))
        found = next(filter(None, map(crosswalk.area_of, texts)), None)
        if found:
            tally.repaired("area_from_words")
            data["extent_kind"], data["code"] = found
    yield from ()


def capacity_after(data: dict[str, Any], _tally: Tally) -> Iterator[Fault]:
    for name in ("available", "maximum"):
        if (data.get(name) or 0) < 0:
            data[name] = None
            yield RowRefused("bad_number", name, "below zero")
    if data.get("updated") is None:
        data.pop("updated", None)  # the column's own default holds


def exception_after(data: dict[str, Any], _tally: Tally) -> Iterator[Fault]:
    """Dates both or neither and in order; a day that is open says from when."""
    starts, ends = data.get("starts_on"), data.get("ends_on")
    data["starts_on"], data["ends_on"] = starts or ends, ends or starts
    if starts and ends and starts > ends:
        data["starts_on"] = data["ends_on"] = None
        yield RowRefused("bad_date", "ends_on", f"{starts} to {ends}")
    if data.get("closed") is False and not data.get("opens_at"):
        data |= {"starts_on": None, "ends_on": None}
        yield RowRefused("bad_time", "opens_at", "open, but not said when")


def attribute_after(data: dict[str, Any], _tally: Tally) -> Iterator[Fault]:
    if data.get("link_id"):
        data["link_id"] = same_id(data["link_id"])
    yield from ()


MENDERS: dict[str, Mender] = {
    "service": Mender(service_before, service_after),
    "phone": Mender(after=phone_after),
    "address": Mender(address_before, address_after),
    "location": Mender(after=location_after),
    "language": Mender(after=language_after),
    "cost_option": Mender(after=cost_after),
    "accessibility": Mender(after=_coded("handrail/accessibility", "description", "details")),
    "required_document": Mender(after=_coded("handrail/document", "document")),
    "service_area": Mender(after=area_after),
    "attribute": Mender(after=attribute_after),
    "service_capacity": Mender(after=capacity_after),
    "schedule_exception": Mender(after=exception_after),
}
