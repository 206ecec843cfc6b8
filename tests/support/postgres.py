"""A private PostgreSQL cluster: on a socket of its own, without durability, gone afterwards.

PostgreSQL refuses to run as root, so a root caller (a container) drops to another user for it.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")
START_TIMEOUT_S = 60
INSTALL = "PostgreSQL's server is not installed; on Debian: apt-get install postgresql"


def binaries() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    found = sorted(
        (path.parent for path in DEBIAN.glob("*/bin/initdb")),
        key=lambda folder: float(folder.parent.name),
    )
    return found[-1] if found else None


class Cluster:
    """A running cluster. `url(name)` addresses one of its databases."""

    def __init__(self, programs: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="handrail-pg"))
        self._as_user = _unprivileged(self.folder)
        self._environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        data = str(self.folder / "data")
        initdb = [str(programs / "initdb"), "-D", data, "-U", "test", "-A", "trust", "-N"]
        self._run([*initdb, "--locale=C.UTF-8"])
        options = [part for setting in ("listen_addresses=", *FAST) for part in ("-c", setting)]
        self._server = subprocess.Popen(
            [str(programs / "postgres"), "-D", data, "-k", str(self.folder), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=self._environ,
            **self._as_user,
        )
        self._wait()

    def _run(self, command: list[str]) -> None:
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env=self._environ,
            **self._as_user,
        )

    def _wait(self) -> None:
        give_up = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
            else:
                return

    def execute(self, statement: str) -> None:
        """Run one statement in the maintenance database, outside a transaction."""
        where = f"host={self.folder} user=test dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, cloned from `template`; returns its URL."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://test@/{name}?host={self.folder}"

    def stop(self) -> None:
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(self.folder)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Popen arguments that leave root, which then owns `folder` no more; empty otherwise."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
