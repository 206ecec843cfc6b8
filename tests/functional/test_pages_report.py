"""“Something is wrong here”: told without a name, kept once, read by curators alone."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from core import audit
from core.db import Database
from directory import reports
from directory.models import PublicReport
from tests.functional.conftest import Client
from tests.functional.pages import text_of
from tests.support.county import CLINIC, CLINIC_PLACE, STAFF

PATH = f"/services/{CLINIC_PLACE}/report"


def kept(url: str) -> list[PublicReport]:
    database = Database(url)
    with database.read() as session:
        found = list(session.exec(select(PublicReport)))
        session.expunge_all()
    database.close()
    return found


def test_a_report_is_kept_without_anything_about_who_sent_it(
    client_on_each: Client, county_url_on_each: str
) -> None:
    asked = client_on_each.get(PATH)
    assert "What is wrong?" in text_of(asked.text)
    answer = client_on_each.post(PATH, data={"kind": "wrong_hours", "text": "Open\r\nTuesdays"})
    assert answer.status_code == 200 and answer.url.path.endswith("/thanks")
    assert "set-cookie" not in answer.history[0].headers
    assert "Thank you" in text_of(answer.text)
    (row,) = kept(county_url_on_each)
    assert (row.service_id, row.unit_id, row.kind) == (CLINIC, CLINIC_PLACE, "wrong_hours")
    assert (row.text, row.language, row.status, row.times) == ("Open\nTuesdays", "en", "open", 1)


def test_the_same_said_again_is_counted(client: Client, county_url: str) -> None:
    for _ in range(3):
        client.post(f"/es{PATH}", data={"kind": "closed", "text": ""})
    client.post(PATH, data={"kind": "moved", "text": "To Elm Street"})
    assert sorted((row.kind.value, row.times) for row in kept(county_url)) == [
        ("closed", 3),
        ("moved", 1),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose what is wrong."),
        ({"kind": "nonsense", "text": "x"}, "Choose what is wrong."),
        ({"kind": "other", "text": "  "}, "Say what is wrong."),
        ({"kind": "moved", "text": "x" * 1001}, "Use at most 1,000 letters."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    client: Client, county_url: str, data: dict[str, str], said: str
) -> None:
    answer = client.post(PATH, data=data)
    assert answer.status_code == 400
    assert said in text_of(answer.text)
    assert data.get("text", "").strip() in answer.text
    assert "<title>Not sent yet" in answer.text
    assert kept(county_url) == []


def test_programs_that_fill_in_everything_are_not_listened_to(
    client: Client, county_url: str
) -> None:
    answer = client.post(PATH, data={"kind": "closed", "text": "", "website": "https://x.example"})
    assert answer.url.path.endswith("/thanks")
    assert kept(county_url) == []


def test_reports_are_taken_slowly_from_one_address_and_never_from_another_site(
    start: Callable[..., Client], county_url: str
) -> None:
    client = start(county_url, rate_limit=600)
    statuses = [
        client.post(PATH, data={"kind": "closed"}, follow_redirects=False).status_code
        for _ in range(7)
    ]
    assert statuses == [303] * 6 + [429]
    foreign = client.post(PATH, data={"kind": "closed"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403


def test_ids_that_no_database_knows_are_not_there(client_on_each: Client) -> None:
    for path in ("/services/%00", "/services/%00/print", "/services/%00/report"):
        assert client_on_each.get(path).status_code == 404, path
    assert "2 services" in text_of(client_on_each.get("/saved?id=%00&id=%01x").text)
    assert client_on_each.get("/sitemaps/places.xml?after=%00").status_code == 404


@pytest.mark.parametrize("path", [STAFF, "shelter", "shelter-hidden-house", "none"])
def test_only_what_is_public_can_be_reported(client: Client, county_url: str, path: str) -> None:
    assert client.get(f"/services/{path}/report").status_code == 404
    assert client.post(f"/services/{path}/report", data={"kind": "closed"}).status_code == 404
    assert kept(county_url) == []


def test_a_service_nobody_stops_reporting_fills_a_bounded_list(
    client: Client, county_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "OPEN_MAX", 2)
    for number in range(4):
        answer = client.post(PATH, data={"kind": "other", "text": f"note {number}"})
        assert answer.url.path.endswith("/thanks")
    assert len(kept(county_url)) == 2


def test_each_report_is_in_the_audit_trail_without_its_words(
    client: Client, county_url: str
) -> None:
    client.post(PATH, data={"kind": "other", "text": "Ask for Mrs. Nobody"})
    database = Database(county_url)
    with database.read() as session:
        rows = session.exec(
            select(audit.AuditEvent).where(audit.AuditEvent.action == "directory.report")
        ).all()
        assert [(row.actor_id, row.address) for row in rows] == [("anonymous", "")]
        assert "Nobody" not in str(rows[0].fields)
        assert list(audit.verify(session)) == []
    database.close()
