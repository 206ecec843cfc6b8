"""Mails that wait for nobody and stand alone: each message of the outbox is one of them, or none."""

from collections.abc import Callable, Sequence

from sqlmodel import Session

from core.db import Database
from core.outbox import Delayed, Message
from notices.letters import Letter, message
from notices.office import Office
from notices.smtp import Deferred, Refused

Refusal = Callable[[Session, Refused], None]
"""Notes that the mail server will never take the letter."""
Compose = Callable[[Session, Office, Message], tuple[Letter, Refusal] | None]


def handler(
    database: Database, office: Office, compose: Compose
) -> Callable[[Sequence[Message]], None]:
    """A worker's handler that sends what `compose` makes of each message."""

    def handle(messages: Sequence[Message]) -> None:
        deferred: dict[int, str] = {}
        with office.connect() as send:
            for one in messages:
                with database.write() as session:
                    made = compose(session, office, one)
                if made is None:
                    continue
                letter, refused = made
                try:
                    send(message(letter, office.sender))
                except Refused as error:
                    with database.write() as session:
                        refused(session, error)
                except Deferred as error:
                    deferred[one.id] = str(error)
        if deferred:
            raise Delayed(deferred)

    return handle
