"""nDCG@10 and success@3 of an engine over the questions, and why the worst are bad."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directory.geocode import OfflineGeocoder
from search.engine import SearchEngine
from search.finding import find
from search.query import Hit, Point, SearchQuery
from tests.relevance.judging import AT, Document, Question

DEPTH = 10
FIRST = 3
GOOD = 2
"""From this grade on somebody is helped."""


@dataclass(frozen=True)
class Answer:
    """One question answered: its score, and what came first."""

    question: Question
    ndcg: float
    success: bool
    total: int
    grades: tuple[int, ...]
    first: tuple[str, ...]

    @property
    def why(self) -> str:
        """What is wrong, in a few words."""
        if not self.total:
            return "nothing found"
        return f"grades {' '.join(map(str, self.grades)) or '–'}; first: {'; '.join(self.first)}"


@dataclass(frozen=True)
class Score:
    """Means over all questions, from 0 to 1."""

    ndcg: float
    success: float
    answers: tuple[Answer, ...]

    def worst(self, count: int = 10) -> list[Answer]:
        """The answers that help least."""
        return sorted(self.answers, key=lambda one: (one.ndcg, one.question.text))[:count]


def score(engine: SearchEngine, questions: Sequence[Question]) -> Score:
    """Ask every question from the middle of Durham."""
    place = OfflineGeocoder().resolve("27701")
    origin = Point(place.lat, place.lng)
    documents = list(_all(engine))
    answers = tuple(_answer(engine, one, origin, documents) for one in questions)
    count = len(answers)
    return Score(
        sum(one.ndcg for one in answers) / count,
        sum(one.success for one in answers) / count,
        answers,
    )


def _all(engine: SearchEngine) -> Iterable[Document]:
    hits: Sequence[Hit] = ()
    page = 1
    while page == 1 or hits:
        hits = engine.search(SearchQuery(now=AT, page=page, per_page=100)).hits
        yield from (hit.document for hit in hits)
        page += 1


def _answer(
    engine: SearchEngine, question: Question, origin: Point, documents: Sequence[Document]
) -> Answer:
    query = SearchQuery(now=AT, text=question.text, origin=origin, per_page=DEPTH)
    result = find(engine, query).result
    grades = tuple(question.grade(hit.document) for hit in result.hits)
    ideal = sorted(map(question.grade, documents), reverse=True)[:DEPTH]
    assert ideal[0] == 3, f"nothing in the county answers {question.text!r}"
    return Answer(
        question,
        _gain(grades) / _gain(ideal),
        any(grade >= GOOD for grade in grades[:FIRST]),
        result.total,
        grades,
        tuple(str(hit.document["name"]) for hit in result.hits[:FIRST]),
    )


def _gain(grades: Iterable[int]) -> float:
    """Discounted cumulative gain, exponential in the grade."""
    return math.fsum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
