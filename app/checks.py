"""What `handrail doctor` looks at. Each check says what it found, and what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from core import audit, outbox, sentinel
from core.clock import now
from core.db import Database
from core.errors import HandrailError
from core.settings import Settings, SettingsError

DISK_FREE_MIN_MB = 500
BACKLOG_AGE_MAX_S = 300
PARKED_NAMED = 5
COMPARE_MAX = 20_000  # services; comparing them takes some seconds
KNOWN_ZIP = "27701"

Verdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; `advice` is empty when all is well."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""


Check = Callable[[Settings], Finding]


def check_home(settings: Settings) -> Finding:
    """Is the home folder there, writable, and on a disk with room?"""
    from app import home

    try:
        home.prepare(settings)
    except SettingsError as error:
        return Finding("home", "failed", str(error), "Change HANDRAIL_HOME or its permissions.")
    free_mb = shutil.disk_usage(settings.home).free // 2**20
    found = f"{settings.home}, {free_mb:,} MB free"
    if free_mb < DISK_FREE_MIN_MB:
        return Finding("home", "warning", found, "Free some disk space, or move HANDRAIL_HOME.")
    return Finding("home", "ok", found)


def check_secrets(settings: Settings) -> Finding:
    """Would `handrail serve` accept the secrets?"""
    try:
        settings.check_secrets()
    except SettingsError as error:
        return Finding("secrets", "warning", "good for `handrail demo` only", str(error))
    return Finding("secrets", "ok", "the demo's own" if settings.demo else "set")


def check_migrations(settings: Settings) -> Finding:
    """Does the database answer, and is it at the newest migration?"""
    from app import migrating

    try:
        current = migrating.current(settings.database_url)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        advice = "Check HANDRAIL_DATABASE_URL, and that the database runs."
        return Finding("database", "failed", f"not answering: {reason}", advice)
    newest = migrating.newest()
    if current != newest:
        found = f"at migration {current or 'none'}, not at {newest}"
        return Finding("database", "failed", found, "Run: handrail migrate")
    return Finding("database", "ok", f"at migration {newest}")


def require_migrated(settings: Settings) -> None:
    """Raise HandrailError, saying what to do, unless the database is at the newest migration."""
    from app import home

    home.prepare(settings)
    finding = check_migrations(settings)
    if finding.verdict != "ok":
        raise HandrailError(f"the database is {finding.found}. {finding.advice}")


def require_right_keys(settings: Settings) -> None:
    """Raise SettingsError unless the encryption keys are those the data was sealed with."""
    database = Database(settings.database_url)
    try:
        with database.write() as session:
            sentinel.check(session, settings.keyring())
    except sentinel.WrongKeys as error:
        raise SettingsError(str(error)) from None
    finally:
        database.close()


def check_outbox(settings: Settings) -> Finding:
    """Is the work that changes leave behind being done?"""
    from search import sync

    database = Database(settings.database_url)
    try:
        with database.read() as session:
            backlog, search_lag_s = outbox.backlog(session), sync.lag_s(session)
            given_up = outbox.parked(session, PARKED_NAMED)
    finally:
        database.close()
    if backlog.parked:
        reasons = "".join(f"\n      {topic}: {error}" for topic, error in given_up)
        found = f"{backlog.parked} messages were given up{reasons}"
        advice = "Mend the cause, then run: handrail reindex"
        return Finding("outbox", "warning", found, advice)
    due_s = (now() - backlog.oldest_due_at).total_seconds() if backlog.oldest_due_at else 0
    age_s = max(due_s, search_lag_s)
    if age_s > BACKLOG_AGE_MAX_S:
        found = f"{backlog.waiting} messages wait, the oldest for {age_s:,.0f} s"
        return Finding("outbox", "warning", found, "Is `handrail worker` running?")
    return Finding("outbox", "ok", f"{backlog.waiting} messages wait")


def check_clock(settings: Settings) -> Finding:
    """Are reminders and deadlines of referrals on time?"""
    from referrals import timers

    database = Database(settings.database_url)
    try:
        with database.read() as session:
            lag_s = timers.lag_s(session)
    finally:
        database.close()
    if lag_s > BACKLOG_AGE_MAX_S:
        return Finding("clock", "warning", f"{lag_s:,.0f} s late", "Is `handrail worker` running?")
    return Finding("clock", "ok", "on time")


def check_mail(settings: Settings) -> Finding:
    """Can notices leave, and do mailboxes take them?"""
    from notices import bounces, smtp
    from notices.smtp import server_of

    server = server_of(settings)
    if server is None:
        kept = "kept as files in mail/" if settings.demo else "no mail server; notices wait"
        return Finding("mail", "ok" if settings.demo else "warning", kept,
                       "" if settings.demo else "Set HANDRAIL_SMTP_HOST.")  # fmt: skip
    try:
        with smtp.connected(server):
            pass
    except HandrailError as error:
        return Finding("mail", "failed", error.message, "Check the HANDRAIL_SMTP_… settings.")
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            flagged = bounces.count(session)
    finally:
        database.close()
    if flagged:
        return Finding("mail", "warning", f"{flagged} addresses refuse mail", "Admins see which.")
    return Finding("mail", "ok", f"{settings.smtp_host} answers")


def check_index(settings: Settings) -> Finding:
    """Is there a search index, and does it say what the directory says?"""
    from app.engines import open_search
    from directory import queries
    from search.verify import Comparison

    advice = "Run: handrail reindex"
    database, engine = Database(settings.database_url), open_search(settings)
    try:
        health = engine.health()
        if not health.ok:
            return Finding("search index", "failed", health.detail, advice)
        with database.read() as session:
            units = queries.count_units(session)
        indexed = engine.count()
        if units > COMPARE_MAX:
            verdict: Verdict = "ok" if indexed else "failed"
            found = f"{indexed:,} of {units:,} services; handrail reindex --verify compares them"
            return Finding("search index", verdict, found, "" if indexed else advice)
        differing = sum(1 for _ in Comparison(database, engine, settings.time_zone))
    finally:
        engine.close()
        database.close()
    if differing:
        found = f"{differing:,} of {units:,} services differ from the directory"
        return Finding("search index", "warning", found, f"Is the worker running? Else {advice}")
    return Finding("search index", "ok", f"{indexed:,} services, as in the directory")


def check_audit(settings: Settings) -> Finding:
    """Do the audit trail's chains hold?"""
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            broken = next(audit.verify(session), None)
    finally:
        database.close()
    if broken is None:
        return Finding("audit trail", "ok", "every chain holds")
    where = f"organization {broken.organization_id or '(none)'}, event {broken.sequence}"
    advice = "Somebody changed the trail around the application: keep a copy, find out who."
    return Finding("audit trail", "failed", f"{where}: {broken.reason}", advice)


def check_places(_settings: Settings) -> Finding:
    """Can ZIPs be looked up without a network?"""
    from core.errors import Invalid
    from directory.geocode import OfflineGeocoder

    try:
        place = OfflineGeocoder().resolve(KNOWN_ZIP)
    except (Invalid, OSError) as error:
        advice = "Install again: rm -rf .venv && make demo"
        return Finding("places", "failed", f"ZIP {KNOWN_ZIP} is unknown: {error}", advice)
    return Finding("places", "ok", f"ZIP {KNOWN_ZIP} is in {place.city}")


def check_browser(_settings: Settings) -> Finding:
    """Is there a Chromium for the browser tests?"""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        advice = (
            "Only the browser tests need it; on Debian: apt-get install chromium-headless-shell"
        )
        return Finding("chromium", "warning", "not installed", advice)
    return Finding("chromium", "ok", path)


HOME_CHECKS: tuple[Check, ...] = (check_home, check_secrets)
DATABASE_CHECKS: tuple[Check, ...] = (
    check_outbox, check_clock, check_mail, check_index, check_audit,
)  # fmt: skip
OTHER_CHECKS: tuple[Check, ...] = (check_places, check_browser)


def findings(settings: Settings) -> Iterator[Finding]:
    """Every finding, in order; what needs the database is left out when it does not answer."""
    for check in HOME_CHECKS:
        yield check(settings)
    database = check_migrations(settings)
    yield database
    if database.verdict == "ok":
        for check in DATABASE_CHECKS:
            yield check(settings)
    for check in OTHER_CHECKS:
        yield check(settings)
