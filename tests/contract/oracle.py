"""What every search must find, worked out document by document, sharing no code with the engines.

Only `directory.hours` is trusted (it has an oracle of its own), and the word lists are the same files.
"""

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import search
from directory.hours import Hours, is_open, minutes_inside, next_opening, next_overlap
from search.query import SearchQuery

WORDS = Path(search.__file__).parent
NEVER = 10**12
HORIZON = timedelta(days=28)
COMING = {"visits", "delivers", "telehealth", "phone", "worksite", "ride"}
LISTS = ("categories", "terms", "languages", "cost", "audiences", "delivery", "accessibility")

Document = Mapping[str, Any]


# ---- words


@cache
def words(text: str) -> tuple[str, ...]:
    """Lower-case letters and digits without accents, at most 24 of them a word."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(w[:24] for w in "".join(c if c.isalnum() else " " for c in plain).split())


@cache
def stop_words() -> set[str]:
    lists = json.loads((WORDS / "stop_words.json").read_text())
    return {w for texts in lists.values() for text in texts for w in words(text)}


@cache
def synonyms() -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    lists = json.loads((WORDS / "synonyms.json").read_text())
    found: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for group in lists["groups"]:
        for one in group:
            for other in group:
                if words(one) != words(other):
                    found.setdefault(words(one), set()).add(words(other))
    for one, others in lists["also"].items():
        for other in others:
            found.setdefault(words(one), set()).add(words(other))
    return found


def asked(text: str) -> list[tuple[tuple[str, ...], set[tuple[str, ...]]]]:
    """(typed words, synonyms) of each thing a text asks for."""
    typed = list(words(text))
    kept, cut = 0, []
    for word in typed:
        cut.append(word)
        kept += word not in stop_words()
        if kept == 10 or len(cut) == 50:
            break
    if not kept:
        cut = typed[:10]
    return _groups(cut) or [((word,), set()) for word in cut]


def _groups(typed: list[str]) -> list[tuple[tuple[str, ...], set[tuple[str, ...]]]]:
    found = []
    while typed:
        size = max(
            (n for n in range(1, len(typed) + 1) if tuple(typed[:n]) in synonyms()), default=1
        )
        group, typed = tuple(typed[:size]), typed[size:]
        others = synonyms().get(group, set())
        content = tuple(w for w in group if w not in stop_words())
        if content or others:
            found.append((content or group, others))
    return found


@cache
def alignment(typed: str, word: str) -> int:
    """Optimal string alignment distance, by the textbook table."""
    table = [[0] * (len(word) + 1) for _ in range(len(typed) + 1)]
    for i in range(len(typed) + 1):
        for j in range(len(word) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            same = typed[i - 1] == word[j - 1]
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (not same)
            )
            swapped = (
                i > 1 and j > 1 and typed[i - 1] == word[j - 2] and typed[i - 2] == word[j - 1]
            )
            if swapped:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@cache
def typos(typed: str, word: str, prefix: bool) -> int | None:
    """Typos between a typed word and a word (or its best beginning); None when too many."""
    allowed = 0 if len(typed) < 5 else 1 if len(typed) < 9 else 2
    if typed == word or (prefix and word.startswith(typed)):
        return 0
    if not allowed:
        return None
    beginnings = [word[:n] for n in range(1, len(word) + 1)] if prefix else [word]
    distance = min(alignment(typed, beginning) for beginning in beginnings)
    if typed[0] != word[0]:
        distance += 1 if distance <= 1 else 2
    return distance if distance <= allowed else None


Rank = tuple[int, int, int]
RankOf = Callable[[Document, str], Rank | None]


def words_in_title(document: Document) -> set[str]:
    names = [document["name"], document["alternate_name"] or "", *document["keywords"]]
    return set(words(" ".join(names)))


def words_everywhere(document: Document) -> set[str]:
    rest = [document[name] or "" for name in ("organization", "program", "summary", "city")]
    rest += [*document["context"], *(t["summary"] or "" for t in document["translations"].values())]
    return words_in_title(document) | set(words(" ".join(rest)))


def text_rank(document: Document, text: str) -> Rank | None:
    """(things not in the title, things not as typed, typos), or None when something is missing."""
    title, everywhere = words_in_title(document), words_everywhere(document)
    things = asked(text)
    total = (0, 0, 0)
    for at, (typed, others) in enumerate(things):
        rank = _thing_rank(typed, others, at == len(things) - 1, title, everywhere)
        if rank is None:
            return None
        total = (total[0] + rank[0], total[1] + rank[1], total[2] + rank[2])
    return total


def _thing_rank(
    typed: tuple[str, ...],
    others: set[tuple[str, ...]],
    is_last: bool,
    title: set[str],
    everywhere: set[str],
) -> Rank | None:
    def fewest(among: set[str]) -> int | None:
        """Typos of all typed words together, None when one of them is not there."""
        total = 0
        for at, word in enumerate(typed):
            prefix = is_last and at == len(typed) - 1
            found = [n for n in (typos(word, other, prefix) for other in among) if n is not None]
            if not found:
                return None
            total += min(found)
        return total

    mistakes = 0 if any(everywhere.issuperset(other) for other in others) else fewest(everywhere)
    if mistakes is None:
        return None
    in_title = any(title.issuperset(other) for other in others) or fewest(title) is not None
    return (not in_title, not everywhere.issuperset(typed), mistakes)


# ---- place and time


def metres(lat_a: float, lng_a: float, lat_b: float, lng_b: float) -> float:
    """Spherical distance by the arc tangent, which is exact for near and far points alike."""
    a, b, across = math.radians(lat_a), math.radians(lat_b), math.radians(lng_b - lng_a)
    x = math.cos(b) * math.sin(across)
    y = math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(across)
    z = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(across)
    return 6_371_000 * math.atan2(math.hypot(x, y), z)


def distance(document: Document, query: SearchQuery) -> float | None:
    if query.origin is None or document["lat"] is None:
        return None
    return metres(query.origin.lat, query.origin.lng, document["lat"], document["lng"])


def _in_box(document: Document, query: SearchQuery) -> bool:
    box, lat, lng = query.box, document["lat"], document["lng"]
    if box is None:
        return True
    if lat is None or not box.south <= lat <= box.north:
        return False
    if box.west > box.east:
        return bool(lng >= box.west or lng <= box.east)
    return bool(box.west <= lng <= box.east)


def _reachable(document: Document, query: SearchQuery) -> bool:
    away = distance(document, query)
    near = query.radius_m is None or (away is not None and away <= query.radius_m)
    if query.reach is None:
        return near
    covered = {area.casefold() for area in document["area"]}
    wanted = {"any"} | {area.casefold() for area in query.reach}
    return bool(covered & wanted) and (near or bool(COMING & set(document["delivery"])))


@cache
def _open_at(hours: str, at: Any) -> bool:
    return is_open(Hours.from_json(hours), at) is True


@cache
def _open_during(hours: str, windows: Any, now: Any) -> bool:
    return next_overlap(Hours.from_json(hours), windows, now) is not None


@cache
def _fits(hours: str, windows: Any, now: Any) -> int:
    span = next_overlap(Hours.from_json(hours), windows, now)
    return int(span.start.timestamp()) // 60 if span else NEVER


@cache
def _free_minutes(hours: str, windows: Any, now: Any) -> int:
    return minutes_inside(Hours.from_json(hours), windows, now)


@cache
def _opens(hours: str, now: Any) -> int:
    minute = int(now.timestamp()) // 60
    if _open_at(hours, now):
        return minute
    span = next_opening(Hours.from_json(hours), now)
    opens = int(span.start.timestamp()) // 60 if span else NEVER
    return opens if opens < minute + HORIZON.days * 1440 else NEVER


def _open(document: Document, query: SearchQuery) -> bool:
    hours = document["hours"]
    if query.open_at is not None and (hours is None or not _open_at(hours, query.open_at)):
        return False
    return all(
        hours is not None and _open_during(hours, windows, query.now)
        for windows in (query.open_during, query.free)
        if windows
    )


# ---- everything together


def _any_of(wanted: Iterable[str], values: Iterable[str]) -> bool:
    return not wanted or bool({w.casefold() for w in wanted} & {v.casefold() for v in values})


def _facts(document: Document, query: SearchQuery) -> bool:
    low, high = document["minimum_age"], document["maximum_age"]
    wait, assured = document["wait_days"], document["assured_date"]
    return all(
        (
            _any_of(query.visibility, [document["visibility"]]),
            _any_of(query.insurance, document["insurance"]),
            _any_of(query.organizations, [document["organization_id"]]),
            not query.documents_not_required
            or not _any_of(query.documents_not_required, document["documents"]),
            query.age is None or (low or 0) <= query.age <= (999 if high is None else high),
            query.has_capacity is None or document["has_capacity"] is query.has_capacity,
            query.max_wait_days is None or (wait is not None and wait <= query.max_wait_days),
            query.verified_since is None
            or (assured is not None and date.fromisoformat(assured) >= query.verified_since),
        )
    )


def failed_facets(document: Document, query: SearchQuery) -> set[str]:
    """The facet filters this document does not pass."""
    failed = {name for name in LISTS if not _any_of(getattr(query, name), document[name])}
    for name in ("accepts_referrals", "cash_prices"):
        if getattr(query, name) not in (None, document[name]):
            failed.add(name)
    return failed


def sort_key(
    document: Document, query: SearchQuery, rank_of: RankOf = text_rank
) -> tuple[float, ...]:
    """Smaller is earlier; equal keys may come in any order."""
    away = distance(document, query)
    metres_away = math.inf if away is None else away
    if query.sort == "distance":
        return (metres_away,)
    if query.sort == "soonest":
        wait = document["wait_days"]
        opens = _soonest(document["hours"], query)
        by_match = sort_key(document, replace(query, sort="match", free=()), rank_of)
        served = max(opens, int(query.now.timestamp()) // 60 + (wait or 0) * 1440)
        return (served, NEVER if wait is None else wait, *by_match)
    if query.free and not words(query.text):
        overlap = _free_minutes(document["hours"], query.free, query.now)
        return (-overlap, metres_away) if query.origin is not None else (-overlap,)
    rank = rank_of(document, query.text)
    assert rank is not None
    return (*rank, metres_away) if query.origin is not None else rank


def _soonest(hours: str | None, query: SearchQuery) -> int:
    if hours is None:
        return NEVER
    windows = query.free or query.open_during
    return _fits(hours, windows, query.now) if windows else _opens(hours, query.now)


class Expected:
    """The answer to a query over documents, all pages of it."""

    def __init__(
        self, documents: Iterable[Document], query: SearchQuery, rank_of: RankOf = text_rank
    ) -> None:
        passing = [
            (document, failed_facets(document, query))
            for document in documents
            if _facts(document, query)
            and _in_box(document, query)
            and _reachable(document, query)
            and _open(document, query)
            and rank_of(document, query.text) is not None
        ]
        found = [document for document, failed in passing if not failed]
        self.keys = {document["id"]: sort_key(document, query, rank_of) for document in found}
        self.metres = {document["id"]: distance(document, query) for document in found}
        self.order = sorted(self.keys.values())
        self.facets = {
            name: _counts(name, (d for d, failed in passing if failed <= {name}))
            for name in query.facets
        }


def _counts(name: str, documents: Iterable[Document]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for document in documents:
        value = document[name]
        values = {str(value).lower()} if isinstance(value, bool) else set(value)
        for one in values:
            counts[one] = counts.get(one, 0) + 1
    return counts
