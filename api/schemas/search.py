"""Search results."""

from datetime import datetime

from msgspec import Struct

from directory.hours import State


class Coordinates(Struct):
    """A point in degrees (WGS 84)."""

    lat: float
    lng: float


class Origin(Struct):
    """What distances are measured from. `approximate`: from the middle of a ZIP or a city."""

    label: str
    lat: float
    lng: float
    approximate: bool


class Matching(Struct):
    """Time the patient is free and the place is open, on the place's clock."""

    starts: datetime
    ends: datetime


class Open(Struct):
    """Whether it is open at the moment asked about, in a word and in words.

    `until` is when it closes, `next_opens` when a closed place opens; both on its own clock.
    `next_matching` is the next opening within `free` (or `open_during`), when that was asked.
    """

    state: State
    text: str
    until: datetime | None
    next_opens: datetime | None
    next_matching: Matching | None = None


class Phone(Struct):
    """A telephone number."""

    number: str
    description: str | None = None
    type: str | None = None
    extension: int | None = None


class Wait(Struct):
    """How long people wait, as the service said it on `asked_on` (a date)."""

    days: int
    asked_on: str | None


class ObservedWait(Struct):
    """How long people waited who were referred: half of `count` were helped within `days`."""

    days: int
    count: int
    observed_on: str


class Result(Struct):
    """A service at one of its places, or a service that has none. `distance_m` is in metres.

    `name` and `summary` are in the language asked for where somebody translated them;
    `machine_translated` says that no person has checked the words.
    """

    id: str
    service_id: str
    location_id: str | None
    organization_id: str
    name: str
    organization: str
    categories: list[str]
    summary: str
    machine_translated: bool
    address: str | None
    location: Coordinates | None
    distance_m: int | None
    open: Open
    languages: list[str]
    cost: list[str]
    phones: list[Phone]
    delivery: list[str]
    wait: Wait | None
    assured_date: str | None
    observed_wait: ObservedWait | None = None


class Rule(Struct):
    """What one rule of a search alone keeps out.

    `rule` is a parameter, `count` how many more results `query` has, `text` what they have in
    common. `query` is the search without the rule, to be put after `/api/v1/search?`.
    """

    rule: str
    count: int
    text: str
    query: str


class Explanation(Struct):
    """How many results there are, and what each rule alone keeps out, the most first."""

    total: int
    rules: list[Rule]


class Results(Struct):
    """One page of results. `total` and `facets` count all pages; facets by parameter and value.

    `words_left_out` are words of `q` that were not looked for, because no service has all of them.
    """

    total: int
    page: int
    per_page: int
    origin: Origin | None
    results: list[Result]
    facets: dict[str, dict[str, int]]
    words_left_out: list[str] = []
