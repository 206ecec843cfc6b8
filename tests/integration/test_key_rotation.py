"""Keys are changed while people read and write, and a lost key is said before anything is lost.

The order is: every process knows the new key (behind the old one), every process seals with it (in
front), `handrail keys rotate`, and only then the old one is taken away.
"""

import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app import checks
from app.commands import keys as command
from app.migrating import newest
from app.tables import metadata
from core import resealing
from core.actor import Actor
from core.crypto import KeyMissing
from core.db import Database
from core.errors import Conflict
from core.settings import Settings, SettingsError
from patients import commands, queries
from patients.forms import PatientForm
from patients.sealing import Vault
from tests.support.network_town import Town, actor, settle

OLD, NEW, INDEX = (b64encode(letter * 32).decode() for letter in (b"o", b"n", b"i"))
PATIENTS = 12


def ring(*names: str) -> str:
    return ",".join(f"{name}:{ {'k1': OLD, 'k2': NEW}[name] }" for name in names)


@pytest.fixture
def before(database_url: str, settings: Settings) -> Settings:
    """Settings of a process before the change."""
    return replace(settings, database_url=database_url, encryption_keys=ring("k1"), index_key=INDEX)


@pytest.fixture
def town(before: Settings, database: Database) -> Town:
    """People, and patients sealed with the old key."""
    with database.write() as session:
        run = session.connection().execute
        run(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        run(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
        found = settle(session, before)
        ana = actor(session, found.people["clinic.coordinator"])
        for number in range(PATIENTS):
            form = PatientForm(name=f"Patient {number}", notes="first words")
            commands.create_patient(
                session, ana, Vault(before.keyring()), found.ids["organization_id"], form
            )
    checks.require_right_keys(before)
    return found


def rotate(settings: Settings) -> int:
    return command.run(settings, None)  # type: ignore[arg-type]


def ids(database: Database) -> list[str]:
    with database.read() as session:
        table = metadata.tables["patient"]
        return list(session.connection().scalars(select(table.c.id).order_by(table.c.id)))


class Work:
    """Threads that read and write with one process' settings until told to stop."""

    def __init__(self, settings: Settings, who: Actor, patients: list[str]) -> None:
        self.done, self.failures = 0, list[BaseException]()
        self._stop, self.at_work = threading.Event(), threading.Event()
        self._database = Database(settings.database_url)
        self._vault, self._who, self._patients = Vault(settings.keyring()), who, patients
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set() and not self.failures:
            for patient_id in self._patients:
                try:
                    self._once(patient_id)
                    self.done += 1
                    self.at_work.set()
                    self._stop.wait(0.005)  # people, not a benchmark
                except Conflict:
                    pass  # the other process was faster, as the page would say
                except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
                    self.failures.append(error)
                    self.at_work.set()

    def _once(self, patient_id: str) -> None:
        with self._database.write() as session:
            found = queries.patient_record(session, self._who, self._vault, patient_id)
            form = PatientForm(name=found.summary.name, notes=f"{found.version} words")
            commands.update_patient(
                session, self._who, self._vault, patient_id, form, version=found.version
            )

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(30)
        self._database.close()


@pytest.fixture
def working(town: Town, database: Database) -> Iterator[Callable[[Settings], Work]]:
    """Starts a process' work; all of it is stopped after the test."""
    started: list[Work] = []
    with database.read() as session:
        ana = actor(session, town.people["clinic.coordinator"])

    def start(settings: Settings) -> Work:
        started.append(Work(settings, ana, ids(database)))
        assert started[-1].at_work.wait(60)
        return started[-1]

    yield start
    for work in started:
        work.stop()


def test_nothing_fails_and_nothing_is_left_behind_while_keys_change(
    before: Settings, database: Database, working: Callable[[Settings], Work]
) -> None:
    knows = replace(before, encryption_keys=ring("k1", "k2"))
    seals = replace(before, encryption_keys=ring("k2", "k1"))
    older, newer = working(knows), working(seals)
    rotate(seals)  # while one process still seals with the old key
    older.stop()
    assert rotate(seals) == 0
    newer.stop()
    for work in (older, newer):
        assert work.failures == []
        assert work.done > 0
    only_new = replace(before, encryption_keys=ring("k2"))
    checks.require_right_keys(only_new)
    with database.read() as session:
        assert resealing.left(session, only_new.keyring(), metadata) == 0
    again = working(only_new)
    again.stop()
    assert again.failures == []


def test_a_process_that_still_seals_with_the_old_key_is_noticed(
    before: Settings, town: Town, database: Database, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    seals = replace(before, encryption_keys=ring("k2", "k1"))
    real = resealing.reseal

    def then_somebody_writes(*arguments: object) -> Iterator[tuple[str, int]]:
        yield from real(*arguments)  # type: ignore[arg-type]
        with database.write() as session:
            ana = actor(session, town.people["clinic.coordinator"])
            vault = Vault(before.keyring())
            of = town.ids["organization_id"]
            commands.create_patient(session, ana, vault, of, PatientForm(name="Late"))

    monkeypatch.setattr(resealing, "reseal", then_somebody_writes)
    assert rotate(seals) == 1
    assert "Restart it, then run this again" in capsys.readouterr().err
    monkeypatch.undo()
    assert rotate(seals) == 0
    assert "Nothing is sealed with k1 any more" in capsys.readouterr().out


WRONG = (
    (f"k2:{NEW}", INDEX, "data was sealed with key 'k1', which is not in HANDRAIL_ENCRYPTION"),
    (f"k1:{NEW}", INDEX, "another key under the id 'k1'"),
    (f"k1:{OLD}", NEW, "HANDRAIL_INDEX_KEY is not the one"),
)


def test_a_lost_or_wrong_key_stops_the_start_and_loses_nothing(
    before: Settings, town: Town, database: Database
) -> None:
    for keys, index, said in WRONG:
        wrong = replace(before, encryption_keys=keys, index_key=index)
        for start in (checks.require_right_keys, checks.require_right_keys, rotate):
            with pytest.raises(SettingsError, match=said):
                start(wrong)
    checks.require_right_keys(before)
    with database.write() as session:
        ana = actor(session, town.people["clinic.coordinator"])
        found = queries.patient_record(
            session, ana, Vault(before.keyring()), town.ids["patient_id"]
        )
        assert found.summary.name == "Canary Patient"


def test_what_only_the_lost_key_opens_is_named(
    before: Settings, town: Town, database: Database
) -> None:
    other = replace(before, encryption_keys=ring("k2"))
    with database.write() as session, pytest.raises(KeyMissing, match=r"\w+\.\w+:.* key k1"):
        ana = actor(session, town.people["clinic.coordinator"])
        queries.patient_record(session, ana, Vault(other.keyring()), town.ids["patient_id"])


def test_every_sealed_column_is_found_without_being_registered() -> None:
    found = {f"{table.name}.{column.name}" for table, columns in resealing.sealed_columns(metadata)
             for column in columns}  # fmt: skip
    assert {"patient.name_sealed", "need.words_sealed", "consent.evidence_sealed"} <= found
    assert {"shared_snapshot.content_sealed", "referral_event.note_sealed"} <= found
    assert all("id" in table.columns for table, _ in resealing.sealed_columns(metadata))
