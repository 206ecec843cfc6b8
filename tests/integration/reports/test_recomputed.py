"""Every number of the reports once more, from raw events: they agree exactly.

400 referrals here; HANDRAIL_TEST_REFERRALS=5000 for more.
"""

import os
from datetime import UTC, datetime

from core.db import Database
from referrals.reports import questions
from referrals.reports.counting import Asked, Counts, counts
from referrals.reports.figures import Share, Spread
from referrals.reports.keeping import behind, fold_all
from referrals.reports.metrics import METRICS, Metric
from referrals.reports.report import WHOLE, Line, Report, report
from tests.support import many_referrals, reports_oracle
from tests.support.reports_oracle import Tally, ranked

COUNT = int(os.environ.get("HANDRAIL_TEST_REFERRALS", "400"))
AT = datetime(2026, 12, 1, 5, tzinfo=UTC)
QUESTIONS: tuple[tuple[str | None, dict[str, str]], ...] = (
    (None, {}),
    ("quarter", {}),
    ("category", {}),
    ("organization", {}),
    ("zip", {}),
    ("language", {}),
    ("zip", {"category": "food"}),
    ("category", {"quarter": "2"}),
    (None, {"zip": "27701", "language": "es"}),
)


def test_reports_agree_with_a_recomputation_from_raw_events(database: Database) -> None:
    """The counts before anything is withheld, and every figure that is then shown."""
    with database.write() as session:
        of = many_referrals.network(session)
        made = many_referrals.generate(of, COUNT, seed=5, until=AT)
        made.write(session)
    assert fold_all(database) > COUNT * 0.7
    compared = 0
    with database.read() as session:
        assert behind(session, limit=1) == []
        world = reports_oracle.read(session, of.clinic.id)
        for year in (2025, 2026):
            for by, only in QUESTIONS:
                question = questions.question(year, only, by)
                asked = Asked(session, of.supervisor, of.clinic.id, question, AT)
                expected = reports_oracle.count(world, year, AT, by, only)
                compared += _counts_agree(counts(asked), expected, tuple(only.values()))
                shown = report(session, of.supervisor, of.clinic.id, question, at=AT)
                compared += _figures_agree(shown, expected)
    print(f"{COUNT} referrals, {len(made.events)} events: {compared} numbers agree")
    assert compared > 1500


def _counts_agree(found: Counts, expected: Tally, only: tuple[str, ...]) -> int:
    compared = 0
    for key, by_group in found.parts.items():
        mine = {
            (*group[len(only) :], WHOLE)[0]: {name: n for name, n in parts.items() if n}
            for group, parts in by_group.items()
            if group[: len(only)] == only
        }
        mine = {group: parts for group, parts in mine.items() if parts}
        theirs = {group: dict(parts) for group, parts in expected.parts[key].items()}
        assert mine == theirs, key
        compared += sum(len(parts) for parts in theirs.values())
    return compared


def _figures_agree(shown: Report, expected: Tally) -> int:
    lines = shown.lines or (shown.whole,)
    return sum(_line_agrees(line, metric, expected) for line in lines for metric in METRICS)


def _line_agrees(line: Line, metric: Metric, expected: Tally) -> int:
    figure = line.figures.get(metric.key)
    parts = expected.parts[metric.key][line.group]
    if isinstance(figure, Share):
        assert figure.hits == sum(parts[name] for name in metric.hits)
        assert figure.of == sum(parts[name] for name in metric.counted)
        return 2
    if isinstance(figure, Spread):
        values = expected.values[metric.key][line.group]
        assert (figure.median, figure.p90) == (ranked(values, 0.5), ranked(values, 0.9))
        assert (figure.n, figure.of) == (len(values), parts.total())
        return 4
    return 0
