"""The scores that are kept, in docs/relevance.md."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.relevance.questions import QUESTIONS
from tests.relevance.scoring import Answer, Score

PAGE = Path(__file__).parents[2] / "docs" / "relevance.md"
TOLERANCE = 0.01
"""How much a score may fall: ties are broken otherwise by every index."""
_START, _END = "<!-- scores -->\n", "<!-- end of scores -->\n"
_ROW = re.compile(r"^\| (\w+) \| (\d\.\d{3}) \| (\d\.\d{3}) \|", re.MULTILINE)


def kept() -> dict[str, tuple[float, float]]:
    """nDCG@10 and success@3 by engine."""
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    return {engine: (float(ndcg), float(success)) for engine, ndcg, success in rows}


def keep(scores: Mapping[str, Score]) -> None:
    """Write the scores and the worst questions into the page; engines that were not asked stay."""
    text = PAGE.read_text("utf-8")
    known = kept() | {name: (one.ndcg, one.success) for name, one in scores.items()}
    rows = [f"| {name} | {ndcg:.3f} | {success:.3f} |" for name, (ndcg, success) in known.items()]
    shown = next(iter(scores.values()))
    lines = [
        f"{len(QUESTIONS)} questions.\n",
        "| engine | nDCG@10 | success@3 |\n|---|---|---|",
        *rows,
        "\nThe worst, and what came first:\n",
        "| question | nDCG@10 | found | grades of the first ten |\n|---|---|---|---|",
        *_worst(shown.worst()),
    ]
    before, rest = text.split(_START)
    after = rest.split(_END)[1]
    PAGE.write_text(before + _START + "\n".join(lines) + "\n" + _END + after, "utf-8")


def _worst(answers: Iterable[Answer]) -> Iterable[str]:
    for one in answers:
        grades = " ".join(map(str, one.grades)) or "–"
        yield f"| {one.question.text} | {one.ndcg:.2f} | {one.total} | {grades} |"
