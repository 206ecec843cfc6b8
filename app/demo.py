"""What the demonstration needs before it can be served; each step is skipped when it is done."""

from collections.abc import Callable

from app import checks, demo_people, migrating
from app.engines import open_search
from core.db import Database
from core.errors import Unavailable
from core.settings import Settings
from directory import queries
from search import rebuild
from search.engine import SearchEngine
from search.verify import Comparison, repair

Say = Callable[[str], None]


def prepare(settings: Settings, say: Say) -> None:
    """Migrate, fill an empty directory, settle the people, build the index when there is none."""
    if migrating.current(settings.database_url) != migrating.newest():
        say("Preparing the database …")
        migrating.upgrade(settings.database_url)
    checks.require_right_keys(settings)
    database = Database(settings.database_url)
    engine = open_search(settings)
    try:
        _fill(database, say)
        demo_people.settle(settings, database, say)
        _index(database, engine, settings.time_zone, say)
    finally:
        engine.close()
        database.close()


def _fill(database: Database, say: Say) -> None:
    with database.read() as session:
        if queries.count_units(session):
            return
    from seed_data import load

    say("Making the demonstration county …")
    load.load(database)


def _index(database: Database, engine: SearchEngine, timezone: str, say: Say) -> None:
    if _is_built(engine):
        return
    say("Building the search index …")
    rebuild.reindex(database, engine, timezone)


def _is_built(engine: SearchEngine) -> bool:
    try:
        return engine.count() > 0
    except Unavailable:  # by another version of Handrail: as good as none
        return False


def mend(settings: Settings) -> int:
    """Compare the whole index with the directory and repair it; returns how much differed.

    Done beside the first pages rather than before them: differences are rare (a database put in
    place of another, an index restored from yesterday), and changes are the worker's.
    """
    database = Database(settings.database_url)
    engine = open_search(settings)
    try:
        differences = Comparison(database, engine, settings.time_zone)
        return repair(database, engine, settings.time_zone, differences)
    finally:
        engine.close()
        database.close()


def greeting(settings: Settings) -> str:
    """What is said once the first page can be seen."""
    people = demo_people.featured(demo_people.read(settings))
    width = max((len(one.email) for one in people.values()), default=0)
    lines = (f"  {role:12}{one.email:{width}}  {one.password}" for role, one in people.items())
    return (
        f"\nHandrail is ready: {settings.base_url}\n\n"
        f"Sign in at {settings.base_url}/staff as (second factor off in the demonstration):\n"
        + "\n".join(lines)
        + f"\nEverybody else, and the API keys: {demo_people.credentials_path(settings).parent}\n\n"
        f"Everything it keeps is in {settings.home}. Ctrl-C stops it.\n"
    )
