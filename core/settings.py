"""Every setting, read once from HANDRAIL_* variables into one frozen object.

A wrong value and an unknown name are refused at the start, by name, with what is allowed. Code
below the edge takes the values it needs; only the edge asks for `get_settings()`.
"""

import json
import os
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from core.crypto import Keyring

PREFIX = "HANDRAIL_"
DEMO_SECRET = "only-for-the-demonstration"  # refused everywhere else
SECRET_LENGTH = 32  # characters
TOKEN_LENGTH = 16  # characters
ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")
LANGUAGES = ("en", "es")
LOG_LEVELS = ("debug", "info", "warning", "error")
TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


# Days each kind of record is kept once nobody works with it any more; 0 keeps it for ever.
RETENTION: Mapping[str, int] = {
    "patients": 2555,  # seven years
    "duplicates": 365,
    "sessions": 30,
    "links": 90,
    "keys": 400,
    "throttles": 2,
    "notices": 180,
    "referral_visits": 30,
    "referral_links": 90,
    "webhook_calls": 7,
}
RETENTION_MAX = 36_500


class SettingsError(Exception):
    """A setting is wrong; the message names the variable and says what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """See docs/settings.md for what each is for; `from_env` is how to make one."""

    home: Path = Path("var")
    database_url: str = field(default="", repr=False)  # may hold a password
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    workers: int = 1
    trusted_proxies: tuple[str, ...] = ()
    demo: bool = False
    secret_key: str = field(default=DEMO_SECRET, repr=False)
    encryption_keys: str = field(default="", repr=False)
    index_key: str = field(default="", repr=False)
    geocoder: str = "offline"
    geocoder_options: Mapping[str, Any] = field(default_factory=dict, repr=False)  # may hold a key
    time_zone: str = "America/New_York"
    holidays: str = "US-NC"
    language: str = "en"
    map_tiles_url: str | None = None
    embed_origins: tuple[str, ...] = ()
    exit_url: str = "https://www.weather.gov"
    search_url: str | None = None
    search_key: str | None = field(default=None, repr=False)
    search_fallback: str = "none"
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    retention: Mapping[str, int] = field(default_factory=lambda: dict(RETENTION))
    rate_limit: int = 600
    allowed_hosts: tuple[str, ...] = ()
    metrics_token: str = field(default="", repr=False)
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str | None = None
    smtp_password: str = field(default="", repr=False)
    mail_from: str = ""
    webhook_private: bool = False
    log_level: str = "info"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from the HANDRAIL_* entries of `environ`; raises SettingsError."""
        values: dict[str, Any] = {}
        for variable in sorted(name for name in environ if name.startswith(PREFIX)):
            name = variable.removeprefix(PREFIX).lower()
            if name not in PARSERS:
                raise SettingsError(_unknown(variable))
            try:
                values[name] = PARSERS[name](environ[variable].strip())
            except ValueError as error:
                raise SettingsError(f"{variable} must be {error}") from None
        return cls(**values)._filled_in()

    def _filled_in(self) -> "Settings":
        """Self with the defaults that depend on other settings."""
        home = self.home.expanduser().absolute()
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise SettingsError(
                f"{PREFIX}OIDC_ISSUER and {PREFIX}OIDC_CLIENT_ID must be set together, or neither"
            )
        host = f"[{self.host}]" if ":" in self.host else self.host
        base_url = self.base_url or f"http://{host}:{self.port}"
        return _replace(
            self,
            home=home,
            database_url=self.database_url or f"sqlite:///{home / 'handrail.db'}",
            base_url=base_url,
            mail_from=self.mail_from or f"handrail@{urlsplit(base_url).hostname}",
        )

    @property
    def https(self) -> bool:
        """Whether people reach this installation over https."""
        return self.base_url.startswith("https:")

    def as_demo(self) -> "Settings":
        """The same settings, with what only the demonstration may do."""
        return _replace(self, demo=True)

    def check_secrets(self) -> None:
        """Raise SettingsError if a secret is a default or short; the demo may keep its own."""
        if self.demo:
            return
        if self.secret_key == DEMO_SECRET or len(self.secret_key) < SECRET_LENGTH:
            raise SettingsError(
                f"{PREFIX}SECRET_KEY must be set outside the demo, to at least {SECRET_LENGTH}"
                ' random characters: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        self.keyring()

    def keyring(self) -> Keyring:
        """The keys of sealed fields. Raises SettingsError; only the demo has keys of its own."""
        keys, index_key = self.encryption_keys, self.index_key
        if self.demo and not keys and not index_key:
            keys, index_key = f"demo:{_demo_key('encryption')}", _demo_key("index")
        try:
            return Keyring.parse(keys, index_key)
        except ValueError as error:
            raise SettingsError(
                f"{PREFIX}ENCRYPTION_KEYS (id:key, newest first) and {PREFIX}INDEX_KEY: {error}."
                " Make a key with: openssl rand -base64 32"
            ) from None


def _demo_key(purpose: str) -> str:
    return b64encode(sha256(f"{DEMO_SECRET} {purpose}".encode()).digest()).decode()


def variables() -> tuple[str, ...]:
    """Names of all variables, in the order of the fields."""
    return tuple(PREFIX + item.name.upper() for item in fields(Settings))


@cache
def get_settings() -> Settings:
    """The settings of this process. For the edge only: below it, values are passed."""
    return Settings.from_env(os.environ)


def _replace(settings: Settings, **changes: Any) -> Settings:
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    return Settings(**{**values, **changes})


def _unknown(variable: str) -> str:
    near = get_close_matches(variable, variables(), n=1)
    return f"{variable} is not a setting" + (f"; did you mean {near[0]}?" if near else "")


def _text(text: str) -> str:
    if not text:
        raise ValueError("not empty")
    return text


def _path(text: str) -> Path:
    return Path(_text(text))


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}, not {text!r}")
        return int(text)

    return parse


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}, not {text!r}")
        return text.lower()

    return parse


def _yes_or_no(text: str) -> bool:
    if text.lower() not in TRUTH:
        raise ValueError(f"one of {', '.join(TRUTH)}, not {text!r}")
    return TRUTH[text.lower()]


def _database_url(text: str) -> str:
    allowed = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except ArgumentError:
        raise ValueError(allowed) from None
    if backend not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError(f"{allowed}, not {backend}")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError(f"{allowed}; a database in memory would differ for each connection")
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"an address like https://handrail.example.org, not {text!r}")
    return text.rstrip("/")


def _issuer(text: str) -> str | None:
    parts = urlsplit(text)
    here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not text:
        return None
    if not parts.hostname or parts.query or (parts.scheme != "https" and not here):
        raise ValueError(f"an https address like https://login.example.org, not {text!r}")
    return text


def _tiles_url(text: str) -> str | None:
    if not text:
        return None
    if not all(part in text for part in ("{z}", "{x}", "{y}")):
        raise ValueError("an address with {z}, {x} and {y} in it, or empty for no tiles")
    return text


def _networks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(item.strip())) for item in text.split(",") if item.strip())
    except ValueError:
        raise ValueError(f"addresses or networks like 10.0.0.0/8,::1, not {text!r}") from None


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(item.strip().lower() for item in text.split(",") if item.strip())
    if any(not re.fullmatch(r"[a-z0-9.-]+", name) for name in names):
        raise ValueError(f"host names without port, like handrail.example.org, not {text!r}")
    return names


def _origins(text: str) -> tuple[str, ...]:
    found = tuple(item.strip().lower() for item in text.split(",") if item.strip())
    if any(item != "*" and not ORIGIN.fullmatch(item) for item in found):
        raise ValueError(
            "sites like https://clinic.example.org, with commas, https://*.example.org for all below"
            f" one, or * for any site, not {text!r}"
        )
    return found


def _metrics_token(text: str) -> str:
    if text and (len(text) < TOKEN_LENGTH or not text.isascii()):
        raise ValueError(f"at least {TOKEN_LENGTH} ASCII characters, or empty for none")
    return text


def _mailbox(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]{1,64}@[A-Za-z0-9.-]+", text):
        raise ValueError(f"an e-mail address like handrail@example.org, not {text!r}")
    return text


def _json_object(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text).items())
    except (ValueError, AttributeError):
        raise ValueError('a JSON object like {"user_agent": "handrail.example.org"}') from None


def _retention(text: str) -> dict[str, int]:
    """Days by category; what is not named keeps its default."""
    given = _json_object(text)
    for name, days in given.items():
        whole = isinstance(days, int) and not isinstance(days, bool)
        if name not in RETENTION or not whole or not 0 <= days <= RETENTION_MAX:
            names = ", ".join(RETENTION)
            raise ValueError(f"days from 0 to {RETENTION_MAX} for some of {names}, not {name!r}")
    return {**RETENTION, **given}


def _geocoder(text: str) -> str:
    name = text.lower()
    if name == "offline":
        return name
    from geopy.geocoders import SERVICE_TO_GEOCODER  # slow to import, and seldom needed

    if name not in SERVICE_TO_GEOCODER:
        near = get_close_matches(name, SERVICE_TO_GEOCODER, n=3)
        hint = f" (did you mean {', '.join(near)}?)" if near else ""
        raise ValueError(f"offline or the name of a geopy geocoder, not {text!r}{hint}")
    return name


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(_text(text))
    except (KeyError, ValueError, OSError):
        near = get_close_matches(text, available_timezones(), n=1)
        hint = near[0] if near else "America/New_York"
        raise ValueError(f"an IANA time zone such as {hint}, not {text!r}") from None
    return text


def _holidays(text: str) -> str:
    """`US` or `US-NC`: a calendar of the holidays package; empty for none."""
    if not text:
        return ""
    import holidays  # slow to import

    country, _, part = text.upper().partition("-")
    parts = holidays.list_supported_countries().get(country)
    if parts is None or (part and part not in parts):
        raise ValueError(f"a country or country-state such as US or US-NC, or empty, not {text!r}")
    return text.upper()


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "home": _path,
    "database_url": _database_url,
    "host": _text,
    "port": _whole_number(1, 65535),
    "base_url": _web_address,
    "workers": _whole_number(1, 64),
    "trusted_proxies": _networks,
    "demo": _yes_or_no,
    "secret_key": _text,
    "encryption_keys": _text,
    "index_key": _text,
    "geocoder": _geocoder,
    "geocoder_options": _json_object,
    "time_zone": _time_zone,
    "holidays": _holidays,
    "language": _one_of(LANGUAGES),
    "map_tiles_url": _tiles_url,
    "embed_origins": _origins,
    "exit_url": _web_address,
    "search_url": _web_address,
    "search_key": _text,
    "search_fallback": _one_of(("none", "embedded")),
    "oidc_issuer": _issuer,
    "oidc_client_id": _text,
    "oidc_client_secret": _text,
    "oidc_name": _text,
    "retention": _retention,
    "rate_limit": _whole_number(0, 1_000_000),
    "allowed_hosts": _hosts,
    "metrics_token": _metrics_token,
    "smtp_host": _text,
    "smtp_port": _whole_number(1, 65535),
    "smtp_security": _one_of(("starttls", "tls", "none")),
    "smtp_user": _text,
    "smtp_password": str,
    "mail_from": _mailbox,
    "webhook_private": _yes_or_no,
    "log_level": _one_of(LOG_LEVELS),
}
