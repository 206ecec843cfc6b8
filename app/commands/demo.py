"""handrail demo"""

import os
import threading
from argparse import ArgumentParser, Namespace

from core.settings import Settings, get_settings

HELP = "start everything on this machine, with a demonstration county"
# What a demonstration sets, where nobody has.
DEMO = {
    "HANDRAIL_DEMO": "yes",
    "HANDRAIL_LOG_LEVEL": "warning",
    "HANDRAIL_GEOCODER_OPTIONS": '{"home": "Durham, NC"}',
}


def arguments(_parser: ArgumentParser) -> None:
    pass


def run(_settings: Settings, _options: Namespace) -> int:
    for variable, value in DEMO.items():
        os.environ.setdefault(variable, value)  # the processes that serve read them again
    get_settings.cache_clear()
    settings = get_settings()

    from app import demo, home, logs, server, work, worker

    logs.configure(settings.log_level)
    home.prepare(settings)
    server.check_port(settings)
    demo.prepare(settings, lambda words: print(words, flush=True))
    with work.prepared(settings) as prepared, worker.running(prepared):
        threading.Thread(target=demo.mend, args=(settings,), daemon=True).start()
        server.serve(settings, lambda: print(demo.greeting(settings), flush=True))
    return 0
