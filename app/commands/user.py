"""handrail user"""

import sys
from argparse import ArgumentParser, Namespace

from core.settings import Settings

HELP = "manage who may sign in (this version has no sign-in yet)"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("anything", nargs="*", help="ignored in this version")


def run(_settings: Settings, _options: Namespace) -> int:
    print(
        "This version has no staff sign-in: every page and the API are public, and there are no"
        " users to manage.",
        file=sys.stderr,
    )
    return 2
