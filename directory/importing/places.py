"""What a location's address says about it: its time zone, whether its point can be right, and
whether it is to be kept secret."""

from dataclasses import dataclass

from directory.importing.intake import Intake
from directory.importing.mending import CONFIDENTIAL
from directory.importing.problems import Kind, RowRefused
from directory.importing.progress import Progress
from directory.importing.staging import Record
from directory.places.gazetteer import Zip, gazetteer
from directory.places.place import distance_m

FAR_M = 80_000
"""No address is farther from the middle of its own ZIP code, outside the emptiest of the West."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point in degrees."""

    lat: float
    lng: float


def check(intake: Intake, progress: Progress) -> None:
    """Mend, drop or confirm the point of every location, and find its time zone."""
    for address in intake.staging.records("address"):
        _note_address(intake, address)
    for record in progress.counted("locations checked", intake.staging.records("location")):
        codes = [fact[1:] for fact in intake.staging.facts("zip", record.id)]
        zips = [gazetteer().zips[code] for code in codes]
        before = dict(record.data)
        _keep_secret(intake, record)
        _check_point(intake, record, zips)
        _find_zone(intake, record, zips)
        if record.data != before:
            intake.staging.put(record)


def _note_address(intake: Intake, address: Record) -> None:
    """Remember its ZIP code, physical addresses first; take out one that says it is secret."""
    code = (address.data.get("postal_code") or "")[:5]
    if code in gazetteer().zips and address.data.get("country") in (None, "US"):
        order = "0" if address.data.get("address_type") != "postal" else "1"
        intake.staging.note("zip", address.data["location_id"], order + code)
    if CONFIDENTIAL.fullmatch(address.data["address_1"]):
        intake.staging.note("confidential", address.data["location_id"], "yes")
        intake.staging.forget("address", address.id)


def _keep_secret(intake: Intake, record: Record) -> None:
    name = record.data.get("name") or ""
    if CONFIDENTIAL.fullmatch(name) or intake.staging.facts("confidential", record.id):
        intake.tally.repaired("confidential_address")
        record.data["confidential"] = True
    if record.data.get("confidential"):
        record.data |= {"latitude": None, "longitude": None}


def _check_point(intake: Intake, record: Record, zips: list[Zip]) -> None:
    lat, lng = record.data.get("latitude"), record.data.get("longitude")
    if lat is None or lng is None or _near(Spot(lat, lng), zips):
        return
    for rule, spot in (
        ("coordinates_swapped", Spot(lng, lat)),
        ("longitude_sign", Spot(lat, -lng)),
    ):
        if abs(spot.lat) <= 90 and _near(spot, zips):
            intake.tally.repaired(rule)
            record.data |= {"latitude": spot.lat, "longitude": spot.lng}
            return
    if zips:
        away = min(distance_m(Spot(lat, lng), z) for z in zips) / 1000
        fault = RowRefused("pin_far_from_zip", "latitude", f"{away:,.0f} km from {zips[0].code}")
        intake.tell(Kind.VALUE, record, fault)
        record.data |= {"latitude": None, "longitude": None}


def _near(spot: Spot, zips: list[Zip]) -> bool:
    """Near one of its ZIP codes; without any, near some ZIP of the country."""
    if zips:
        return any(distance_m(spot, z) <= FAR_M for z in zips)
    return gazetteer().nearest(spot.lat, spot.lng)[1] <= FAR_M


def _find_zone(intake: Intake, record: Record, zips: list[Zip]) -> None:
    if record.data.get("timezone"):
        return
    zone = next((z.timezone for z in zips if z.timezone), "")
    lat, lng = record.data.get("latitude"), record.data.get("longitude")
    if not zone and lat is not None and lng is not None:
        nearest, metres = gazetteer().nearest(lat, lng)
        zone = nearest.timezone if metres <= FAR_M else ""
    if zone:
        intake.tally.repaired("timezone_from_zip")
        record.data["timezone"] = zone
