"""The invented prices: enough of them, of every kind, and every one says what it is."""

from collections import Counter
from datetime import date
from decimal import Decimal

from directory.prices.freshness import Freshness, freshness
from directory.prices.importing.nadac import read as read_cost
from directory.prices.kinds import Channel, ProgramKind, Source
from directory.prices.programs import CASH_ID
from directory.prices.rank import is_odd
from seed_data.common import seed_id
from seed_data.county import providers
from seed_data.prices.drugs import medicines
from seed_data.prices.load import programs
from seed_data.prices.observations import observation_rows

TODAY = date(2026, 11, 20)
ROWS = list(observation_rows(TODAY))
COST = {one.drug.id: one.cost for one in medicines()}


def test_there_are_forty_generics_or_more() -> None:
    assert len({one.drug.ingredient for one in medicines() if not one.drug.brand}) >= 40


def test_twenty_five_pharmacies_of_the_county_were_asked() -> None:
    asked = {row["location_id"] for row in ROWS} - {None}
    listed = {
        seed_id("location", provider.key, site)
        for provider in providers()
        for site in provider.locations
    }
    assert len(asked) == 25
    assert asked <= listed


def test_programs_are_of_every_kind_and_exist() -> None:
    kinds = {program.kind for program in programs()} | {ProgramKind.CASH}
    assert kinds == set(ProgramKind)
    ids = {program.id for program in programs()} | {CASH_ID}
    assert {row["program_id"] for row in ROWS} == ids
    assert {row["channel"] for row in ROWS} == set(Channel)


def test_they_span_a_year_and_some_are_stale_older_or_contradictory() -> None:
    ages = [(TODAY - row["observed_on"]).days for row in ROWS]
    assert min(ages) <= 3 and 300 < max(ages) < 365
    states = Counter(freshness(row["source"], row["observed_on"], TODAY) for row in ROWS)
    assert set(states) == set(Freshness)
    receipts = [row for row in ROWS if row["source"] is Source.RECEIPT]
    assert len(receipts) > 20


def test_prices_are_plausible_but_for_a_few_slips() -> None:
    kinds = {program.id: program.kind for program in programs()} | {CASH_ID: ProgramKind.CASH}
    odd = [
        row
        for row in ROWS
        if is_odd(row["price"], row["quantity"], kinds[row["program_id"]], COST[row["drug_id"]])
    ]
    assert 10 < len(odd) < len(ROWS) * 0.05


def test_one_medicine_differs_by_a_lot_between_pharmacies() -> None:
    metformin = medicines()[0].drug.id
    cash = [
        row["price"]
        for row in ROWS
        if row["drug_id"] == metformin
        and row["quantity"] == 60
        and row["program_id"] == CASH_ID
        and row["price"] < 100
    ]
    assert len(cash) > 15
    assert max(cash) > 4 * min(cash)


def test_they_are_the_same_every_time_and_have_ids_of_their_own() -> None:
    assert list(observation_rows(TODAY)) == ROWS
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_costs_are_positive_and_their_ndcs_belong_to_nobody() -> None:
    assert all(one.cost > Decimal(0) for one in medicines())
    row = {"ndc": "00000000001", "nadac_per_unit": "0.02", "pricing_unit": "EA",
           "effective_date": "2026-11-01", "ndc_description": "X 1 MG TABLET"}  # fmt: skip
    assert read_cost(row)[0] == "00000000001"
