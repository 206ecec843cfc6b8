"""The worklist: which needs have a line, for which reason, and in which order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from patients.models import LoopConfirmation, NeedStatus
from referrals.states import Status
from referrals.worklist import ConsentFacts, Line, NeedFacts, Try, Why, lines

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
TODAY = NOW.date()


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def tried(status: Status, **values: Any) -> Try:
    ended = status in (Status.DECLINED, Status.EXPIRED, Status.CANCELLED, Status.COMPLETED)
    given = {"moved_at": ago(3), "closed_at": ago(3) if ended else None, **values}
    return Try(id=f"r-{status}", status=status, service_id="s", partner_id="p", **given)


def need(id: str = "n", *tries: Try, **values: Any) -> NeedFacts:
    given: dict[str, Any] = {
        "patient_id": f"p-{id}",
        "category": "food",
        "restricted": None,
        "urgent": False,
        "status": NeedStatus.OPEN,
        "confirmation": LoopConfirmation.UNCONFIRMED,
        "opened_on": TODAY - timedelta(days=5),
        **values,
    }
    return NeedFacts(id=id, tries=tries, **given)


def listed(*needs: NeedFacts, consents: tuple[ConsentFacts, ...] = ()) -> list[Line]:
    return lines(needs, consents, NOW, UTC)


MET = {"status": NeedStatus.MET, "closed_at": ago(2)}
CASES = [
    ("no one asked", need(), Why.UNTRIED),
    ("only a draft", need("n", tried(Status.DRAFT)), Why.UNTRIED),
    ("just sent", need("n", tried(Status.SENT, due_at=ago(-1))), None),
    ("reminded, no answer", need("n", tried(Status.VIEWED, reminders=1)), Why.SILENT),
    ("past its limit", need("n", tried(Status.SENT, due_at=ago(1))), Why.SILENT),
    ("accepted, in time", need("n", tried(Status.ACCEPTED, due_at=ago(-3))), None),
    ("accepted and silent", need("n", tried(Status.ACCEPTED, reminders=2)), Why.SILENT),
    ("missed, reminded", need("n", tried(Status.NO_SHOW, reminders=1)), Why.SILENT),
    ("asks", need("n", tried(Status.NEEDS_INFO)), Why.ASKED),
    ("on the list", need("n", tried(Status.WAITLISTED, asked_at=ago(3), due_at=ago(-9))), None),
    ("long on the list", need("n", tried(Status.WAITLISTED, asked_at=ago(1))), Why.REVIEW),
    ("appointment is over", need("n", tried(Status.SCHEDULED, due_at=ago(1))), Why.REVIEW),
    ("appointment just over", need("n", tried(Status.SCHEDULED, asked_at=ago(1), due_at=ago(-1),
     appointment_at=ago(1))), None),
    ("appointment asked about again", need("n", tried(Status.SCHEDULED, asked_at=ago(1),
     due_at=ago(-1), appointment_at=ago(2.9))), Why.REVIEW),
    ("being helped", need("n", tried(Status.IN_SERVICE, asked_at=ago(3), due_at=ago(-9))), None),
    ("declined", need("n", tried(Status.DECLINED)), Why.ENDED),
    ("no answer", need("n", tried(Status.EXPIRED)), Why.ENDED),
    ("did not meet it", need("n", tried(Status.COMPLETED)), Why.ENDED),
    ("another is running", need("n", tried(Status.DECLINED), tried(Status.SENT)), None),
    ("says otherwise", need("n", tried(Status.COMPLETED), confirmation=LoopConfirmation.DISPUTED),
     Why.DISPUTED),
    ("met, nobody said so", need("n", tried(Status.COMPLETED), **MET), Why.CONFIRM),
    ("met and confirmed", need("n", confirmation=LoopConfirmation.BY_PATIENT, **MET), None),
    ("withdrawn", need("n", status=NeedStatus.WITHDRAWN, closed_at=ago(1)), None),
    ("call today", need("n", tried(Status.SENT), contact_on=TODAY), Why.CALL),
    ("call tomorrow", need("n", contact_on=TODAY + timedelta(days=1)), None),
    ("a question is not put off",
     need("n", tried(Status.NEEDS_INFO), contact_on=TODAY + timedelta(days=9)), Why.ASKED),
    ("watched, changed", need("n", tried(Status.SENT), changed_at=ago(0.1)), Why.CHANGED),
    ("watched, of a colleague", need("n", changed_at=ago(0.1), mine=False), Why.CHANGED),
    ("a colleague's", need("n", mine=False), None),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "why"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_why_a_need_is_on_the_list(facts: NeedFacts, why: Why | None) -> None:
    found = listed(facts)
    assert [line.why for line in found] == ([why] if why else [])


def test_the_order_is_urgent_then_reason_then_the_longest_wait() -> None:
    found = listed(
        need("watched", tried(Status.SENT), changed_at=ago(9)),
        need("old", opened_on=date(2026, 1, 1)),
        need("new", opened_on=date(2026, 3, 1)),
        need("asks", tried(Status.NEEDS_INFO, moved_at=ago(0.1))),
        need("declined", tried(Status.DECLINED)),
        need("urgent", opened_on=TODAY, urgent=True),
        consents=(ConsentFacts("c", "p", TODAY + timedelta(days=3)),),
    )
    names = [line.need.id if line.need else line.consent_id for line in found]
    assert names == ["urgent", "asks", "declined", "old", "new", "watched", "c"]


def test_a_need_has_one_line_that_names_its_other_reasons() -> None:
    facts = need("n", tried(Status.NEEDS_INFO), tried(Status.SENT, reminders=1),
                 contact_on=TODAY, changed_at=ago(1))  # fmt: skip
    (line,) = listed(facts)
    assert line.why is Why.ASKED
    assert line.also == (Why.SILENT, Why.CALL, Why.CHANGED)


def test_an_urgent_need_that_is_closed_is_urgent_no_more() -> None:
    (line,) = listed(need("n", urgent=True, **MET))
    assert not line.urgent


def test_a_consent_is_due_at_the_end_of_its_last_day() -> None:
    (line,) = listed(consents=(ConsentFacts("c", "p", TODAY),))
    assert line.due == datetime(2026, 3, 5, tzinfo=UTC)
