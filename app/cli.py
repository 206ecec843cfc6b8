"""The `handrail` command. Each subcommand is a module of app/commands.

A module's `HELP` is its line of help, `arguments(parser)` declares its options and
`run(settings, options)` does it and returns the exit status: 0 done, 1 failed, 2 asked wrongly.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from sqlalchemy.exc import OperationalError

from core.errors import HandrailError
from core.settings import Settings, SettingsError, get_settings

COMMANDS = (
    "demo",
    "serve",
    "worker",
    "migrate",
    "seed",
    "import",
    "export",
    "reindex",
    "user",
    "keys",
    "audit",
    "retention",
    "bounces",
    "doctor",
)
FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. Expected failures are one line, not a traceback."""
    options = parser().parse_args(arguments)
    try:
        return _run(options.module, get_settings(), options)
    except SettingsError as error:
        return _complain(str(error), USAGE)
    except HandrailError as error:
        return _complain(error.message, FAILED)
    except OperationalError as error:
        return _complain(f"the database does not answer: {error.orig}", FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(module: ModuleType, settings: Settings, options: argparse.Namespace) -> int:
    status: int = module.run(settings, options)
    return status


def _complain(message: str, status: int) -> int:
    print(f"handrail: {message}", file=sys.stderr)
    return status


def parser() -> argparse.ArgumentParser:
    """The parser with every command; building it loads no database and no web framework."""
    top = argparse.ArgumentParser(
        prog="handrail",
        description="A community resource directory and closed-loop referral network.",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"app.commands.{name}")
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.arguments(command)
        command.set_defaults(module=module)
    return top


if __name__ == "__main__":
    sys.exit(main())
