"""The whole application with people in a network, a mail server, and the worker that writes to it."""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import col, select

from accounts.models import NetworkOrganization
from app import work
from app.worker import Worker
from core.clock import now
from core.db import Database
from core.outbox import OutboxMessage
from core.settings import Settings
from referrals.models import Referral
from tests.support.applications import application
from tests.support.engines import CannedEngine
from tests.support.post_office import PostOffice, text_of
from tests.support.referring import Scene, open_need, settle

KEYS: dict[str, Any] = {
    "encryption_keys": f"k1:{b64encode(b'1' * 32).decode()}",
    "index_key": b64encode(b"i" * 32).decode(),
}
"""The keys of tests.support.referring."""
DESK = "desk@pantry.example.org"
TOKEN = re.compile(r"/respond/([\w-]{43,})")
FORM = re.compile(r'name="(csrf_token|version)" value="([^"]*)"')


def daytime() -> str:
    """A time zone in which it is about noon now, so that no mail waits for the morning."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}"


@dataclass
class Post:
    """`client` asks over HTTP, `worker` carries messages, `office` has the mails."""

    database: Database
    settings: Settings
    office: PostOffice
    scene: Scene
    client: TestClient[Litestar]
    worker: Worker
    read: int = field(default=0)

    def act(self, who: str, event: str, referral: Referral, **values: Any) -> Referral:
        """Let somebody of the scene act, now."""
        with self.database.write() as session:
            return replace(self.scene, session=session, now=now()).act(
                who, event, referral, **values
            )

    def send(self) -> Referral:
        """A referral of a fresh need, sent to the pantry now."""
        with self.database.write() as session:
            scene = replace(self.scene, session=session, now=now())
            scene.need = open_need(session, scene.actors["coordinator"], scene.patient)
            return scene.act("coordinator", "send", scene.draft())

    def row(self, referral: Referral) -> Referral:
        """As it is now."""
        with self.database.read() as session:
            return session.get_one(Referral, referral.id)

    def work(self) -> None:
        """Carry everything that is due."""
        while self.worker.run_once():
            pass

    def new_mails(self, to: str) -> list[str]:
        """Texts of the mails to that mailbox since the last time this was asked, once all have left."""
        self.work()
        new, self.read = self.office.mails[self.read :], len(self.office.mails)
        return [text_of(mail) for mail in new if mail["To"] == to]

    def token(self, to: str = DESK) -> str:
        """The token of the link in the newest mail to that mailbox."""
        found = [token for text in self.new_mails(to) for token in TOKEN.findall(text)]
        return str(found[-1])

    def code(self, to: str = DESK) -> str:
        """The code in the newest mail."""
        (text,) = self.new_mails(to)
        found = re.search(r"\d{4} \d{4}", text)
        assert found is not None
        return found.group()

    def enter(self, token: str, to: str = DESK) -> str:
        """Ask for a code, give it; returns the page of the referral."""
        assert self.client.post(f"/respond/{token}/code").status_code == 200
        answer = self.client.post(f"/respond/{token}", data={"code": self.code(to)})
        assert answer.status_code == 200, answer.text
        assert answer.url.path == "/respond"
        return answer.text

    def do(self, event: str, **values: str) -> str:
        """Open the page of an event, fill its form in and send it; returns the page after it."""
        page = self.client.get("/respond").text
        if f'href="/respond/act/{event}"' in page:
            page = self.client.get(f"/respond/act/{event}").text
        hidden = dict(FORM.findall(page))
        answer = self.client.post(f"/respond/act/{event}", data={**hidden, **values})
        assert answer.status_code == 200, answer.text
        return answer.text

    def waiting(self) -> list[OutboxMessage]:
        """Messages nobody has handled."""
        with self.database.read() as session:
            undone = select(OutboxMessage).where(col(OutboxMessage.done_at).is_(None))
            return [*session.exec(undone.where(col(OutboxMessage.parked_at).is_(None)))]


@contextmanager
def opened(database: Database, settings: Settings, office: PostOffice) -> Iterator[Post]:
    """The application over that database, with the scene in it."""
    more: dict[str, Any] = {**KEYS, **office.settings(settings)}
    chosen = replace(settings, database_url=database.url, rate_limit=0, **more)
    with database.write() as session:
        scene = settle(session)
        for organization in session.exec(select(NetworkOrganization)):
            organization.timezone = daytime()
            session.add(organization)
        scene.pantry.notify_email = DESK
        session.add(scene.pantry)
    with (
        application(chosen, CannedEngine()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield Post(database, chosen, office, scene, client, work.messenger(database, chosen))


SOON = timedelta(days=3)
