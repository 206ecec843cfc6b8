"""The ranking against a second one, written by brute force from the specification."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.prices.kinds import Channel, DoseForm, PricingUnit, ProgramKind, Release, Source
from directory.prices.offers import Offer, Patient, Product, Program
from directory.prices.rank import compare
from tests.support.prices_oracle import answer

TODAY = date(2026, 11, 20)
WANTED = Product("d1", "metformin", "500 mg", DoseForm.TABLET)
PRODUCTS = [
    *[WANTED] * 8,
    Product("d2", "metformin", "500 mg", DoseForm.TABLET, Release.EXTENDED),
    Product("d3", "metformin", "1000 mg", DoseForm.TABLET),
    Product("d4", "metformin", "500 mg", DoseForm.SOLUTION),
    Product("d5", "glipizide", "500 mg", DoseForm.TABLET),
]
STATES = st.frozensets(st.sampled_from(["NC", "SC"]), max_size=1)
CODES = st.frozensets(st.sampled_from(["uninsured", "low-income"]), max_size=2)
DOLLARS = st.integers(0, 40).map(Decimal)
rarely = st.integers(0, 9).map(lambda n: n == 0)
programs = st.builds(
    Program,
    id=st.sampled_from("pqrs"),
    name=st.just("program"),
    kind=st.sampled_from(ProgramKind),
    fee=st.sampled_from([Decimal(0), Decimal(0), Decimal(5), Decimal(12)]),
    states_included=STATES,
    states_excluded=STATES,
    requirements=CODES,
    excludes_controlled=st.booleans(),
)


@st.composite
def offers(draw: st.DrawFn) -> list[Offer]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        observed = TODAY - timedelta(
            draw(st.sampled_from([-1, 0, 1, 14, 15, 60, 61, 120, 180, 181]))
        )
        mail = draw(st.booleans())
        found.append(
            Offer(
                id=f"o{draw(st.integers(0, 9))}-{number}",
                product=draw(st.sampled_from(PRODUCTS)),
                seller=draw(st.sampled_from("ABC")),
                program=draw(programs),
                quantity=draw(st.sampled_from([Decimal(60), Decimal(60), Decimal(90)])),
                price=draw(DOLLARS),
                observed_on=observed,
                source=draw(st.sampled_from(Source)),
                channel=Channel.MAIL if mail else Channel.LOCATION,
                dispensing_fee=draw(st.sampled_from([Decimal(0), Decimal("2.50")])),
                shipping=draw(st.sampled_from([Decimal(0), Decimal(5)])),
                unit=PricingUnit.GRAM if draw(rarely) else PricingUnit.EACH,
                valid_to=observed + timedelta(30) if draw(rarely) else None,
                distance_m=None if mail else draw(st.sampled_from([None, 100.0, 900.0, 5000.0])),
                days=draw(st.sampled_from([None, 3, 5])) if mail else None,
                closed=draw(rarely),
                corrected=draw(rarely),
            )
        )
    return found


patients = st.builds(
    Patient,
    state=st.sampled_from([None, "NC", "SC"]),
    held=st.frozensets(st.sampled_from("pqrs"), max_size=2),
    meets=CODES,
)
benchmarks = st.sampled_from([None, Decimal("0.02"), Decimal("0.2")])


@settings(max_examples=120, deadline=None)
@given(offers(), patients, benchmarks, st.sampled_from([None, "IV"]))
def test_the_ranking_is_what_brute_force_says(found, patient, benchmark, schedule):
    wanted = Product("d1", "metformin", "500 mg", DoseForm.TABLET, schedule=schedule)
    said = compare(wanted, Decimal(60), found, patient, TODAY, benchmark)
    right = answer(wanted, Decimal(60), found, patient, TODAY, benchmark)
    assert [one.offer.id for one in said.ranked] == right.order
    assert {one.offer.id for one in said.ranked if one.front} == right.front
    assert [one.offer.id for one in said.other_sizes] == right.others
    assert {one.offer.id: one.reason.value for one in said.left_out} == right.reasons
    for one in (*said.ranked, *said.other_sizes):
        assert one.total == right.totals[one.offer.id]
        assert one.unit_price == one.total / one.offer.quantity


@settings(max_examples=40, deadline=None)
@given(offers(), patients, benchmarks)
def test_every_price_is_ranked_apart_or_left_out_and_never_two_of_these(found, patient, benchmark):
    said = compare(WANTED, Decimal(60), found, patient, TODAY, benchmark)
    listed = [one.offer.id for one in (*said.ranked, *said.other_sizes)]
    listed += [one.offer.id for one in said.left_out]
    assert sorted(listed) == sorted(offer.id for offer in found)


@settings(max_examples=40, deadline=None)
@given(offers(), patients, benchmarks, st.randoms())
def test_the_order_in_which_prices_come_does_not_matter(found, patient, benchmark, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    first = compare(WANTED, Decimal(60), found, patient, TODAY, benchmark)
    again = compare(WANTED, Decimal(60), shuffled, patient, TODAY, benchmark)
    assert first == again
