"""Rows of price lists → observations: a list of our own columns, and the one of a mail pharmacy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.db import stable_id
from core.errors import Invalid
from directory.importing.problems import RowRefused
from directory.prices.asking import Said, understand
from directory.prices.catalog import Catalog
from directory.prices.commands import check_dates, check_quantity
from directory.prices.finder import Status
from directory.prices.forms import PriceForm, read_price
from directory.prices.importing.reasons import REASONS
from directory.prices.kinds import Channel, PricingUnit, ProgramKind, Release, Source
from directory.prices.models import Drug, DrugAlias, PriceProgram
from directory.prices.naming import make_alias, make_drug
from directory.prices.programs import CASH_ID
from directory.prices.vocabulary import FORMS, RELEASES, ROUTES, fold

COST_PLUS = stable_id("price-program", "cost-plus")
COST_PLUS_FEE, COST_PLUS_SHIPPING = Decimal(3), Decimal(5)
"""What the list's publisher charged for each order beside the unit price when it began, in 2022."""
PILL_QUANTITIES = (30, 90)
FIELDS = frozenset(PriceForm.model_fields) - {"drug_id", "program_id", "confirmed", "corrects"}


@dataclass(slots=True)
class Known:
    """What rows may refer to. New drugs and aliases are collected in `drugs` and `aliases`."""

    catalog: Catalog
    rows: dict[str, Drug]
    programs: dict[str, PriceProgram]
    locations: frozenset[str]
    organizations: frozenset[str]
    today: date
    observed_on: date | None
    list_name: str
    drugs: dict[str, Drug] = field(default_factory=dict)
    aliases: dict[str, DrugAlias] = field(default_factory=dict)


Reader = Callable[[dict[str, str], Known], Iterator[dict[str, Any]]]


def cost_plus_program() -> PriceProgram:
    """The program of that list."""
    return PriceProgram(
        id=COST_PLUS,
        name="Cost Plus Drugs by mail",
        kind=ProgramKind.MAIL,
        delivery_days=5,
        url="https://costplusdrugs.com",
    )


def read_list(cells: dict[str, str], known: Known) -> Iterator[dict[str, Any]]:
    """A row of a list with our own columns; see docs/prices.md."""
    cells = {name: value.strip() for name, value in cells.items() if value.strip()}
    drug = _drug(cells, known)
    program = _program(cells, known)
    values: dict[str, Any] = {name: cells[name] for name in FIELDS & cells.keys()}
    values.setdefault("source", Source.PUBLISHED.value)
    if known.observed_on is not None:
        values.setdefault("observed_on", known.observed_on)
    yield observation(drug, program, values, known)


def read_cost_plus(cells: dict[str, str], known: Known) -> Iterator[dict[str, Any]]:
    """A row of the published list: a price of one unit, as two usual orders."""
    drug = _published_drug(cells, known)
    pill = cells.get("pill_nonpill", "") == "Pill"
    if not pill and drug.unit is not PricingUnit.EACH:
        raise RowRefused("no_package_size", "form", cells.get("slug", "")[:80])
    each = _amount(cells.get("unit_price", ""))
    ndc = cells.get("ndc", "")
    for quantity in PILL_QUANTITIES if pill else (1,):
        values = {
            "quantity": quantity,
            "price": (each * quantity).quantize(Decimal("0.01")),
            "dispensing_fee": COST_PLUS_FEE,
            "shipping": COST_PLUS_SHIPPING,
            "ndc11": ndc if len(ndc) == 11 and ndc.isdigit() else None,
            "observed_on": known.observed_on or known.today,
            "source": Source.PUBLISHED,
            "source_ref": cells.get("slug", "")[:200],
        }
        yield observation(drug, known.programs[COST_PLUS], values, known)


def observation(
    drug: Drug, program: PriceProgram, values: dict[str, Any], known: Known
) -> dict[str, Any]:
    """Column values of an observation, its id following from all of them. Raises RowRefused."""
    try:
        form = read_price({"drug_id": drug.id, **values})
        check_quantity(drug, form)
        observed_on = check_dates(form, known.today)
    except Invalid as error:
        name = next(iter(error.errors), "field")
        reason = f"bad_{name}" if f"bad_{name}" in REASONS else "bad_field"
        raise RowRefused(reason, name, error.message[:200]) from None
    found = {
        "drug_id": drug.id,
        "ndc11": form.ndc11,
        "quantity": form.quantity,
        "days_supply": form.days_supply,
        **_place(form, program, known),
        "program_id": program.id,
        "price": form.price,
        "dispensing_fee": form.dispensing_fee,
        "shipping": form.shipping,
        "observed_on": observed_on,
        "valid_to": form.valid_to,
        "source": form.source,
        "source_ref": form.source_ref,
    }
    said = (f"{name}={_plain(value)}" for name, value in sorted(found.items()))
    return {"id": stable_id("price", known.list_name, *said), **found}


def _plain(value: Any) -> str:
    return str(value.normalize()) if isinstance(value, Decimal) else str(value)


def _place(form: PriceForm, program: PriceProgram, known: Known) -> dict[str, Any]:
    base = {"location_id": None, "organization_id": None}
    if program.kind is ProgramKind.MAIL:
        return {**base, "channel": Channel.MAIL, "place_key": program.id}
    if form.location_id in known.locations and not form.organization_id:
        place = form.location_id
        return {**base, "channel": Channel.LOCATION, "location_id": place, "place_key": place}
    if form.organization_id in known.organizations and not form.location_id:
        chain = form.organization_id
        return {**base, "channel": Channel.CHAIN, "organization_id": chain, "place_key": chain}
    named = form.location_id or form.organization_id or ""
    raise RowRefused("unknown_place", "location_id", named)


def _drug(cells: dict[str, str], known: Known) -> Drug:
    wanted = cells.get("drug_id") or cells.get("drug", "")
    names = ("strength", "form", "release")
    try:
        found = understand(known.catalog, Said(wanted, *(cells.get(name, "") for name in names)))
    except Invalid as error:
        name = next(iter(error.errors), "drug")
        reason = f"bad_{name}" if f"bad_{name}" in REASONS else "unknown_drug"
        raise RowRefused(reason, name, error.message[:200]) from None
    if found.status is Status.UNKNOWN:
        raise RowRefused("unknown_drug", "drug", wanted[:80])
    if found.product is None:
        raise RowRefused("unclear_drug", "drug", f"{wanted[:80]} ({found.about})")
    return known.rows[found.product.id]


def _program(cells: dict[str, str], known: Known) -> PriceProgram:
    wanted = cells.get("program", "")
    if not wanted:
        return known.programs[CASH_ID]
    found = known.programs.get(wanted)
    if found is None:
        raise RowRefused("bad_program", "program", wanted[:80])
    return found


def _published_drug(cells: dict[str, str], known: Known) -> Drug:
    """The drug of the row, made when it is not there yet."""
    name = fold(cells.get("medication_name", ""))
    rest, releases = RELEASES.take(name)
    form_text, routes = ROUTES.take(fold(cells.get("form", "")))
    _, forms = FORMS.take(form_text)
    if len(forms) != 1:
        raise RowRefused("bad_form", "form", cells.get("form", "")[:80])
    try:
        drug = make_drug(
            rest,
            cells.get("strength", ""),
            forms[0],
            releases[0] if releases else Release.IMMEDIATE,
            route=routes[0] if routes else None,
        )
    except Invalid as error:
        reason = "bad_strength" if error.parameter == "strength" else "unknown_drug"
        raise RowRefused(reason, error.parameter or "", error.message[:200]) from None
    if drug.id not in known.rows:
        known.rows[drug.id] = known.drugs[drug.id] = drug
    drug = known.rows[drug.id]
    for brand in filter(None, (cells.get("brand_name", "").strip(),)):
        alias = make_alias(drug.id, brand[:200], "en")
        known.aliases.setdefault(alias.id, alias)
    return drug


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text.replace("$", "").replace(",", "").strip())
    except InvalidOperation:
        raise RowRefused("bad_price", "unit_price", text[:20]) from None
    if not found.is_finite() or found <= 0:
        raise RowRefused("bad_price", "unit_price", text[:20])
    return found
