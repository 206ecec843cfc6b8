"""A translation is shown only as long as it says what the text says now."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import Session, select

from core.audit import AuditEvent
from core.db import Database
from directory.commands import save
from directory.models import Service, Translation
from directory.queries import service_views
from search.documents import document
from tests import factories as make
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import actor
from tests.support.statements import counted

LIST, EDIT, PAGE = "/staff/translations", "/staff/services/line/edit", "/es/services/line"
OLD, NEW = "Abierto de noche.", "Abierto de día."
FORM = {"name": "Night line", "status": "active", "description": "Open by day."}


@contextmanager
def writing(staffed: Staffed) -> Iterator[Session]:
    database: Database = staffed.client.app.state.database
    with database.write() as session:
        yield session


def translated(session: Session, key: str, outdated: bool = False) -> None:
    owner = make.organization(id=f"org-{key}", name="Eno Helpers")
    session.add(owner)
    session.flush()
    session.add(make.service(owner, id=key, name="Night line", description="Open at night."))
    row = Translation(id=f"es-{key}", resource_type="service", resource_id=key, language="es",
                      field_name="description", text=OLD, machine=True)  # fmt: skip
    if outdated:
        row.outdated_since = owner.last_modified
    session.add(row)


@pytest.fixture
def curator(staffed: Staffed) -> Browser:
    """A curator, with a service whose description is translated."""
    with writing(staffed) as session:
        translated(session, "line")
    return Browser(staffed, "clinic.curator")


def test_an_old_translation_gives_way_to_the_new_text_until_somebody_renews_it(
    staffed: Staffed, curator: Browser
) -> None:
    assert OLD in staffed.client.get(PAGE).text
    curator.open(EDIT)
    came_to(curator.send(EDIT, **FORM))
    page = staffed.client.get(PAGE).text
    assert OLD not in page and '<p lang="en">Open by day.' in page
    assert "Este texto cambió el" in text_of(page)
    found = staffed.client.get("/api/v1/services/line?lang=es").json()
    assert (found["description"], found["translated"]) == ("Open by day.", [])
    with writing(staffed) as session:
        (view,) = service_views(session, ["line"])
    searched = document(view)
    assert searched is not None and searched["translations"] == {}
    listed = curator.open(LIST).text
    assert "1 translation" in text_of(listed) and OLD in listed and "Open by day." in listed
    came_to(curator.send(LIST, text=NEW))
    page = staffed.client.get(PAGE).text
    assert NEW in page and "Este texto cambió" not in page and "por una máquina" not in page
    assert "Every translation is as new as its text." in curator.open(LIST).text
    with writing(staffed) as session:
        done = session.exec(
            select(AuditEvent).where(AuditEvent.action == "directory.translate")
        ).one()
        assert done.fields == {"field": "description", "language": "es"}
    assert OLD in text_of(curator.open("/staff/services/line/history").text)


def test_what_changed_again_or_was_renewed_by_another_is_refused_and_kept_in_the_form(
    staffed: Staffed, curator: Browser
) -> None:
    curator.open(EDIT)
    came_to(curator.send(EDIT, **FORM))
    curator.open(LIST)
    with writing(staffed) as session:
        row = session.get_one(Service, "line").model_dump()
        who = actor(session, staffed.town.people["clinic.curator"])
        save(session, who, [Service(**{**row, "description": "Open all week."})])
    late = curator.send(LIST, text=NEW)
    assert late.status_code == 409 and "Somebody changed this meanwhile." in late.text
    assert NEW in late.text and "Open all week." in late.text
    long = curator.send(LIST, text="x" * 4001)
    assert long.status_code == 400 and "4,000 characters" in long.text
    came_to(curator.send(LIST, text=" "))
    with writing(staffed) as session:
        assert session.exec(select(Translation).where(Translation.id == "es-line")).all() == []
    assert curator.send(LIST, text=NEW).status_code == 404


def test_another_field_or_the_same_words_leave_a_translation_as_it_is(
    staffed: Staffed, curator: Browser
) -> None:
    curator.open(EDIT)
    came_to(curator.send(EDIT, **{**FORM, "name": "Day line", "description": "Open at night."}))
    assert OLD in staffed.client.get(PAGE).text


def test_more_translations_take_no_more_statements(staffed: Staffed, curator: Browser) -> None:
    counts = []
    with writing(staffed) as session:
        translated(session, "first", outdated=True)
    curator.open(LIST)
    for more in (0, 9):
        with writing(staffed) as session:
            for number in range(more):
                translated(session, f"more-{number}", outdated=True)
        with counted() as sent:
            assert curator.open(LIST).status_code == 200
        counts.append(len([text for text in sent if not text.startswith("PRAGMA")]))
    assert counts[0] == counts[1], counts


@pytest.mark.parametrize(
    ("who", "status"), [("clinic.supervisor", 403), ("pantry.partner", 403), ("pantry.admin", 403)]
)
def test_only_curators_renew(staffed: Staffed, who: str, status: int) -> None:
    assert Browser(staffed, who).open(LIST).status_code == status
