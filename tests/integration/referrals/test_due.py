"""The facts of the worklist on both databases: own caseload and watched needs, and nobody else's."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from accounts.models import Role
from core import clock
from core.actor import Actor
from core.errors import Forbidden, NotFound
from patients import caring, coming_back, shortlist
from patients.forms import NeedForm
from patients.models import AssignmentKind, NeedStatus, Urgency
from referrals.due import work
from referrals.states import Status
from referrals.worklist import Line, Why
from tests.support.referring import VAULT, Scene, consenting, open_need, somebody

ZONE = ZoneInfo("America/New_York")


def due(scene: Scene, actor: Actor | None = None) -> list[Line]:
    who = actor or scene.actors["coordinator"]
    with clock.frozen(scene.now):
        return work(scene.session, who, scene.clinic.id, ZONE)


def whys(scene: Scene, actor: Actor | None = None) -> list[Why]:
    return [line.why for line in due(scene, actor)]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (Status.DRAFT, Why.UNTRIED),
        (Status.SENT, None),
        (Status.NEEDS_INFO, Why.ASKED),
        (Status.WAITLISTED, None),
        (Status.SCHEDULED, None),
        (Status.IN_SERVICE, None),
        (Status.COMPLETED, Why.CONFIRM),
        (Status.DECLINED, Why.ENDED),
        (Status.EXPIRED, Why.ENDED),
    ],
)
def test_each_state_of_a_real_referral(
    sqlite_scene: Scene, status: Status, why: Why | None
) -> None:
    scene, first = sqlite_scene, sqlite_scene.need.id
    scene.at(status)
    found = [line for line in due(scene) if line.need and line.need.id != first]
    assert [line.why for line in found] == ([why] if why else [])


def test_a_question_comes_before_a_need_nobody_was_asked_about(scene: Scene) -> None:
    scene.at(Status.NEEDS_INFO)
    question, untried = due(scene)
    assert (question.why, untried.why) == (Why.ASKED, Why.UNTRIED)
    assert question.attempt is not None and question.due is not None


def test_what_was_put_up_for_review_stays_until_something_happens(sqlite_scene: Scene) -> None:
    from referrals import timers
    from referrals.models import Referral

    scene = sqlite_scene
    referral = scene.at(Status.WAITLISTED)
    row = scene.session.get_one(Referral, referral.id)
    assert row.due_at is not None
    scene.now = row.due_at + timedelta(hours=1)
    with clock.frozen(scene.now):
        assert timers.review(scene.session, row, scene.now)
    scene.session.expire_all()
    scene.now += timedelta(days=2)
    assert Why.REVIEW in whys(scene)


def test_a_contact_day_puts_off_and_then_brings_back(sqlite_scene: Scene) -> None:
    scene, coordinator = sqlite_scene, sqlite_scene.actors["coordinator"]
    assert whys(scene) == [Why.UNTRIED]
    day = scene.now.astimezone(ZONE).date() + timedelta(days=2)
    coming_back.set_contact_day(scene.session, coordinator, scene.need.id, day)
    assert whys(scene) == []
    scene.now += timedelta(days=2)
    (line,) = due(scene)
    assert (line.why, line.also) == (Why.CALL, (Why.UNTRIED,))


def test_only_ones_own_patients_are_on_the_list_until_one_covers(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    other = somebody(scene.session, scene.clinic, Role.COORDINATOR, "Bo")
    assert whys(scene, other) == []
    caring.assign(
        scene.session, scene.actors["coordinator"], scene.patient.id, other.id,
        AssignmentKind.COVER, until=clock.now() + timedelta(days=1),
    )  # fmt: skip
    with clock.frozen(clock.now()):
        assert [line.why for line in work(scene.session, other, scene.clinic.id, ZONE)] == [
            Why.UNTRIED
        ]
    for who, refused in (("supervisor", Forbidden), ("partner", NotFound)):
        with pytest.raises(refused):
            work(scene.session, scene.actors[who], scene.clinic.id, ZONE)


def test_a_watched_need_shows_what_others_did_until_it_is_seen(scene: Scene) -> None:
    other = somebody(scene.session, scene.clinic, Role.COORDINATOR, "Bo")
    referral = scene.draft()
    with clock.frozen(scene.now):
        coming_back.watch(scene.session, other, scene.need.id)
    assert whys(scene, other) == []
    scene.now += timedelta(hours=1)
    scene.act("coordinator", "send", referral)
    assert whys(scene, other) == [Why.CHANGED]
    assert whys(scene) == []
    scene.now += timedelta(hours=1)
    with clock.frozen(scene.now):
        coming_back.watch(scene.session, other, scene.need.id)
    assert whys(scene, other) == []
    coming_back.unwatch(scene.session, other, scene.need.id)
    assert not coming_back.watches(scene.session, other, scene.need.id)


def test_what_others_change_in_a_watched_need_is_news_and_looking_is_not(scene: Scene) -> None:
    coordinator = scene.actors["coordinator"]
    other = somebody(scene.session, scene.clinic, Role.COORDINATOR, "Bo")
    with clock.frozen(scene.now):
        coming_back.watch(scene.session, other, scene.need.id)
    scene.now += timedelta(hours=1)
    with clock.frozen(scene.now):
        coming_back.watch(scene.session, coordinator, scene.need.id)
    assert whys(scene, other) == []
    form = NeedForm(category="food", words="No food since Friday", urgency=Urgency.URGENT)
    scene.now += timedelta(hours=1)
    with clock.frozen(scene.now):
        caring.update_need(scene.session, coordinator, VAULT, scene.need.id, form, version=1)
    (line,) = due(scene, other)
    assert (line.why, line.since) == (Why.CHANGED, scene.now)
    assert Why.CHANGED not in due(scene)[0].also  # whoever changed it knows
    with clock.frozen(scene.now):
        coming_back.watch(scene.session, other, scene.need.id)
    assert whys(scene, other) == []
    scene.now += timedelta(hours=1)
    day = scene.now.astimezone(ZONE).date() + timedelta(days=2)
    with clock.frozen(scene.now):
        coming_back.set_contact_day(scene.session, coordinator, scene.need.id, day)
    assert whys(scene, other) == [Why.CHANGED]


def test_a_listing_on_the_shortlist_of_a_watched_need_is_news(sqlite_scene: Scene) -> None:
    scene, coordinator = sqlite_scene, sqlite_scene.actors["coordinator"]
    shortlist.add(scene.session, coordinator, scene.need.id, scene.service.id)
    scene.service.last_modified = scene.now
    scene.session.add(scene.service)
    scene.session.flush()
    with clock.frozen(scene.now + timedelta(hours=1)):
        coming_back.watch(scene.session, coordinator, scene.need.id)
    assert due(scene)[0].also == ()
    scene.service.last_modified = scene.now + timedelta(hours=2)
    scene.session.add(scene.service)
    scene.session.flush()
    assert due(scene)[0].also == (Why.CHANGED,)


def test_a_consent_that_ends_soon_is_named_while_somebody_needs_it(sqlite_scene: Scene) -> None:
    scene, coordinator = sqlite_scene, sqlite_scene.actors["coordinator"]
    today = scene.now.date()
    with clock.frozen(scene.now):
        for days in (3, 40):
            consenting(
                scene.session, coordinator, scene.patient, scene.pantry.id,
                valid_until=(today + timedelta(days=days)).isoformat(),
            )  # fmt: skip
    assert whys(scene) == [Why.UNTRIED, Why.CONSENT]
    with clock.frozen(scene.now):
        caring.set_need_status(
            scene.session, coordinator, scene.need.id, NeedStatus.WITHDRAWN,
            version=scene.need.version,
        )  # fmt: skip
    assert whys(scene) == []


def statements_of(session: Session, scene: Scene) -> int:
    from tests.support.statements import counted

    with counted() as sent:
        due(scene)
    return len(sent)


def test_more_needs_take_no_more_statements(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    before = statements_of(scene.session, scene)
    for _ in range(5):
        open_need(scene.session, scene.actors["coordinator"], scene.patient)
        scene.at(Status.DECLINED)
    assert statements_of(scene.session, scene) == before
