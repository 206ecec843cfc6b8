"""Records listed twice: found by what they share, made one with all that hangs on them, or told apart."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from core import outbox
from core.audit import AuditEvent
from core.clock import now
from core.db import Database
from core.outbox import OutboxMessage
from directory.doubles import reading, searching
from directory.doubles.alike import Known, plain
from directory.doubles.scratch import Scratch, alike
from directory.models import (
    DuplicatePair,
    DuplicateSearch,
    MergedRecord,
    Metadata,
    Organization,
    Phone,
    PublicReport,
    Service,
    ServiceAtLocation,
)
from directory.reports import report
from patients.models import Shortlisted
from referrals.models import ProgramCapacity, Referral, RoutePlan
from tests import factories as make
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to

LIST = "/staff/duplicates"


@contextmanager
def writing(staffed: Staffed) -> Iterator[Session]:
    database: Database = staffed.client.app.state.database
    with database.write() as session:
        yield session


@pytest.fixture
def curator(staffed: Staffed) -> Browser:
    """A curator, with a service that is listed under two organizations."""
    with writing(staffed) as session:
        for key, name in (("a", "Eno Helpers"), ("b", "The Eno Helpers, Inc.")):
            organization = make.organization(id=f"org-{key}", name=name)
            place = make.location(id=f"loc-{key}", organization_id=f"org-{key}")
            session.add(organization)
            session.flush()
            service = make.service(organization, id=f"svc-{key}", name="Night clinic")
            session.add_all([place, service])
            session.flush()
            session.add_all([make.address(place), make.at(service, place, id=f"sal-{key}")])
            session.add(make.phone(service, "(919) 555-0142" if key == "a" else "919.555.0142"))
            session.add(make.phone(organization, "919-555-0177"))
        session.get_one(Service, "svc-b").description = "Open late."
        session.get_one(Service, "svc-b").assured_date = date(2026, 2, 3)
        session.add(make.phone(session.get_one(Service, "svc-b"), "919-555-0188", id="second"))
        report(session, service_id="svc-b", unit_id="sal-b", kind="moved", text="", language="en")
    return Browser(staffed, "clinic.curator")


def look(curator: Browser) -> None:
    """Have the worker look through the directory."""
    curator.open(LIST)
    came_to(curator.send(LIST))
    work(curator.client.app.state.database)


def work(database: Database) -> None:
    """What the worker does with a search that was asked for."""
    messages = outbox.claim(database, [searching.TOPIC])
    handle = searching.handler(database)
    handle(messages)
    handle(messages)  # a message that comes twice is done once
    outbox.finish(database, *messages)


def pair_of(curator: Browser, kind: str) -> str:
    look(curator)
    page = curator.open(LIST).text
    words = "Two services" if kind == "service" else "Two organizations"
    found = re.search(
        rf'href="(/staff/duplicates/[\w-]+)">[^§]*?{words}', page.replace("<li>", "§")
    )
    assert found, text_of(page)
    return found[1]


def test_two_that_are_alike_are_side_by_side_with_what_differs(
    staffed: Staffed, curator: Browser
) -> None:
    page = text_of(curator.open(pair_of(curator, "service")).text)
    assert "In common: the same name, the same telephone number, the same address." in page
    assert "What it is differs nothing Open late." in page
    assert "Name Night clinic Night clinic" in page
    organizations = text_of(curator.open(pair_of(curator, "organization")).text)
    assert "the same name, the same telephone number" in organizations


def test_a_merge_takes_everything_along_and_loses_nothing(
    staffed: Staffed, curator: Browser
) -> None:
    town = staffed.town
    with writing(staffed) as session:
        referral = session.get_one(Referral, town.ids["referral_id"])
        referral.service_id = "svc-b"
        session.add(Shortlisted(need_id=town.ids["need_id"], service_id="svc-b", added_by="x"))
        session.add(Shortlisted(need_id=town.ids["need_id"], service_id="svc-a", added_by="x"))
        session.add(RoutePlan(need_id=town.ids["need_id"], position=1, service_id="svc-b",
                              organization_id=town.organizations["clinic"].id, approved_by="x",
                              partner_id=town.organizations["pantry"].id))  # fmt: skip
    path = pair_of(curator, "service")
    curator.open(path)
    assert came_to(curator.send(path, keep="svc-a")).endswith("done=merged_listing")
    with writing(staffed) as session:
        assert session.get(Service, "svc-b") is None
        kept = session.get_one(Service, "svc-a")
        assert (kept.description, kept.assured_date) == ("Open late.", date(2026, 2, 3))
        numbers = session.exec(select(Phone.number).where(Phone.service_id == "svc-a")).all()
        assert sorted(numbers) == ["(919) 555-0142", "919-555-0188"]
        assert session.get_one(Referral, town.ids["referral_id"]).service_id == "svc-a"
        assert session.exec(select(Shortlisted.service_id)).all() == ["svc-a"]
        assert session.exec(select(RoutePlan.service_id)).all() == ["svc-a"]
        told = session.exec(select(PublicReport)).one()
        assert (told.service_id, told.unit_id) == ("svc-a", "sal-a")
        assert session.exec(select(ServiceAtLocation.id)).all() == ["sal-a"]
        was = session.exec(select(Metadata).where(Metadata.resource_id == "svc-b")).all()
        assert {"Night clinic", "org-b"} <= {row.previous_value for row in was}
        assert session.get_one(MergedRecord, "sal-b").kept_id == "sal-a"
        done = session.exec(select(AuditEvent).where(AuditEvent.action == "directory.merge")).one()
        assert (done.entity_id, done.fields) == ("svc-a", {"merged": "svc-b"})
        payloads = session.exec(select(OutboxMessage.payload)).all()
        assert {"entity": "unit", "id": "sal-b"} in payloads
    for old, kept_id in (("svc-b", "svc-a"), ("sal-b", "sal-a")):
        gone = staffed.client.get(f"/services/{old}?q=clinic", follow_redirects=False)
        assert (gone.status_code, gone.headers["location"]) == (
            301, f"/services/{kept_id}?q=clinic",
        )  # fmt: skip
    assert "Night clinic" in curator.open("/staff/services/svc-a/history").text
    assert curator.open(path).status_code == 404


def test_old_ids_lead_to_the_record_that_was_kept_wherever_one_is_read_by_id(
    staffed: Staffed, curator: Browser
) -> None:
    for kind, keep in (("service", "svc-a"), ("organization", "org-a")):
        path = pair_of(curator, kind)
        curator.open(path)
        came_to(curator.send(path, keep=keep))
    ask = staffed.client.get
    for old, status, kept in (
        ("/api/v1/services/svc-b?lang=es", 301, "/api/v1/services/svc-a?lang=es"),
        ("/api/v1/organizations/org-b", 301, "/api/v1/organizations/org-a"),
        ("/services/sal-b/print", 301, "/services/sal-a/print"),
        ("/es/services/sal-b/report", 301, "/es/services/sal-a/report"),
        ("/api/v1/services/svc-c", 404, None),
    ):
        answer = ask(old, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (status, kept), old
        assert ask(old).status_code == (404 if kept is None else 200)
    written = staffed.client.post("/services/sal-b/report", follow_redirects=False)
    assert (written.status_code, written.headers["location"]) == (308, "/services/sal-a/report")
    for page in ("history", "call", "edit"):
        led = ask(f"/staff/services/svc-b/{page}", headers=curator.headers, follow_redirects=False)
        assert led.headers["location"] == f"/staff/services/svc-a/{page}"
    saved = ask("/saved?id=sal-b&id=svc-b&id=sal-a").text
    assert 'data-list="sal-a" data-moved="sal-b sal-a svc-b sal-a"' in saved
    assert "no longer offered" not in saved and "1 saved service" in saved
    assert ask("/saved/print?id=sal-b").text.count("Night clinic") >= 1


def test_organizations_are_made_one_with_their_services(staffed: Staffed, curator: Browser) -> None:
    path = pair_of(curator, "organization")
    curator.open(path)
    came_to(curator.send(path, keep="org-b"))
    with writing(staffed) as session:
        assert session.get(Organization, "org-a") is None
        owners = session.exec(select(Service.organization_id).where(col(Service.id) == "svc-a"))
        assert owners.one() == "org-b"


def test_members_of_the_network_and_counted_slots_are_not_guessed_about(
    staffed: Staffed, curator: Browser
) -> None:
    town = staffed.town
    with writing(staffed) as session:
        for name, key in (("clinic", "org-a"), ("other", "org-b")):
            member = session.get_one(type(town.organizations[name]), town.organizations[name].id)
            member.directory_organization_id = key
            session.add(ProgramCapacity(organization_id=member.id, service_id=f"svc-{key[-1]}",
                                        asked_on=date(2026, 3, 1)))  # fmt: skip
    for kind, keep, words in (
        ("organization", "org-a", "Both are members of the network."),
        ("service", "svc-a", "The slots of both services are counted."),
    ):
        path = pair_of(curator, kind)
        curator.open(path)
        refused = curator.send(path, keep=keep)
        assert refused.status_code == 409 and words in refused.text


def test_what_was_told_apart_is_not_asked_again(staffed: Staffed, curator: Browser) -> None:
    path = pair_of(curator, "service")
    curator.open(path)
    nothing = curator.send(path)
    assert nothing.status_code == 409 and "Choose which of two" in nothing.text
    came_to(curator.send(path, distinct="yes"))
    look(curator)
    assert "Two services" not in curator.open(LIST).text
    with writing(staffed) as session:
        states = {p.kind: p.state for p in session.exec(select(DuplicatePair))}
        assert states == {"service": "distinct", "organization": "open"}


def test_the_worker_looks_in_chunks_and_the_page_says_how_far_it_is(
    staffed: Staffed, curator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    database: Database = staffed.client.app.state.database
    assert "Nobody has looked yet." in curator.open(LIST).text
    came_to(curator.send(LIST))
    waiting = curator.open(LIST).text
    assert "The worker begins in a moment." in waiting and "Look again" in waiting
    came_to(curator.send(LIST))  # while one goes on, another is not begun
    seen: list[str] = []
    monkeypatch.setattr(searching, "TOLD_EVERY_S", 0)
    monkeypatch.setattr(reading, "CHUNK", 1)
    add = Scratch.add

    def watched(scratch: Scratch, records: Iterable[Known]) -> None:
        add(scratch, records)
        seen.append(text_of(curator.open(LIST).text))

    monkeypatch.setattr(Scratch, "add", watched)
    work(database)
    total = len(seen)
    assert f"0 of {total} records read" in seen[0]
    assert f"{total - 1} of {total} records read" in seen[-1]
    page = text_of(curator.open(LIST).text)
    assert "Looked through on" in page and f"{total} services and organizations" in page
    assert "2 pairs" in page and "Two services" in page and "Two organizations" in page
    with writing(staffed) as session:
        (row,) = session.exec(select(DuplicateSearch))
        assert (row.step, row.opened, row.records) == ("done", 2, total)
        session.get_one(Service, "svc-b").name = "Day nursery"
    look(curator)
    assert "Two services" not in curator.open(LIST).text  # no longer alike


def test_a_search_that_gave_no_sign_for_long_can_be_begun_anew(
    staffed: Staffed, curator: Browser
) -> None:
    curator.open(LIST)
    came_to(curator.send(LIST))
    with writing(staffed) as session:
        row = session.exec(select(DuplicateSearch)).one()
        row.asked_at = row.moved_at = now() - timedelta(minutes=6)
    assert "It seems to have stopped." in curator.open(LIST).text
    look(curator)
    assert "2 pairs" in text_of(curator.open(LIST).text)


@pytest.mark.parametrize("who", ["clinic.coordinator", "clinic.supervisor"])
def test_others_may_not(staffed: Staffed, who: str) -> None:
    assert Browser(staffed, who).open(LIST).status_code == 403


def test_a_crowd_with_one_number_is_not_compared_all_with_all() -> None:
    crowd = [Known(f"{n:05}", f"Service of town {n}", phones={"9195550100"}) for n in range(3000)]
    assert list(alike(crowd)) == []
    twice = [Known("x", "Eno Pantry", phones={"9195550101"}), Known("y", "PANTRY  Eno, the")]
    assert list(alike([*crowd, *twice])) == []  # a name alone is not enough
    near = [
        Known(k, "Eno Pantry", points={(35.99 + n * 0.0008, -78.9)}) for n, k in enumerate("pqr")
    ]
    found = {(one.first_id, one.second_id): one.reasons for one in alike(near)}
    assert found == {("p", "q"): ("name", "near"), ("q", "r"): ("name", "near")}
    assert plain("Clínica  Del-Río") == plain("del rio clinica") != ""
