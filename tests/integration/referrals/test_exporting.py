"""`handrail export fhir`: one bundle a line, whole or not at all."""

import json
import stat
from pathlib import Path

import pytest
from sqlmodel import Session

from app import exporting
from app.exporting import Wanted, Written
from core.actor import Actor
from core.db import Database
from core.errors import Invalid, NotFound
from core.settings import Settings
from patients.sealing import Vault
from referrals.fhir.bundle import export
from referrals.fhir.gate import Unfit
from referrals.states import Status
from tests.support import referring
from tests.support.referring import Scene, settle
from tests.support.secrets import SECRETS

SETTINGS = Settings.from_env(
    {"HANDRAIL_BASE_URL": "https://handrail.example"}
    | {f"HANDRAIL_{name}": value for name, value in SECRETS.items()}
)


@pytest.fixture
def needs(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two needs of the clinic with a referral each."""
    monkeypatch.setattr(referring, "VAULT", Vault(SETTINGS.keyring()))
    with database.write() as session:
        scene = settle(session)
        return [_sent(session, scene), _sent(session, scene)]


def _sent(session: Session, scene: Scene) -> str:
    scene.at(Status.SENT)
    session.flush()
    return scene.need.id


def written(database: Database, path: Path, *wanted: str | None) -> Written:
    return exporting.write(database, SETTINGS, path, Wanted(*wanted), lambda _: None)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_need_is_a_line(database: Database, needs: list[str], tmp_path: Path) -> None:
    path = tmp_path / "needs.ndjson"
    done = written(database, path)
    # The scene's first need, which nobody was asked about, is there, too.
    assert (done.count, done.refused) == (3, [])
    assert {line["resourceType"] for line in lines(path)} == {"Bundle"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_organization_or_one_need(database: Database, needs: list[str], tmp_path: Path) -> None:
    path = tmp_path / "out" / "needs.ndjson"
    path.parent.mkdir()
    assert written(database, path, "Clinic").count == 3
    assert written(database, path, "Pantry").count == 0
    assert written(database, path, None, needs[0]).count == 1
    with pytest.raises(NotFound, match="Nowhere"):
        written(database, path, "Nowhere")
    with pytest.raises(NotFound):
        written(database, path, None, "none")
    assert len(lines(path)) == 1, "what was there stays when an export fails"
    assert [found.name for found in path.parent.iterdir()] == ["needs.ndjson"]


def test_a_folder_that_is_not_there_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is no folder"):
        written(database, tmp_path / "none" / "needs.ndjson")


def test_what_is_not_fit_is_named_and_the_rest_is_written(
    database: Database, needs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(session: Session, actor: Actor, vault: Vault, need_id: str, base: str) -> object:
        if need_id == needs[0]:
            raise Unfit(["Task has no focus"])
        return export(session, actor, vault, need_id, base)

    monkeypatch.setattr(exporting, "export", spoiled)
    done = written(database, tmp_path / "needs.ndjson")
    assert done.count == 2
    assert [need_id for need_id, _ in done.refused] == [needs[0]]
    assert "Task has no focus" in done.refused[0][1]
