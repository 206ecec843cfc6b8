"""A mail server, a network that writes to it, and the worker that carries its messages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from app import work
from app.worker import Worker
from core import clock
from core.db import Database
from core.outbox import OutboxMessage
from core.settings import Settings
from notices.models import Notice
from referrals.models import Referral
from tests.support import post_office
from tests.support.post_office import PostOffice
from tests.support.referring import NOON, Scene, open_need, settle

DESK = "desk@pantry.example.org"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server for the test."""
    with post_office.opened() as opened:
        yield opened


@dataclass
class Correspondence:
    """A scene whose pantry has a mailbox, and the worker; `at` is where the clock stands."""

    database: Database
    settings: Settings
    office: PostOffice
    worker: Worker
    scene: Scene
    at: datetime = NOON

    def play(self, do: Callable[[Scene], Any]) -> Any:
        """Let people of the scene act, and keep it."""
        with self.database.write() as session:
            scene = replace(self.scene, session=session, now=self.at)
            return do(scene)

    def work(self) -> None:
        """Do all that is due now."""
        with clock.frozen(self.at):
            while self.worker.run_once():
                pass

    def notices(self) -> list[Notice]:
        with self.database.read() as session:
            return [*session.exec(select(Notice).order_by(col(Notice.created_at)))]

    def waiting(self) -> list[OutboxMessage]:
        with self.database.read() as session:
            undone = select(OutboxMessage).where(col(OutboxMessage.done_at).is_(None))
            return [*session.exec(undone.where(col(OutboxMessage.parked_at).is_(None)))]

    def send(self) -> Referral:
        """A referral of a fresh need, sent to the pantry."""

        def do(scene: Scene) -> Referral:
            with clock.frozen(self.at):
                scene.need = open_need(scene.session, scene.actors["coordinator"], scene.patient)
            return scene.act("coordinator", "send", scene.draft())

        return self.play(do)  # type: ignore[no-any-return]

    def act(self, who: str, event: str, referral: Referral, **values: Any) -> Referral:
        return self.play(lambda scene: scene.act(who, event, referral, **values))  # type: ignore[no-any-return]


def correspond(database: Database, settings: Settings, office: PostOffice) -> Correspondence:
    chosen = replace(settings, database_url=database.url, **office.settings(settings))
    with database.write() as session:
        scene = settle(session)
        scene.pantry.notify_email = DESK
        session.add(scene.pantry)
    return Correspondence(database, chosen, office, work.messenger(database, chosen), scene)


@pytest.fixture
def mail(sqlite_database: Database, settings: Settings, office: PostOffice) -> Correspondence:
    """On SQLite."""
    return correspond(sqlite_database, settings, office)


@pytest.fixture
def mail_on_each(database: Database, settings: Settings, office: PostOffice) -> Correspondence:
    """On each kind of database."""
    return correspond(database, settings, office)


def rows(session: Session, table: Any) -> list[Any]:
    return [*session.exec(select(table))]
