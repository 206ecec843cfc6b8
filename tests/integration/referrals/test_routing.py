"""Next in line: down the approved list by itself, and proposals with their reasons."""

from datetime import timedelta

import pytest
from sqlmodel import select

from accounts.models import Role
from core import clock
from core.db import Database
from core.errors import Forbidden, NotFound
from core.outbox import Message, OutboxMessage
from directory.models import Service
from referrals import next_best, routing
from referrals.commands import NEXT
from referrals.drafting import Target
from referrals.models import ProgramCapacity, Referral, RoutePlan
from referrals.next_best import Candidate
from referrals.states import Status
from tests.support.referring import NOON, VAULT, Scene, consenting, open_need, partner, somebody


def planned(scene: Scene, *names: str, consented: bool = True) -> list[Service]:
    """Further pantries on the plan of the present need, in that order, with somebody in each."""
    with clock.frozen(scene.now):
        coordinator, services = scene.actors["coordinator"], []
        for name in names:
            of, service = partner(scene.session, name)
            scene.actors[name] = somebody(scene.session, of, Role.PARTNER, f"At {name}")
            services.append(service)
            if consented:
                consenting(scene.session, coordinator, scene.patient, of.id)
        targets = [Target(service.id) for service in services]
        routing.approve(scene.session, coordinator, scene.need.id, targets)
    return services


def moved_on(scene: Scene, ended: Referral) -> Referral | None:
    with clock.frozen(scene.now):
        return routing.try_next(scene.session, VAULT, ended)


def test_a_decline_goes_to_the_next_on_the_list_until_it_is_at_its_end(scene: Scene) -> None:
    row = scene.at(Status.SENT)
    services = planned(scene, "Second", "Third")
    for who, service in zip(("partner", "Second"), services, strict=True):
        declined = scene.act(who, "decline", row)
        following = moved_on(scene, declined)
        assert following is not None
        assert (following.service_id, following.status) == (service.id, Status.SENT)
        assert following.replaces_id == declined.id
        assert scene.events(following)[-1].facts["via"] == "plan"
        assert moved_on(scene, declined) is None  # somebody has taken its place already
        row = following
    assert moved_on(scene, scene.act("Third", "decline", row)) is None
    steps = scene.session.exec(select(RoutePlan)).all()
    assert all(step.tried_at and step.referral_id for step in steps)


def test_the_worker_moves_on_once_however_often_it_is_told(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.at(Status.SENT)
    planned(scene, "Second", "Third")
    scene.act("partner", "decline", row)
    message = scene.session.exec(select(OutboxMessage).where(OutboxMessage.topic == NEXT)).one()
    assert message.payload["referral_id"] == row.id
    scene.session.commit()
    database = Database(str(scene.session.get_bind().engine.url))
    told = Message(1, message.key, NEXT, message.payload, 1)
    with clock.frozen(scene.now):
        routing.handler(database, VAULT)([told, told])
    with database.read() as session:
        sent = session.exec(select(Referral).where(Referral.replaces_id == row.id)).all()
        assert [item.service_id for item in sent] == ["svc-Second"]
    database.close()


def test_a_service_without_consent_is_passed_over_and_nothing_of_it_stays(
    sqlite_scene: Scene,
) -> None:
    scene = sqlite_scene
    first = scene.at(Status.SENT)
    planned(scene, "Second", consented=False)
    scene.act("partner", "decline", first)
    assert moved_on(scene, first) is None
    assert len(scene.session.exec(select(Referral)).all()) == 1
    (step,) = scene.session.exec(select(RoutePlan)).all()
    assert step.tried_at is None


def test_nothing_moves_on_by_itself_from_what_people_ended(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    for status in (Status.CANCELLED, Status.COMPLETED, Status.SENT):
        ended = scene.at(status)
        if status is not Status.COMPLETED:
            planned(scene, f"For {status}")
        assert moved_on(scene, ended) is None


def test_whoever_approved_must_still_be_there(sqlite_scene: Scene) -> None:
    from accounts.models import User

    scene = sqlite_scene
    first = scene.at(Status.SENT)
    planned(scene, "Second")
    scene.act("partner", "decline", first)
    user = scene.session.get_one(User, scene.actors["coordinator"].id)
    user.active, user.deactivated_at = False, NOON
    scene.session.flush()
    assert moved_on(scene, first) is None


def test_only_the_senders_coordinators_plan(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    for who, kind in (("supervisor", Forbidden), ("partner", NotFound)):
        with pytest.raises(kind):
            routing.approve(scene.session, scene.actors[who], scene.need.id, [])
        with pytest.raises(kind):
            routing.plan(scene.session, scene.actors[who], scene.need.id)
        with pytest.raises(kind):
            next_best.asked(scene.session, scene.actors[who], scene.need.id)


def candidate(service: Service, **values: object) -> Candidate:
    chosen = {
        "service_id": service.id, "location_id": None, "organization_id": service.organization_id,
        "name": service.name, "organization": "x", "languages": (), "distance_m": 1000.0,
        "wait_days": None, **values,
    }  # fmt: skip
    return Candidate(**chosen)  # type: ignore[arg-type]


def test_room_comes_before_language_before_speed_before_distance(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    names = ("Full", "Far", "Near", "Spanish", "Roomy")
    found = {name: partner(scene.session, name) for name in names}
    for name, total, taken in (("Full", 1, 1), ("Roomy", 3, 1)):
        of, service = found[name]
        scene.session.add(ProgramCapacity(organization_id=of.id, service_id=service.id,
                                          slots_total=total, slots_taken=taken,
                                          asked_on=NOON.date()))  # fmt: skip
    scene.patient.languages = ["es"]
    scene.session.flush()
    wanted = next_best.asked(scene.session, scene.actors["coordinator"], scene.need.id)
    offered = [
        candidate(found["Full"][1], languages=("es",)),
        candidate(found["Far"][1], distance_m=9000.0),
        candidate(found["Near"][1]),
        candidate(found["Spanish"][1], languages=("es", "en"), distance_m=30_000.0),
        candidate(found["Roomy"][1], distance_m=20_000.0),
        candidate(Service(id="svc-out", organization_id="org-out", name="Not in the network")),
    ]
    order = next_best.propose(scene.session, wanted, offered)
    assert [item.service_id[4:] for item in order] == ["Roomy", "Spanish", "Near", "Far", "Full"]
    texts = {item.service_id: [reason.text for reason in item.reasons] for item in order}
    assert texts["svc-Roomy"][:2] == [
        "2 of 3 slots free (2026-03-02)", "Does not list the patient's language",
    ]  # fmt: skip
    assert texts["svc-Full"][0] == "Full, with a waitlist (2026-03-02)"
    assert all(len(reasons) >= 3 for reasons in texts.values())


def test_answers_are_measured_in_the_partners_business_hours(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    for hours in (1, 3, 24):
        row = scene.at(Status.SENT)
        scene.now += timedelta(hours=hours)
        scene.act("partner", "decline", row)
        scene.now = NOON
    with clock.frozen(NOON + timedelta(days=2)):
        other = [candidate(scene.service)]
        need = open_need(scene.session, scene.actors["coordinator"], scene.patient)
        wanted = next_best.asked(scene.session, scene.actors["coordinator"], need.id)
        (proposal,) = next_best.propose(scene.session, wanted, other)
    answers = next(r.text for r in proposal.reasons if r.code == "answers")
    assert answers == "Answers in 3.0 business hours (median of 3)"
