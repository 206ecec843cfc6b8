"""A whole installation in processes of its own, each of which may be killed and started again."""

import json
import os
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from http.client import HTTPException
from pathlib import Path
from typing import Self

from sqlmodel import select

from app import migrating
from core import outbox
from core.db import Database
from directory.models import Service
from search.sync import lag_s
from tests.faults.changes import prepare
from tests.support.meilisearch import MASTER_KEY, OwnServer, free_port
from tests.support.processes import PATIENCE_S, Handrail
from tests.support.repository import ROOT


class Town:
    """Worker, web with its editor, and the search server, over one home folder."""

    def __init__(self, folder: Path, engine: str, last: int, per_second: float) -> None:
        self.folder = folder
        self.last, self.per_second = last, per_second
        (folder / "home").mkdir(exist_ok=True)
        self.url = f"sqlite:///{folder / 'home' / 'handrail.db'}"
        migrating.upgrade(self.url)
        self.database = Database(self.url)
        self.settings = {"DEMO": "yes", "RATE_LIMIT": "0", "LOG_LEVEL": "warning"}
        self.server: OwnServer | None = None
        if engine == "meilisearch":
            self.server = OwnServer(
                f"http://127.0.0.1:{free_port()}", MASTER_KEY, folder / "server"
            )
            self.server.folder.mkdir()
            self.settings |= {"SEARCH_URL": self.server.url, "SEARCH_KEY": MASTER_KEY}
        self.said = 0
        self._handrails: dict[str, Handrail] = {}
        self._editor: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None

    @property
    def parts(self) -> list[str]:
        """What may be killed."""
        return ["worker", "web", "engine"] if self.server else ["worker", "web"]

    def prepare(self) -> None:
        """Save what changes need to be there."""
        with self.database.write() as session:
            prepare(session)

    def start(self, part: str) -> None:
        """Start a part, and wait until it is up where that can be seen."""
        if part == "engine" and self.server:
            self.server.start()
        elif part == "worker":
            self._handrails[part] = self.command("worker")
        elif part == "web":
            port = self._handrails[part].port if part in self._handrails else free_port()
            web = self._handrails[part] = self.command("serve", port=port)
            web.wait_until_up()
            self.edit()

    def command(self, *arguments: str, port: int = 1) -> Handrail:
        """A `handrail` command of this installation."""
        return Handrail(self.folder, *arguments, **self.settings, PORT=str(port))

    def edit(self) -> None:
        """Those who edit: killed with the web, they go on after the last change that was said."""
        command = [sys.executable, "-m", "tests.faults.editor", self.url]
        arguments = [str(self.said + 1), str(self.last), str(self.per_second)]
        self._editor = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self._listener = threading.Thread(target=self._listen, args=(self._editor,), daemon=True)
        self._listener.start()

    def stop_editing(self) -> None:
        """After the change in hand."""
        if self._editor and self._listener:
            self._editor.terminate()
            self._editor.wait()
            self._listener.join()
            self.last = self.said

    def _listen(self, editor: "subprocess.Popen[str]") -> None:
        assert editor.stdout is not None
        for line in editor.stdout:
            self.said = int(line)

    def kill(self, part: str) -> None:
        """As a power cut would."""
        if part == "engine" and self.server:
            self.server.kill()
            return
        handrail = self._handrails[part]
        handrail.process.kill()
        handrail.process.wait()
        if part == "web":
            if self._editor:
                self._editor.kill()
                self._editor.wait()
            handrail.wait_until_gone()

    def search(self, text: str) -> tuple[int, str]:
        """Status and body of a search; 0 when nobody answers."""
        try:
            return self._handrails["web"].get(f"/api/v1/search?q={text}")
        except (OSError, HTTPException):
            return 0, ""

    def wait_until_quiet(self) -> None:
        """Until every change was made and the outbox is empty."""
        give_up = time.monotonic() + 2 * PATIENCE_S
        while self.said < self.last or self.backlog().waiting:
            assert time.monotonic() < give_up, f"{self.said} changes, {self.backlog()}"
            time.sleep(0.2)

    def backlog(self) -> outbox.Backlog:
        """What the outbox holds."""
        with self.database.read() as session:
            return outbox.backlog(session)

    def names(self) -> dict[str, str]:
        """Service id → name, as the directory has it."""
        with self.database.read() as session:
            return dict(session.exec(select(Service.id, Service.name)).all())

    def output(self, *arguments: str) -> tuple[int, str]:
        """Exit status and output of a command that ends."""
        environ = {
            **os.environ,
            "HANDRAIL_HOME": str(self.folder / "home"),
            "PYTHONPATH": str(ROOT),
        }
        environ |= {f"HANDRAIL_{name}": value for name, value in self.settings.items()}
        command = [sys.executable, "-m", "app.cli", *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def stop(self) -> None:
        """Stop everything."""
        for part in ("web", "worker"):
            if part in self._handrails:
                self.kill(part)
        if self.server:
            self.server.stop()
        self.database.close()


class Beside(ABC):
    """Does something again and again during a block."""

    def __init__(self, town: Town, pause_s: float) -> None:
        self.town = town
        self._pause_s = pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._pause_s):
            self.once()

    @abstractmethod
    def once(self) -> None:
        """What is done."""


class Searching(Beside):
    """Somebody who searches all the time, and counts the answers and what they found."""

    def __init__(self, town: Town, text: str = "service") -> None:
        super().__init__(town, pause_s=0.05)
        self.answers: Counter[int] = Counter()
        self.totals: Counter[int] = Counter()
        self.strange: list[str] = []
        self._text = text

    def once(self) -> None:
        """One search."""
        status, body = self.town.search(self._text)
        self.answers[status] += 1
        if status == 200:
            self.totals[json.loads(body)["total"]] += 1
        elif status not in (0, 503):
            self.strange.append(f"{status} {body[:200]}")


class Watching(Beside):
    """Somebody who looks how far searches are behind the directory."""

    def __init__(self, town: Town) -> None:
        super().__init__(town, pause_s=0.25)
        self.most_behind_s = 0.0

    def once(self) -> None:
        """One look."""
        with self.town.database.read() as session:
            self.most_behind_s = max(self.most_behind_s, lag_s(session))
