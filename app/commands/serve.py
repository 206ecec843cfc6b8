"""handrail serve"""

from argparse import ArgumentParser, Namespace

from core.settings import Settings

HELP = "serve pages and the API"


def arguments(_parser: ArgumentParser) -> None:
    pass


def run(settings: Settings, _options: Namespace) -> int:
    from app import checks, server

    settings.check_secrets()
    checks.require_migrated(settings)
    checks.require_right_keys(settings)
    server.check_port(settings)
    server.serve(settings, lambda: print(f"Handrail serves {settings.base_url}", flush=True))
    return 0
