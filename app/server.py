"""Run the application under its server until told to stop.

Requests are served by processes of their own, which read the settings from the environment again;
what runs beside them (the worker) runs in this one.
"""

import multiprocessing
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app import logs
from core.processes import leave_with_the_parent
from core.settings import Settings, SettingsError, get_settings

if TYPE_CHECKING:
    from litestar import Litestar

STOP_TIMEOUT_S = 5  # for requests under way; without a limit the server would never exit
START_TIMEOUT_S = 60
POLL_S = 0.05
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus-client when it is imported
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def application() -> "Litestar":
    """The application of one serving process."""
    from app.asgi import create_app

    leave_with_the_parent()  # serving on, this process would keep the port
    settings = get_settings()
    logs.configure(settings.log_level)
    return create_app(settings)


def check_port(settings: Settings) -> None:
    """Raise SettingsError if the address cannot be listened on.

    Asked beforehand because the server shares its port with others of its kind, and would quietly
    share it with a Handrail that already runs.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            probe.listen()
        except OSError as error:
            raise SettingsError(
                f"HANDRAIL_HOST and HANDRAIL_PORT must be free to listen on;"
                f" {settings.host}:{settings.port}: {error.strerror or error}"
            ) from None


def share_counts(settings: Settings) -> None:
    """Let every process answer /metrics for all of them; counts begin at zero."""
    if settings.workers > 1:
        folder = settings.home / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.environ[MULTIPROCESS] = str(folder)


def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once the first request is answered."""
    share_counts(settings)
    # Not forked: a thread of this process may hold a lock just then (SQLAlchemy's, an import's),
    # and the child would wait for it for ever.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "app.server:application",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        workers_kill_timeout=STOP_TIMEOUT_S,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.warning,
    )
    stopped = threading.Event()
    threading.Thread(target=_announce, args=(settings, ready, stopped), daemon=True).start()
    try:
        server.serve()
    finally:
        stopped.set()


def _announce(settings: Settings, ready: Callable[[], None], stopped: threading.Event) -> None:
    give_up = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < give_up and not stopped.wait(POLL_S):
        if _answers(settings):
            ready()
            return


def _answers(settings: Settings) -> bool:
    host = EVERYWHERE.get(settings.host, settings.host)
    connection = HTTPConnection(host, settings.port, timeout=START_TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
