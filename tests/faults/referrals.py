"""Kill -9 the web and the worker at random while referrals are sent, answered and told of by mail.

    python -m tests.faults.referrals [--referrals 1000] [--kills 40] [--seed 1]

Everybody acts over HTTP, and asks again with the same idempotency key when nobody answered. Afterwards every
event must be whole (state, event, audit row, messages) and there once, every notice sent at least once, and a
mail sent twice the same mail. Status 1 if not.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import col, func, select

from accounts.models import NetworkOrganization, User
from app import migrating
from core import audit, outbox
from core.audit import AuditEvent
from core.db import Database
from core.outbox import OutboxMessage
from core.settings import Settings
from notices.letters import message_name
from notices.models import Notice
from patients.models import Need, Urgency
from referrals import replay
from referrals.models import Referral, ReferralEvent
from referrals.states import Status
from tests.support import post_office
from tests.support.correspondence import DESK, KEYS, daytime
from tests.support.network_town import signed_in
from tests.support.post_office import PostOffice
from tests.support.processes import PATIENCE_S, Handrail, free_port
from tests.support.referring import open_need, settle

CLIENTS = 4
DOWN_S = 2.0
LEASE_S = 150
"""A worker that was killed holds what it had in hand for so long (app/work.py)."""
ACCEPTED = ("draft", "send", "view", "accept", "complete")
DECLINED = ("draft", "send", "view", "decline")


@dataclass
class Network:
    """Web and worker as processes of their own, over one home folder; the mail server stays up."""

    folder: Path
    office: PostOffice
    running: dict[str, Handrail] = field(default_factory=dict)
    done: int = 0
    retried: int = 0

    def __post_init__(self) -> None:
        home = self.folder / "home"
        home.mkdir()
        self.url = f"sqlite:///{home / 'handrail.db'}"
        migrating.upgrade(self.url)
        self.database = Database(self.url)
        self.port = free_port()
        named = {"encryption_keys": KEYS["encryption_keys"], "index_key": KEYS["index_key"]}
        mail = {**self.office.settings(Settings()), **named, "demo": "yes", "rate_limit": "0"}
        self.environ = {name.upper(): str(value) for name, value in mail.items()}
        self.environ |= {"LOG_LEVEL": "error"}
        variables = {f"HANDRAIL_{name}": value for name, value in self.environ.items()}
        self.settings = Settings.from_env({**variables, "HANDRAIL_HOME": str(home)})

    def prepare(self, count: int) -> list[str]:
        """The scene, and so many urgent needs; returns their ids."""
        with self.database.write() as session:
            scene = settle(session)
            for organization in session.exec(select(NetworkOrganization)):
                organization.timezone = daytime()
                session.add(organization)
            scene.pantry.notify_email = DESK
            session.add(scene.pantry)
            who = self.coordinator = scene.actors["coordinator"]
            needs = [
                open_need(session, who, scene.patient, urgency=Urgency.URGENT).id
                for _ in range(count)
            ]
            people = {user.name: user for user in session.exec(select(User))}
            self.headers = {
                name: signed_in(session, self.settings, people[name]) for name in ("Ana", "Eva")
            }
            self.service_id = scene.service.id
        return needs

    def start(self, part: str) -> None:
        """Start the web or the worker."""
        command = {"web": "serve", "worker": "worker"}[part]
        folder = self.folder / part
        folder.mkdir(exist_ok=True)
        settings = {**self.environ, "HOME": str(self.folder / "home"), "PORT": str(self.port)}
        self.running[part] = Handrail(folder, command, **settings)
        if part == "web":
            self.running[part].wait_until_up()

    def kill(self, part: str) -> None:
        """As a power cut would."""
        self.running[part].process.kill()
        self.running[part].process.wait()
        if part == "web":
            self.running[part].wait_until_gone()

    def ask(self, who: str, path: str, key: str, **body: Any) -> dict[str, Any]:
        """Post until somebody answers; the key makes it happen once."""
        headers = {**self.headers[who], "Idempotency-Key": key, "Content-Type": "application/json"}
        give_up, last = time.monotonic() + PATIENCE_S, ""
        while time.monotonic() < give_up:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status < 500:
                    assert answer.status in (200, 201), (path, answer.status, content)
                    return dict(json.loads(content))
                last = f"{answer.status} {content!r}"
            except (OSError, HTTPException) as error:
                last = repr(error)
            finally:
                connection.close()
            self.retried += 1
            time.sleep(0.1)
        raise AssertionError(f"nobody answers at {path}: {last}")

    def one(self, number: int, need_id: str) -> None:
        """The life of one referral."""
        target = {"need_id": need_id, "service_id": self.service_id}
        referral = self.ask("Ana", "/referrals", f"{number}.draft", **target)
        accepted = number % 3 != 0
        steps: list[tuple[str, str, dict[str, Any]]] = [("Ana", "send", {}), ("Eva", "view", {})]
        if accepted:
            today = time.strftime("%Y-%m-%d", time.gmtime())
            outcome = {"outcome": "service_received_full", "service_dates": [today]}
            steps += [("Eva", "accept", {}), ("Eva", "complete", outcome)]
        else:
            steps += [("Eva", "decline", {"reason": "no_capacity"})]
        for who, event, given in steps:
            path = f"/referrals/{referral['id']}/events"
            asked = {"event": event, "version": referral["version"], **given}
            referral = self.ask(who, path, f"{number}.{event}", **asked)
        self.done += 1

    def wait_until_told(self) -> None:
        """Until the outbox is empty; what a killed worker held comes back after its lease."""
        give_up = time.monotonic() + LEASE_S + PATIENCE_S
        while True:
            with self.database.read() as session:
                backlog = outbox.backlog(session)
            if not backlog.waiting:
                return
            assert time.monotonic() < give_up, backlog
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything."""
        for part in self.running:
            self.kill(part)
        self.database.close()


def run(folder: Path, referrals: int, kills: int, seed: int) -> bool:
    """One run; says whether all is whole."""
    random, began = Random(seed), time.monotonic()
    with post_office.opened() as office:
        network = Network(folder, office)
        needs = network.prepare(referrals)
        try:
            for part in ("web", "worker"):
                network.start(part)
            killed: Counter[str] = Counter()
            stop = threading.Event()
            moments = sorted(random.randrange(referrals) for _ in range(kills))
            killer = threading.Thread(
                target=_kill, args=(network, random, moments, killed, stop), daemon=True
            )
            killer.start()
            with ThreadPoolExecutor(CLIENTS) as clients:
                list(clients.map(network.one, range(referrals), needs))
            stop.set()
            killer.join()
            network.wait_until_told()
            print(f"{referrals} referrals in {time.monotonic() - began:.0f} s,"
                  f" killed: {dict(killed)}, requests asked again: {network.retried}")  # fmt: skip
            return _check(network, referrals)
        finally:
            network.stop()


def _kill(
    network: Network,
    random: Random,
    moments: list[int],
    killed: Counter[str],
    stop: threading.Event,
) -> None:
    for moment in moments:
        while network.done < moment and not stop.is_set():
            time.sleep(0.01)
        if stop.is_set():
            return
        time.sleep(random.uniform(0, 0.3))
        part = random.choice(["web", "worker"])
        network.kill(part)
        killed[part] += 1
        print(f"after {network.done} referrals: killed the {part}", flush=True)
        time.sleep(random.uniform(0, DOWN_S))
        network.start(part)


def _check(network: Network, referrals: int) -> bool:
    with network.database.read() as session:
        rows = session.exec(select(Referral)).all()
        wrong = [row.id for row in rows if not _is_whole(session, row)]
        broken = list(audit.verify(session))
        notices = session.exec(select(Notice)).all()
        parked = outbox.backlog(session).parked
    arrived = Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0]
                      for mail in network.office.mails)  # fmt: skip
    lost = [n for n in notices if n.mail_key is None or message_name(n.mail_key) not in arrived]
    expected = sum(2 if number % 3 == 0 else 3 for number in range(referrals))
    again = sum(count - 1 for count in arrived.values())
    print(f"referrals: {len(rows)}, not whole: {len(wrong)}; audit chains broken: {len(broken)}")
    print(f"notices: {len(notices)} of {expected}, never sent: {len(lost)}; parked: {parked}")
    print(f"mails: {sum(arrived.values())}, of these sent again under the same Message-ID: {again}")
    return len(rows) == referrals and len(notices) == expected and not (
        wrong or broken or lost or parked
    )  # fmt: skip


def _is_whole(session: Any, row: Referral) -> bool:
    """Its events make its state, each is there once, with an audit row and both its messages."""
    found = select(ReferralEvent).where(ReferralEvent.referral_id == row.id)
    events = session.exec(found.order_by(col(ReferralEvent.sequence))).all()
    named = tuple(event.event for event in events)
    audited = session.exec(
        select(func.count())
        .select_from(AuditEvent)
        .where(AuditEvent.entity_id == row.id, col(AuditEvent.action).startswith("referral."))
    ).one()
    told = session.exec(
        select(func.count())
        .select_from(OutboxMessage)
        .where(col(OutboxMessage.key).in_(
            [f"{topic}:{row.id}:{event.sequence}" for event in events[1:]
             for topic in ("referral.notice", "referral.webhook")]))
    ).one()  # fmt: skip
    return (
        replay.replay(events) == row.status
        and named in (ACCEPTED, DECLINED)
        and row.status in (Status.COMPLETED, Status.DECLINED)
        and row.version == len(events) == audited
        and told == 2 * (len(events) - 1)
        and session.get_one(Need, row.need_id).version >= 1
    )


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--referrals", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-faults") as folder:
        well = run(Path(folder), options.referrals, options.kills, options.seed)
    print("every event is whole, every notice was sent" if well else "SOMETHING WAS LOST")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
