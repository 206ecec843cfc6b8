"""Searches go on answering what people ask at least as well as they did."""

import pytest

from tests.conftest import missing
from tests.relevance.county import ENGINES, county_in
from tests.relevance.keeping import TOLERANCE, kept
from tests.relevance.questions import QUESTIONS
from tests.relevance.scoring import score
from tests.support import meilisearch


@pytest.mark.parametrize("name", ENGINES)
def test_the_score_does_not_fall(name: str) -> None:
    if name == "meilisearch" and not meilisearch.is_there():
        missing(meilisearch.INSTALL)
    with county_in(name) as engine:
        found = score(engine, QUESTIONS)
    ndcg, success = kept()[name]
    worst = "\n".join(f"{one.ndcg:.2f} {one.question.text}: {one.why}" for one in found.worst())
    assert found.ndcg >= ndcg - TOLERANCE, worst
    assert found.success >= success - TOLERANCE, worst


def test_there_are_enough_questions_in_both_languages() -> None:
    assert len({one.text for one in QUESTIONS}) == len(QUESTIONS) >= 80
    assert sum(one.language == "es" for one in QUESTIONS) >= 25
