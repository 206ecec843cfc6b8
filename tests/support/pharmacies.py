"""A small town of pharmacies, with drugs to buy there, for tests of prices."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from core.actor import Actor
from directory import codes
from directory.models import (
    Address,
    Attribute,
    Frequency,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceStatus,
    Taxonomy,
    TaxonomyTerm,
)
from directory.prices.commands import record
from directory.prices.forms import read_price
from directory.prices.kinds import DoseForm, Period, ProgramKind, Release
from directory.prices.models import Benchmark, Drug, PriceObservation, PriceProgram
from directory.prices.naming import make_alias, make_drug
from directory.prices.programs import ensure_cash
from directory.prices.statements import FILLS

TODAY = date(2026, 11, 20)
COORDINATOR = Actor("c1", "Coordinator", frozenset({"coordinator"}), frozenset({"org"}))
PARTNER = Actor("p1", "Partner", frozenset({"partner"}), frozenset({"org2"}))
CURATOR = Actor("u1", "Curator", frozenset({"curator"}), frozenset({"org"}))
PLACES = {
    # name: latitude, longitude, chain, closes at
    "near": (35.996, -78.899, "corner", time(18)),
    "mid": (36.02, -78.93, "corner", time(21)),
    "far": (36.10, -79.00, "solo", time(17)),
    "raleigh": (35.78, -78.64, "solo", time(17)),
}
METFORMIN = make_drug("metformin", "500 mg", DoseForm.TABLET)
METFORMIN_ER = make_drug("metformin", "500 mg", DoseForm.TABLET, Release.EXTENDED)
TRAMADOL = make_drug("tramadol", "50 mg", DoseForm.TABLET, schedule="IV")
SYRUP = make_drug("amoxicillin", "250 mg/5 ml", DoseForm.SUSPENSION)


def fresh(drug: Drug) -> Drug:
    """A row of its own, for another session."""
    return Drug(**drug.model_dump())


def open_town(session: Session) -> None:
    """Pharmacies, drugs and programs, without any price."""
    taxonomy = codes.taxonomy_id(codes.CATEGORY)
    session.add(Taxonomy(id=taxonomy, name=codes.CATEGORY))
    session.flush()
    session.add(TaxonomyTerm(id=FILLS, taxonomy_id=taxonomy, code="fill-prescription", name="Fill"))
    for chain in ("corner", "solo"):
        session.add(Organization(id=chain, name=f"{chain.title()} Drug", description="Pharmacies."))
    session.flush()
    for name, (lat, lng, chain, closes) in PLACES.items():
        _pharmacy(session, name, lat, lng, chain, closes)
    for drug in (METFORMIN, METFORMIN_ER, TRAMADOL, SYRUP):
        session.add(fresh(drug))
    session.flush()
    session.add(make_alias(METFORMIN.id, "metformina", "es"))
    session.add(make_alias(METFORMIN_ER.id, "metformina", "es"))
    ensure_cash(session)
    for program in _programs():
        session.add(program)
    session.add(
        Benchmark(
            ndc11="00000000001",
            effective_on=TODAY - timedelta(30),
            as_of=TODAY - timedelta(7),
            per_unit=Decimal("0.02"),
            unit=METFORMIN.unit,
            description="METFORMIN HCL 500 MG TABLET",
            product=METFORMIN.product,
        )
    )
    session.flush()


def _programs() -> list[PriceProgram]:
    return [
        PriceProgram(
            id="club",
            name="A club",
            kind=ProgramKind.MEMBERSHIP,
            fee=Decimal(20),
            fee_period=Period.YEAR,
        ),
        PriceProgram(id="post", name="By mail", kind=ProgramKind.MAIL, delivery_days=5),
        PriceProgram(id="sc", name="South only", kind=ProgramKind.DISCOUNT_CARD,
                     states_included=["SC"], excludes_controlled=True),
        PriceProgram(id="scale", name="By income", kind=ProgramKind.SLIDING_SCALE,
                     requirements=["low-income"]),
    ]  # fmt: skip


def _pharmacy(
    session: Session, name: str, lat: float, lng: float, chain: str, closes: time
) -> None:
    session.add(
        Location(
            id=name,
            organization_id=chain,
            name=f"{name.title()} Pharmacy",
            latitude=lat,
            longitude=lng,
            timezone="America/New_York",
        )
    )
    session.add(Service(id=f"s-{name}", organization_id=chain, name=f"Counter {name}"))
    session.flush()
    session.add(
        Address(
            location_id=name,
            address_1="1 Main Street",
            city="Durham",
            state_province="NC",
            postal_code="27701",
        )
    )
    session.add(Phone(location_id=name, number="919-555-0101"))
    session.add(ServiceAtLocation(id=f"u-{name}", service_id=f"s-{name}", location_id=name))
    session.flush()
    session.add(
        Attribute(
            link_id=f"s-{name}",
            link_entity="service",
            taxonomy_term_id=FILLS,
        )
    )
    session.add(
        Schedule(
            service_id=f"s-{name}",
            freq=Frequency.WEEKLY,
            byday="MO,TU,WE,TH,FR",
            opens_at=time(9),
            closes_at=closes,
        )
    )
    session.flush()


def price(
    session: Session, amount: str | int, *, actor: Actor = COORDINATOR, age: int = 1, **values: Any
) -> PriceObservation:
    """Record a price of 60 metformin, near unless said otherwise."""
    base: dict[str, Any] = {
        "drug_id": METFORMIN.id,
        "quantity": 60,
        "price": str(amount),
        "observed_on": TODAY - timedelta(age),
    }
    if (
        not values.keys() & {"organization_id", "location_id"}
        and values.get("program_id") != "post"
    ):
        base["location_id"] = "near"
    return record(session, actor, read_price(base | values), TODAY)


def close_counter(session: Session, name: str) -> None:
    """The pharmacy of that name gives up."""
    service = session.get(Service, f"s-{name}")
    assert service is not None
    service.status = ServiceStatus.DEFUNCT
    session.flush()
