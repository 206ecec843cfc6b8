"""What `handrail import` prints at the end: sums by table, by reason and by rule."""

from collections.abc import Iterator, Mapping

from directory.importing import REASONS, RULES, Kind, Result
from directory.prices import importing as prices

HEADINGS = {
    Kind.REFUSED: "Rows refused",
    Kind.ORPHAN: "Rows kept apart, because what they belong to is not there",
    Kind.VALUE: "Values dropped from rows that were imported",
    Kind.LINK: "Links dropped from rows that were imported",
    Kind.GONE: "Records no longer in the source, left as they were",
}


def lines(result: Result) -> Iterator[str]:
    """The lines of the summary."""
    read = sum(result.rows_read.values())
    yield f"{read:,} rows of {result.source} ({result.format.value}) in {result.seconds:.1f} s"
    yield from _tables(result)
    for kind, heading in HEADINGS.items():
        sums = {reason: n for (k, reason), n in result.problems.items() if k == kind}
        yield from _sums(heading, sums, REASONS)
    yield from _sums("Repairs", result.tally.repairs, RULES)
    yield from _sums("Left out as personal", result.tally.personal, {})
    for file, columns in sorted(result.tally.ignored.items()):
        yield f"Not read of {file}: {', '.join(sorted(columns))}"
    yield f"Every row and value that was not imported is named in {result.report}"
    if result.dry_run:
        yield "This was a dry run: nothing was written."
    else:
        yield f"{result.changed:,} rows changed."


def price_lines(result: prices.Result) -> Iterator[str]:
    """The lines of the summary of an import of prices."""
    yield f"{result.read:,} rows of {result.path.name} ({result.kind}) in {result.seconds:.1f} s"
    yield ", ".join(f"{number:,} {name}" for name, number in result.counts.items())
    if result.drugs:
        yield f"{result.drugs:,} drugs made"
    yield ""
    yield from _sums("Rows refused", result.refused, REASONS | prices.REASONS)
    yield f"Every row that was not imported is named in {result.report}"
    if result.dry_run:
        yield "This was a dry run: nothing was written."


def _tables(result: Result) -> Iterator[str]:
    yield ""
    yield f"{'':24}{'created':>10}{'updated':>10}{'unchanged':>10}{'removed':>10}{'gone':>10}"
    for table, written in result.tables.items():
        counts = written.counts
        numbers = (
            counts.created,
            counts.updated,
            counts.unchanged,
            written.removed,
            written.gone,
        )
        if any(numbers):
            yield f"{table:24}" + "".join(f"{number:>10,}" for number in numbers)
    yield ""


def _sums(heading: str, sums: Mapping[str, int], words: Mapping[str, str]) -> Iterator[str]:
    if not sums:
        return
    yield f"{heading}: {sum(sums.values()):,}"
    for name, count in sorted(sums.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:>10,}  {name}" + (f": {words[name]}" if name in words else "")
    yield ""
