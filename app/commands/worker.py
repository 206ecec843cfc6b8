"""handrail worker"""

import signal
import threading
from argparse import ArgumentParser, Namespace

from core.settings import Settings

HELP = "do the work that changes leave: keep the search index true, mail notices"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what is due now, then stop")


def run(settings: Settings, options: Namespace) -> int:
    from app import logs, work
    from app.checks import require_migrated

    logs.configure(settings.log_level)
    require_migrated(settings)
    with work.prepared(settings) as worker:
        if options.once:
            worker.keep_up()
            while worker.run_once():
                pass
            return 0
        worker.run(told_to_stop())
    return 0


def told_to_stop() -> threading.Event:
    """An event that SIGTERM or SIGINT sets; what is in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
