"""Does the work that changes leave in the outbox: claims, hands over, settles.

A handler gets a batch of messages of one topic and must be idempotent. It names the messages that
can never succeed (outbox.Poisoned): they are set aside and the rest is done. When a batch fails in
another way, its messages are tried one by one. While what a topic needs is away, its messages wait
together, for pauses that double.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from core import outbox
from core.clock import now
from core.db import Database
from core.errors import Unavailable
from core.outbox import Message
from patients import drafts

Handler = Callable[[Sequence[Message]], None]

ATTEMPTS_MAX = 8  # about an hour of trying
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
KEEP_DONE = timedelta(days=7)
PRUNE_EVERY = timedelta(hours=1)
UPKEEP_EVERY = timedelta(seconds=30)
STOP_TIMEOUT_S = 10

log = logging.getLogger("handrail.worker")


@dataclass(frozen=True, slots=True)
class _Away:
    """How long a topic waits for what it needs, and until when."""

    pause_s: float
    until: datetime


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
        attempts_max: int = ATTEMPTS_MAX,
    ) -> None:
        """`upkeep` is done at the start and now and then; it may fail.

        A message is given up after `attempts_max` tries: 8 take minutes, each beyond 11 an hour.
        """
        self._db = db
        self._handlers = handlers
        self._batch = batch
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._upkeep = upkeep
        self._attempts_max = attempts_max
        self._away: dict[str, _Away] = {}
        self._kept_up_at: datetime | None = None
        self._pruned_at: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a batch in hand is finished first."""
        while not stop.is_set():
            try:
                self.keep_up()
                busy = self.run_once() > 0
                self._prune()
            except Exception:  # the database may be away for a while
                log.exception("The outbox cannot be read; trying again")
                busy = False
            if not busy:
                stop.wait(self._poll_s)

    def run_once(self) -> int:
        """Handle what is due now, up to one batch; returns how many messages were taken."""
        messages = outbox.claim(self._db, self._topics(), self._batch, self._lease_s)
        ordered = sorted(messages, key=lambda message: message.topic)
        for topic, batch in groupby(ordered, key=lambda message: message.topic):
            self._handle(self._handlers[topic], list(batch))
        return len(messages)

    def _topics(self) -> set[str]:
        """Those that are not waited with."""
        at = now()
        return {
            topic
            for topic in self._handlers
            if topic not in self._away or self._away[topic].until <= at
        }

    def _handle(self, handler: Handler, batch: list[Message]) -> None:
        try:
            handler(batch)
        except Unavailable as error:  # nobody's fault: wait, and never give up
            self._wait_with(batch, str(error))
        except outbox.Poisoned as error:
            self._settle(batch, error.reasons, self._park)
        except outbox.Delayed as error:
            self._settle(batch, error.reasons, self._failed)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is kept with the message
            if len(batch) == 1:
                self._failed(batch[0], f"{type(error).__name__}: {error}")
                return
            for message in batch:
                self._handle(handler, [message])
        else:
            self._settle(batch, {}, self._park)

    def _settle(
        self,
        batch: list[Message],
        reasons: Mapping[int, str],
        do: Callable[[Message, str], None],
    ) -> None:
        """Finish what is not named, and do that with what is. What they needed is there, then."""
        self._away.pop(batch[0].topic, None)
        outbox.finish(self._db, *(one for one in batch if one.id not in reasons))
        for message in batch:
            if message.id in reasons:
                do(message, reasons[message.id])

    def _wait_with(self, batch: list[Message], reason: str) -> None:
        topic = batch[0].topic
        last = self._away.get(topic)
        pause_s = min(last.pause_s * 2, LONGEST_PAUSE_S) if last else FIRST_PAUSE_S
        self._away[topic] = _Away(pause_s, now() + timedelta(seconds=pause_s))
        outbox.put_back(self._db, batch, reason, pause_s)
        log.warning("Topic %s waits %.1f s: %s", topic, pause_s, reason)

    def _failed(self, message: Message, reason: str) -> None:
        if message.attempts < self._attempts_max:
            outbox.retry_later(self._db, message, reason)
            log.warning("Message %s (%s) failed, will retry: %s", message.id, message.topic, reason)
        else:
            self._park(message, reason)

    def _park(self, message: Message, reason: str) -> None:
        outbox.park(self._db, message, reason)
        log.error("Message %s (%s) is parked: %s", message.id, message.topic, reason)

    def keep_up(self) -> None:
        """Do the upkeep, unless that was done just now."""
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
            drafts.prune(session, self._pruned_at)


class Crew:
    """Workers that run beside each other, so that a slow mail server keeps no search waiting."""

    def __init__(self, *workers: Worker) -> None:
        self._workers = workers

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; what is in hand is finished first."""
        first, *others = self._workers
        threads = [
            threading.Thread(target=other.run, args=(stop,), daemon=True) for other in others
        ]
        for thread in threads:
            thread.start()
        first.run(stop)
        for thread in threads:
            thread.join(STOP_TIMEOUT_S)

    def keep_up(self) -> None:
        """Do everybody's upkeep."""
        for worker in self._workers:
            worker.keep_up()

    def run_once(self) -> int:
        """Handle what is due now, up to a batch for each; returns how many messages were taken."""
        return sum(worker.run_once() for worker in self._workers)


@contextmanager
def running(worker: Worker | Crew) -> Iterator[threading.Thread]:
    """Run `worker` in a thread of its own during the block."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,), name="worker", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(STOP_TIMEOUT_S)
