"""What the worker does with each topic of the outbox."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

import app.tables  # noqa: F401 - what follows patients registers itself
import web
from accounts.identity import actor_of
from accounts.models import User
from app import retention
from app.worker import Crew, Handler, Worker
from core.actor import Actor
from core.clock import now
from core.db import Database
from core.settings import Settings, SettingsError
from directory import import_jobs
from directory.doubles import searching
from directory.prices import recent
from notices import asking, codes, deliveries, planning, sending, single
from notices.office import Office, office_of
from patients.sealing import Vault
from referrals import routing, timers
from referrals.commands import NEXT
from referrals.reports import keeping, waits
from referrals.timers import Swept
from search import rebuild, sync
from search.engine import SearchEngine

RETENTION_EVERY = timedelta(days=1)
FACTS_EVERY = timedelta(minutes=1)
WAITS_EVERY = timedelta(days=1)
TIMERS_POLL_S = 5
CHANGES = 300  # a search server takes as long for one as for all of them
CHANGES_POLL_S = 0.05  # so that a change is found within a second; looking costs half a millisecond
IMPORT_LEASE_S = 3600
MESSAGES = 10
MESSAGES_LEASE_S = 120  # ten slow mail servers, or systems that do not answer
MESSAGES_ATTEMPTS = 40  # more than a day

log = logging.getLogger("handrail.worker")


class Upkeep:
    """What is done now and then, whether or not there is a message."""

    def __init__(self, database: Database, engine: SearchEngine, settings: Settings) -> None:
        self._with = database, engine, settings
        self._retained_at: datetime | None = None
        self._folded_at: datetime | None = None
        self._observed_at: datetime | None = None

    def __call__(self) -> None:
        database, _, settings = self._with
        if self._folded_at is None or now() - self._folded_at >= FACTS_EVERY:
            self._folded_at = now()
            keeping.fold_all(database)
        if self._observed_at is None or now() - self._observed_at >= WAITS_EVERY:
            self._observed_at = now()
            with database.write() as session:
                waits.observe(session)
        if self._retained_at is None or now() - self._retained_at >= RETENTION_EVERY:
            self._retained_at = now()
            _expire_prices(database, settings)
            erased = retention.run(database, settings.retention, dry_run=False)
            for outcome in (outcome for outcome in erased if outcome.count):
                log.info("Retention erased %d of %s", outcome.count, outcome.category)
        _look_after(*self._with)


def _expire_prices(database: Database, settings: Settings) -> None:
    """Pharmacies whose last price grew too old have recent prices no longer."""
    with database.write() as session:
        recent.tell_expired(session, now().astimezone(ZoneInfo(settings.time_zone)).date())


def _look_after(database: Database, engine: SearchEngine, settings: Settings) -> None:
    """A search server may lose its index, or the settings of it; this notices without being asked."""
    if rebuild.build_if_missing(database, engine, settings.time_zone):
        log.warning("There was no search index; it was built")
    engine.tend()


def mail_handlers(database: Database, office: Office, vault: Vault | None) -> dict[str, Handler]:
    """What needs a way for mails to leave; without one these topics wait in the outbox."""
    patients = (
        {asking.TOPIC: single.handler(database, office, asking.composer(vault))} if vault else {}
    )
    return {
        **patients,
        sending.TOPIC: sending.handler(database, office),
        codes.CODE_TOPIC: single.handler(database, office, codes.code_letter),
        codes.ACCOUNT_TOPIC: single.handler(database, office, codes.account_letter),
    }


def _vault(settings: Settings) -> Vault | None:
    """What opens sealed values; without keys webhooks and plans wait, and all else goes on."""
    try:
        return Vault(settings.keyring())
    except SettingsError as error:
        log.warning("Webhooks and route plans wait: %s", error)
        return None


def messenger(database: Database, settings: Settings, vault: Vault | None = None) -> Worker:
    """The worker that tells others: notices are planned, mails sent, webhooks called."""
    handlers: dict[str, Handler] = {
        planning.TOPIC: planning.handler(database),
        deliveries.TOPIC: deliveries.fan_out(database),
    }
    if vault := vault or _vault(settings):
        private = settings.webhook_private
        handlers[deliveries.DELIVER] = deliveries.deliverer(database, vault, private=private)
        handlers[NEXT] = routing.handler(database, vault)
    if office := office_of(settings, web.translations()):
        handlers |= mail_handlers(database, office, vault)
    return Worker(
        database, handlers, batch=MESSAGES, lease_s=MESSAGES_LEASE_S, attempts_max=MESSAGES_ATTEMPTS
    )


def importer(database: Database, settings: Settings) -> Worker:
    """The worker that imports what somebody uploaded, and looks for what is listed twice: it may take
    minutes, and nobody waits for it."""

    def asked_by(session: Session, user_id: str) -> Actor:
        return actor_of(session, session.get_one(User, user_id), via="session")

    handler = import_jobs.handler(database, settings.home, asked_by)
    handlers = {import_jobs.TOPIC: handler, searching.TOPIC: searching.handler(database)}
    return Worker(database, handlers, batch=1, lease_s=IMPORT_LEASE_S)


def timekeeper(database: Database) -> Worker:
    """The worker that does what is due in referrals."""
    return Worker(database, {}, upkeep=lambda: _on_time(database), poll_s=TIMERS_POLL_S)


def _on_time(database: Database) -> None:
    swept = timers.sweep(database)
    if swept != Swept():
        log.info("Clock: %d reminded, %d ended, %d to look at", swept.reminded, swept.ended,
                 swept.reviewed)  # fmt: skip


@contextmanager
def prepared(settings: Settings) -> Iterator[Crew]:
    """Workers with everything their handlers need, which is closed after the block."""
    from app.engines import open_search

    database, engine = Database(settings.database_url), open_search(settings)
    try:
        handlers: Mapping[str, Handler] = {
            sync.TOPIC: sync.handler(database, engine, settings.time_zone)
        }
        upkeep = Upkeep(database, engine, settings)
        indexer = Worker(database, handlers, batch=CHANGES, poll_s=CHANGES_POLL_S, upkeep=upkeep)
        tellers = messenger(database, settings), timekeeper(database)
        yield Crew(indexer, *tellers, importer(database, settings))
    finally:
        engine.close()
        database.close()
