"""handrail serve"""

from argparse import ArgumentParser, Namespace

from core.errors import HandrailError
from core.settings import Settings

HELP = "serve pages and the API"


def arguments(_parser: ArgumentParser) -> None:
    pass


def run(settings: Settings, _options: Namespace) -> int:
    from app import checks, home, server

    settings.check_secrets()
    home.prepare(settings)
    database = checks.check_migrations(settings)
    if database.verdict != "ok":
        raise HandrailError(f"the database is {database.found}. {database.advice}")
    server.check_port(settings)
    server.serve(settings, lambda: print(f"Handrail serves {settings.base_url}", flush=True))
    return 0
