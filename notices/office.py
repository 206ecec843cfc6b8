"""What writing mails takes, put together once at the edge."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from core.settings import Settings
from notices import smtp
from notices.smtp import Send
from notices.words import Gettext


@dataclass(frozen=True, slots=True)
class Office:
    """Where our pages are, who mails come from, how they leave, and how things are said.

    `connect` opens the way out for a batch; it raises Unavailable. `secret` makes links and codes.
    """

    base_url: str
    language: str
    sender: str
    secret: str = field(repr=False)
    connect: Callable[[], AbstractContextManager[Send]] = field(repr=False)
    sayings: Mapping[str, Gettext] = field(repr=False)

    def say(self, locale: str) -> Gettext:
        """How to say an English source string to that reader."""
        return self.sayings.get(locale) or self.sayings[self.language]

    def href(self, path: str, locale: str) -> str:
        """Address of a public page, in the reader's language."""
        known = locale in self.sayings and locale != self.language
        return f"{self.base_url}{f'/{locale}' if known else ''}{path}"


def office_of(settings: Settings, sayings: Mapping[str, Gettext]) -> Office | None:
    """The office these settings make; None while they name no way for mails to leave."""
    server = smtp.server_of(settings)
    if server is None and not settings.demo:
        return None

    def connect() -> AbstractContextManager[Send]:
        return smtp.connected(server) if server else smtp.kept_in(settings.home / "mail")

    return Office(
        settings.base_url, settings.language, settings.mail_from, settings.secret_key, connect,
        sayings,
    )  # fmt: skip
