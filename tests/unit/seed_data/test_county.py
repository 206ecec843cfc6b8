"""The demonstration county is big enough, plausible, and has every awkward kind in it."""

import json
import re
from collections import Counter
from datetime import timedelta

import pytest

from directory import codes
from directory.geocode import Place, distance_m
from directory.models import (
    Address,
    CostOption,
    Language,
    Location,
    Organization,
    Phone,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Translation,
)
from directory.places.gazetteer import gazetteer
from directory.schedules import hours_of
from seed_data.county import (
    COUNTY,
    REFERENCE,
    CountyError,
    providers,
    read_provider,
    sites_of,
    values_of,
)
from seed_data.rows import PARENTS, county_rows

OFFERS = [(p, offer) for p in providers() for offer in p.services]


@pytest.fixture(scope="module")
def rows():
    return county_rows()


def of(rows, table):
    return [row for row in rows if type(row) is table]


def test_the_county_is_big_enough(rows):
    assert len(of(rows, Organization)) >= 60
    assert len(of(rows, Service)) >= 400
    assert len(of(rows, Location)) >= 240
    deep = Counter(category for _, offer in OFFERS for category in category_set(offer))
    assert deep.keys() == set(codes.categories())
    assert min(deep.values()) >= 40


def category_set(offer):
    return {codes.category_of(term) for term in offer.terms}


def test_every_term_of_the_taxonomy_is_offered_somewhere():
    terms = {term for _, offer in OFFERS for term in offer.terms}
    wanted = {code for code, term in codes.codes(codes.CATEGORY).items() if term.parent}
    assert terms == wanted


def test_services_are_written_one_by_one():
    texts = Counter(offer.text for _, offer in OFFERS)
    assert texts.most_common(1)[0][1] == 1
    names = Counter((p.key, offer.name) for p, offer in OFFERS)
    assert names.most_common(1)[0][1] == 1


def test_texts_are_short_and_plain():
    for provider, offer in OFFERS:
        for text in filter(None, (offer.text, offer.text_es)):
            assert 10 <= len(text) <= 240, (provider.key, offer.key)
            longest = max(len(sentence.split()) for sentence in re.split(r"[.;:!?] ", text))
            assert longest <= 30, (provider.key, offer.key)


def test_spanish_says_the_service_and_not_its_kind():
    kinds = codes.codes(codes.CATEGORY).values()
    texts = Counter(offer.text_es for _, offer in OFFERS if offer.text_es)
    assert texts.keys().isdisjoint(kind.descriptions["es"] for kind in kinds)
    assert texts.most_common(1)[0][1] == 1
    names = Counter((p.key, offer.name_es) for p, offer in OFFERS if offer.name_es)
    assert names.most_common(1)[0][1] == 1


def test_numbers_are_the_same_in_spanish():
    for provider, offer in OFFERS:
        if offer.text_es:
            missing = numbers(offer.text) - numbers(offer.text_es)
            assert not missing, (provider.key, offer.key, missing)


def numbers(text):
    return set(re.findall(r"\d[\d,:.]*\d|\d", text))


def test_a_service_without_its_own_spanish_stays_untranslated(rows):
    spanish = [row for row in of(rows, Translation) if row.resource_type == "service"]
    own = Counter(offer.name_es for _, offer in OFFERS if offer.name_es)
    assert Counter(row.text for row in spanish if row.field_name == "name") == own
    assert own.total() < len(OFFERS)


# One check for each kind of listing that finders get wrong.
AWKWARD = {
    "hours unknown": lambda p, o: o.hours.startswith("unknown") and not o.at,
    "hours unknown at one place": lambda p, o: any(
        h.startswith("unknown") for h in sites_of(o).values()
    ),
    "past midnight": lambda p, o: any(re.search(r"2[0-3][:\d]*-[0-5]\b", h) for h in hours_in(o)),
    "first and third Saturday": lambda p, o: any("1,3 sa" in h for h in hours_in(o)),
    "last weekday of the month": lambda p, o: any("-1 " in h for h in hours_in(o)),
    "every second week": lambda p, o: any("2w " in h for h in hours_in(o)),
    "two spans a day": lambda p, o: any(re.search(r"\d,\d+:?\d*-", h) for h in hours_in(o)),
    "24 hours": lambda p, o: any("daily 0-24" in h for h in hours_in(o)),
    "seasonal": lambda p, o: any(".." in h for h in hours_in(o)),
    "by appointment": lambda p, o: "appointment" in hours_in(o),
    "closed on holidays": lambda p, o: o.holidays,
    "dated closure": lambda p, o: o.closed,
    "open on a holiday": lambda p, o: o.open,
    "visits only": lambda p, o: not o.at and "visits" in values_of(o.delivery),
    "confidential shelter": lambda p, o: any(p.locations[s].confidential for s in o.at),
    "nationwide phone line": lambda p, o: "nationwide" in o.area and "phone" in o.delivery,
    "Spanish only": lambda p, o: o.languages == ("es",),
    "temporarily closed": lambda p, o: o.status == "temporarily closed",
    "defunct": lambda p, o: o.status == "defunct",
    "moving soon": lambda p, o: "Moving" in (o.alert or ""),
    "video": lambda p, o: "telehealth" in o.delivery,
    "worksite clinic": lambda p, o: "worksite-clinic" in o.terms and "worksite" in o.delivery,
    "ride for some ZIPs only": lambda p, o: (
        any(a.startswith("zip") for a in o.area) and "transport" in category_set(o)
    ),
    "48 hours' notice": lambda p, o: values_of(o.ride_feature).get("notice-hours") == "48",
    "wheelchair van": lambda p, o: "wheelchair" in o.ride_feature,
    "door to door": lambda p, o: "door-to-door" in o.ride_feature,
    "respite at home": lambda p, o: "in-home" in o.respite_setting,
    "respite by day": lambda p, o: "day" in o.respite_setting,
    "respite overnight": lambda p, o: "overnight" in o.respite_setting,
    "respite with a waiting list": lambda p, o: o.wait and o.respite_setting,
    "full": lambda p, o: o.capacity and o.capacity[1] == 0,
    "places free": lambda p, o: o.capacity and o.capacity[1] > 0,
    "pantry with a limit": lambda p, o: "frequency-limit" in o.food_kind,
    "hot meal": lambda p, o: "hot-meal" in o.food_kind,
    "food brought home": lambda p, o: "delivery" in o.food_kind,
    "benefits help": lambda p, o: "benefits-help" in o.food_kind,
    "food with papers": lambda p, o: o.document and "food" in category_set(o),
    "food without papers": lambda p, o: not o.document and "food-pantry" in o.terms,
    "pharmacy that delivers": lambda p, o: "home-delivery" in o.pharmacy_service,
    "discount program": lambda p, o: "discount-list" in o.pharmacy_service,
    "new patients": lambda p, o: "new-patients" in o.intake and o.visit_type,
    "no new patients": lambda p, o: "no-new-patients" in o.intake,
    "walk-in clinic": lambda p, o: "walk-in" in o.intake and o.visit_type,
    "sliding scale": lambda p, o: "sliding_scale" in o.cost,
    "network only": lambda p, o: o.visibility == "network",
    "restricted": lambda p, o: o.visibility == "restricted",
    "never checked": lambda p, o: o.checked is None,
    "checked long ago": lambda p, o: (o.checked or 0) > 365,
    "checked this week": lambda p, o: o.checked is not None and o.checked <= 7,
    "children only": lambda p, o: o.ages[1] is not None and o.ages[1] <= 21,
    "no way to pay said": lambda p, o: o.cost == ("unknown",),
}


def hours_in(offer):
    return [offer.hours, *sites_of(offer).values()]


@pytest.mark.parametrize("kind", AWKWARD)
def test_every_awkward_kind_is_there(kind):
    assert any(AWKWARD[kind](provider, offer) for provider, offer in OFFERS)


def test_pharmacies_are_many_and_some_are_open_late():
    at = {
        (provider.key, site): hours
        for provider, offer in OFFERS
        if "fill-prescription" in offer.terms
        for site, hours in sites_of(offer).items()
    }
    late = [hours for hours in at.values() if re.search(r"-(2[0-4]|0)\b", hours)]
    assert len(at) >= 25
    assert len(late) >= 8


def test_every_phone_number_is_fictional(rows):
    phones = of(rows, Phone)
    assert len(phones) > 200
    assert all(re.fullmatch(r"919-555-01\d\d", phone.number) for phone in phones)


def test_every_web_and_mail_address_is_an_example():
    text = json.dumps([row.model_dump(mode="json") for row in county_rows()])
    hosts = re.findall(r"(?:https?://|@)([\w.-]+)", text)
    assert hosts
    assert all(host.endswith(".example.org") for host in hosts)


def test_every_place_lies_in_its_zip(rows):
    addresses = {address.location_id: address for address in of(rows, Address)}
    seen = set()
    for location in of(rows, Location):
        if location.confidential:
            assert location.latitude is None
            assert location.id not in addresses
            continue
        address = addresses[location.id]
        middle = gazetteer().zips[address.postal_code]
        spot = Place("", "point", location.latitude, location.longitude)
        nearest, _ = gazetteer().nearest(spot.lat, spot.lng)
        assert distance_m(spot, middle) <= 4_100
        assert (nearest.lat, nearest.lng) == (middle.lat, middle.lng)
        assert (address.city, address.state_province) == (middle.city, "NC")
        seen.add((spot.lat, spot.lng))
    assert len(seen) == len(addresses)


def test_the_county_is_durham_and_its_neighbours(rows):
    counties = Counter(address.region for address in of(rows, Address))
    assert counties.keys() == {
        f"{name} County" for name in ("Durham", "Orange", "Chatham", "Granville", "Person", "Wake")
    }
    assert counties.most_common(1)[0][0] == "Durham County"


def test_every_area_names_a_real_place(rows):
    known = {
        f"{area.state}/{area.name.removesuffix(' County')}"
        for areas in gazetteer().counties.values()
        for area in areas
    }
    for area in of(rows, ServiceArea):
        checks = {
            "zip": area.code in gazetteer().zips,
            "county": area.code in known,
            "state": area.code == "NC",
            "country": area.code == "US",
        }
        assert checks[area.extent_kind.value], area.code


def test_every_schedule_can_be_read(rows):
    exceptions = of(rows, ScheduleException)
    for row in of(rows, Schedule):
        hours = hours_of([[row]], exceptions, timezone="America/New_York")
        assert (hours is None) is (row.description is not None)
        assert hours is None or all(rule.opens_at is not None for rule in hours.rules)


def test_every_service_says_who_pays_and_speaks(rows):
    services = {service.id for service in of(rows, Service)}
    assert {cost.service_id for cost in of(rows, CostOption)} == services
    assert {language.service_id for language in of(rows, Language)} >= services


def test_a_good_part_is_in_spanish_and_no_machine_wrote_it(rows):
    spanish = [row for row in of(rows, Translation) if row.resource_type == "service"]
    assert sum(row.field_name == "name" for row in spanish) >= 150
    assert all(row.language == "es" and not row.machine for row in spanish)


def test_dates_lie_before_the_survey(rows):
    for service in of(rows, Service):
        for day in (service.assured_date, service.wait_asked_on):
            assert day is None or REFERENCE - timedelta(days=1000) < day <= REFERENCE
    assert all(row.updated.date() <= REFERENCE for row in of(rows, ServiceCapacity))


def test_rows_come_parents_first_and_once(rows):
    ids = [(type(row), row.id) for row in rows]
    assert len(ids) == len(set(ids))
    tables = list(dict.fromkeys(table for table, _ in ids))
    assert tables[: len(PARENTS)] == list(PARENTS)
    places = {(row.service_id, row.location_id) for row in of(rows, ServiceAtLocation)}
    assert len(places) == len(of(rows, ServiceAtLocation))


def test_names_are_not_used_twice():
    assert len({provider.name for provider in providers()}) == len(providers())
    assert len({provider.key for provider in providers()}) == len(providers())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda data: data.pop("name"), "`name`"),
        (lambda data: data.update(colour="green"), "`colour`"),
        (lambda data: data["services"][0].update(term=["food"]), "`term`"),
        (lambda data: data["services"][0].update(at={"moon": "mo 9-17"}), "'moon'"),
        (lambda data: data["services"].append(data["services"][0]), "is used twice"),
        (lambda data: data.update(key="other"), "'other'"),
        (lambda data: data["services"][0].update(status="asleep"), "'asleep'"),
        (lambda data: data["services"][0].pop("text_es"), "not said in Spanish"),
    ],
)
def test_a_slip_in_a_file_is_named(tmp_path, change, named):
    data = json.loads((COUNTY / "food" / "sweetgum.json").read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "sweetgum.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CountyError) as wrong:
        read_provider(path)
    assert str(wrong.value).startswith("sweetgum.json: ")
    assert named in str(wrong.value)
