"""Services set aside for a need: once each, by those who work with the patient, until it is erased."""

import pytest
from sqlmodel import select

from core.audit import AuditEvent
from core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models import Visibility
from patients import caring, lifecycle, shortlist
from patients.models import NeedStatus, Shortlisted
from tests import factories
from tests.support.referring import Scene


def lines(scene: Scene) -> list[tuple[str, str | None]]:
    found = shortlist.shortlist(scene.session, scene.actors["coordinator"], scene.need.id)
    return [(line.service_id, line.location_id) for line in found]


def placed(scene: Scene, **values: object) -> str:
    place = factories.location(**values)
    scene.session.add(place)
    scene.session.flush()
    scene.session.add(factories.at(scene.service, place))
    scene.session.flush()
    return place.id


def test_a_service_is_set_aside_once_and_taken_off(scene: Scene) -> None:
    who = (scene.session, scene.actors["coordinator"], scene.need.id, scene.service.id)
    place = placed(scene)
    first = shortlist.add(*who)
    assert shortlist.add(*who).id == first.id
    shortlist.add(*who, place)
    assert lines(scene) == [(scene.service.id, None), (scene.service.id, place)]
    shortlist.remove(*who)
    shortlist.remove(*who)
    assert lines(scene) == [(scene.service.id, place)]
    actions = [row.action for row in scene.session.exec(select(AuditEvent))]
    assert actions.count("need.shortlist") == 2
    assert actions.count("need.unshortlist") == 1


def test_only_coordinators_of_the_organization_have_a_shortlist(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    refusals = {"stranger": NotFound, "partner": NotFound, "supervisor": Forbidden}
    for who, refused in refusals.items():
        rest = (scene.session, scene.actors[who], scene.need.id)
        with pytest.raises(refused):
            shortlist.shortlist(*rest)
        with pytest.raises(refused):
            shortlist.add(*rest, scene.service.id)
        with pytest.raises(refused):
            shortlist.remove(*rest, scene.service.id)
    assert lines(scene) == []


def test_what_cannot_be_offered_is_not_set_aside(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    who = (scene.session, scene.actors["coordinator"], scene.need.id)
    hidden = placed(scene, confidential=True, latitude=None, longitude=None)
    with pytest.raises(Invalid, match="no such service"):
        shortlist.add(*who, "nothing")
    for place in (hidden, "elsewhere"):
        with pytest.raises(Invalid, match="not offered at this place"):
            shortlist.add(*who, scene.service.id, place)
    scene.service.visibility = Visibility.RESTRICTED
    scene.session.flush()
    with pytest.raises(Invalid, match="no such service"):
        shortlist.add(*who, scene.service.id)
    assert lines(scene) == []


def test_a_shortlist_has_an_end(sqlite_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = sqlite_scene
    monkeypatch.setattr(shortlist, "LONGEST", 1)
    who = (scene.session, scene.actors["coordinator"], scene.need.id, scene.service.id)
    shortlist.add(*who)
    with pytest.raises(Conflict, match="full"):
        shortlist.add(*who, placed(scene))


def test_nothing_more_is_set_aside_for_a_closed_need(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    coordinator, need = scene.actors["coordinator"], scene.need
    caring.set_need_status(
        scene.session, coordinator, need.id, NeedStatus.MET, version=need.version
    )
    with pytest.raises(Conflict, match="closed"):
        shortlist.add(scene.session, coordinator, need.id, scene.service.id)


def test_the_shortlist_goes_with_the_patient(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    coordinator = scene.actors["coordinator"]
    shortlist.add(scene.session, coordinator, scene.need.id, scene.service.id)
    lifecycle.erase(scene.session, coordinator, scene.patient.id)
    assert scene.session.exec(select(Shortlisted)).all() == []
