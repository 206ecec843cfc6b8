"""The wait as it was: measured from referrals that came to a service, told to the directory and the index."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, select

from core import clock
from core.db import new_id
from core.outbox import OutboxMessage
from directory.models import ObservedWait
from directory.queries import service_views
from referrals.models import Referral
from referrals.reports.models import ReferralFact
from referrals.reports.waits import observe
from referrals.states import Status
from search.documents import document
from tests.support.referring import Scene

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def helped(scene: Scene, *days: int, sent_on: date = date(2026, 3, 2)) -> None:
    """A referral for each, with its facts, that was helped after so many days."""
    session = scene.session
    for after in days:
        row = Referral(
            id=new_id(), need_id=scene.need.id, patient_id=scene.patient.id,
            organization_id=scene.clinic.id, partner_id=scene.pantry.id,
            service_id=scene.service.id, status=Status.COMPLETED, category="food",
            created_by="x", sent_at=NOW, closed_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(ReferralFact(
            referral_id=row.id, version=1, organization_id=scene.clinic.id,
            partner_id=scene.pantry.id, need_id=scene.need.id, service_id=scene.service.id,
            category="food", counted=True, year=2026, quarter=1, status=Status.COMPLETED,
            sent_at=NOW, sent_on=sent_on, response_due_at=NOW, viewed=True, closed_in_time=True,
            on_behalf=False, silent=False, first_service_on=sent_on + timedelta(days=after),
        ))  # fmt: skip
    session.flush()


def waits(session: Session) -> list[tuple[int, int, date]]:
    return [(row.days, row.count, row.observed_on) for row in session.exec(select(ObservedWait))]


def test_a_service_has_a_wait_once_eleven_were_helped(scene: Scene) -> None:
    with clock.frozen(NOW):
        helped(scene, *range(10))
        assert observe(scene.session) == 0
        helped(scene, 30)
        assert observe(scene.session) == 1
        assert waits(scene.session) == [(5, 11, NOW.date())]


def test_the_index_is_told_and_the_document_says_it_apart_from_the_promise(scene: Scene) -> None:
    with clock.frozen(NOW):
        scene.service.wait_days, scene.service.wait_asked_on = 3, date(2026, 1, 5)
        helped(scene, *[14] * 12)
        observe(scene.session)
        view = service_views(scene.session, [scene.service.id], timezone="America/New_York")[0]
        found = document(view)
        assert found is not None
        assert (found["wait_days"], found["wait_asked_on"]) == (3, "2026-01-05")
        assert found["observed_wait"] == {"days": 14, "count": 12, "observed_on": "2026-06-01"}
        topics = scene.session.exec(select(OutboxMessage.topic)).all()
        assert "directory.changed" in topics


def test_what_is_as_it_was_keeps_its_day_and_what_is_old_goes(scene: Scene) -> None:
    with clock.frozen(NOW):
        helped(scene, *[7] * 11)
        observe(scene.session)
    with clock.frozen(NOW + timedelta(days=9)):
        observe(scene.session)
        assert waits(scene.session) == [(7, 11, NOW.date())]
    with clock.frozen(NOW + timedelta(days=400)):
        assert observe(scene.session) == 0
        assert waits(scene.session) == []
