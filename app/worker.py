"""Does the work that changes leave in the outbox: claims, hands over, settles.

A handler gets a batch of messages of one topic and must be idempotent. When a batch fails, its
messages are tried one by one, so that a poisoned one is set aside alone and the rest goes on.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby

from core import outbox
from core.clock import now
from core.db import Database
from core.errors import Unavailable
from core.outbox import Message

Handler = Callable[[Sequence[Message]], None]

ATTEMPTS_MAX = 8  # about an hour of trying
KEEP_DONE = timedelta(days=7)
PRUNE_EVERY = timedelta(hours=1)
UPKEEP_EVERY = timedelta(seconds=30)
STOP_TIMEOUT_S = 10

log = logging.getLogger("handrail.worker")


class Worker:
    """Runs `handlers` (by topic) until told to stop. Several may run beside each other."""

    def __init__(
        self,
        db: Database,
        handlers: Mapping[str, Handler],
        *,
        batch: int = 100,
        lease_s: float = 60,
        poll_s: float = 0.5,
        upkeep: Callable[[], None] = lambda: None,
    ) -> None:
        """`upkeep` is done at the start and now and then; it may fail."""
        self._db = db
        self._handlers = handlers
        self._batch = batch
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._upkeep = upkeep
        self._kept_up_at: datetime | None = None
        self._pruned_at: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a batch in hand is finished first."""
        while not stop.is_set():
            try:
                self._keep_up()
                busy = self.run_once() > 0
                self._prune()
            except Exception:  # the database may be away for a while
                log.exception("The outbox cannot be read; trying again")
                busy = False
            if not busy:
                stop.wait(self._poll_s)

    def run_once(self) -> int:
        """Handle what is due now, up to one batch; returns how many messages were taken."""
        messages = outbox.claim(self._db, set(self._handlers), self._batch, self._lease_s)
        ordered = sorted(messages, key=lambda message: message.topic)
        for topic, batch in groupby(ordered, key=lambda message: message.topic):
            self._handle(self._handlers[topic], list(batch))
        return len(messages)

    def _handle(self, handler: Handler, batch: list[Message]) -> None:
        try:
            handler(batch)
        except Unavailable as error:  # nobody's fault: wait, and never give up
            for message in batch:
                outbox.retry_later(self._db, message, str(error), error.retry_after_s)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is kept with the message
            if len(batch) == 1:
                self._failed(batch[0], error)
                return
            for message in batch:
                self._handle(handler, [message])
        else:
            for message in batch:
                outbox.finish(self._db, message)

    def _failed(self, message: Message, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        if message.attempts < ATTEMPTS_MAX:
            outbox.retry_later(self._db, message, reason)
            log.warning("Message %s (%s) failed, will retry: %s", message.id, message.topic, reason)
        else:
            outbox.park(self._db, message, reason)
            log.error("Message %s (%s) is parked: %s", message.id, message.topic, reason)

    def _keep_up(self) -> None:
        if self._kept_up_at is not None and now() - self._kept_up_at < UPKEEP_EVERY:
            return
        self._kept_up_at = now()
        try:
            self._upkeep()
        except Exception as error:  # noqa: BLE001 - what it is for may be away; it comes around again
            log.warning("Upkeep failed, will retry: %s", error)

    def _prune(self) -> None:
        if self._pruned_at is not None and now() - self._pruned_at < PRUNE_EVERY:
            return
        self._pruned_at = now()
        with self._db.write() as session:
            outbox.prune(session, self._pruned_at - KEEP_DONE)


@contextmanager
def running(worker: Worker) -> Iterator[threading.Thread]:
    """Run `worker` in a thread of its own during the block."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,), name="worker", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(STOP_TIMEOUT_S)
