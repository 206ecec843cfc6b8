"""What becomes of public reports, on both databases."""

import pytest
from sqlmodel import Session

from core.actor import Actor
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models import ReportStatus
from directory.reports import decide, report, reports
from tests.support.county import CLINIC, CLINIC_PLACE, fill

CURATOR = Actor(id="c", name="Curator", roles=frozenset({"curator"}), via="session")
OTHER = Actor(id="o", name="Other", roles=frozenset({"coordinator", "admin"}), via="session")


def tell(session: Session, kind: str = "closed", text: str = "") -> None:
    report(session, service_id=CLINIC, unit_id=CLINIC_PLACE, kind=kind, text=text, language="en")


@pytest.fixture
def told(database: Database) -> Database:
    with database.write() as session:
        fill(session)
        for number in range(3):
            tell(session, "other", f"note {number}")
    return database


def test_curators_read_them_in_the_order_they_came_in_pages(told: Database) -> None:
    with told.read() as session:
        first = reports(session, CURATOR, per_page=2)
        rest = reports(session, CURATOR, page=2, per_page=2)
    assert [one.text for one in (*first.items, *rest.items)] == ["note 0", "note 1", "note 2"]
    assert first.total == 3 and first.items[0].service_name == "Evening clinic"


def test_a_decision_is_made_once_with_a_reason_and_the_rest_stays_open(told: Database) -> None:
    with told.read() as session:
        id = reports(session, CURATOR).items[0].id
    with told.write() as session:
        decide(session, CURATOR, id, "corrected", "Called; new hours entered.")
    with told.read() as session:
        assert reports(session, CURATOR).total == 2
        (done,) = reports(session, CURATOR, status=ReportStatus.CORRECTED).items
    assert (done.decision, done.decided_at is not None) == ("Called; new hours entered.", True)
    with told.write() as session, pytest.raises(Conflict):
        decide(session, CURATOR, id, "dismissed", "")


def test_what_is_told_after_a_decision_is_new(told: Database) -> None:
    with told.write() as session:
        id = reports(session, CURATOR).items[0].id
        decide(session, CURATOR, id, "dismissed", "")
        tell(session, "other", "note 0")
        assert reports(session, CURATOR).total == 3


def test_only_curators_read_and_decide(told: Database) -> None:
    with told.write() as session:
        id = reports(session, CURATOR).items[0].id
        with pytest.raises(Forbidden):
            reports(session, OTHER)
        with pytest.raises(Forbidden):
            decide(session, OTHER, id, "corrected", "")
        for status in ("open", "gone"):
            with pytest.raises(Invalid):
                decide(session, CURATOR, id, status, "")
        with pytest.raises(Invalid):
            decide(session, CURATOR, id, "corrected", "no\0text")
        with pytest.raises(NotFound):
            decide(session, CURATOR, "none", "corrected", "")
