"""CSV, a row at a time: nothing is guessed, and no input makes it use much memory.

A file that is cut off, or is no CSV, is refused as a whole; a row that is wrong is handed out with
its fault, and the next one is read.
"""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from directory.importing.problems import FileRefused, RowRefused, Tally

MAX_LINE = 1_048_576  # bytes
MAX_FIELD = 262_144  # characters
MAX_COLUMNS = 1_000
UNDECODED = re.compile("[\ud800-\udfff]")
WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class Row(NamedTuple):
    """One record. `number` counts records, the header being 1; `cells` by column name."""

    number: int
    cells: dict[str, str]
    fault: RowRefused | None = None


def read_rows(path: Path, tally: Tally, rename: Callable[[str], str] = str.lower) -> Iterator[Row]:
    """Every record of the file. Raises FileRefused naming the file and what is wrong with it."""
    with path.open("rb") as file:
        lines = _Lines(path.name, file)
        csv.field_size_limit(MAX_FIELD)
        reader = csv.reader(lines, strict=True)
        header = [rename(column) for column in _header(path.name, reader)]
        whole, number = all(header), 1
        while True:
            number += 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield _broken(path.name, number, header, error)
                continue
            if cells is None:
                return
            if whole and len(cells) == len(header) and _is_plain("".join(cells)):
                yield Row(number, dict(zip(header, cells, strict=True)))
            elif cells:
                if len(cells) < len(header) and not lines.ended:
                    raise FileRefused(path.name, f"is cut off in row {number}")
                yield _row(number, header, cells, tally)


class _Lines:
    """Text lines of a file, never longer than MAX_LINE. Bytes that are not UTF-8 are kept as lone
    surrogates, so that the row they are in can be named once it is whole."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name, self.file, self.count, self.ended = name, file, 0, True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self.file.readline(MAX_LINE + 1)
        if not raw:
            raise StopIteration
        self.count += 1
        if len(raw) > MAX_LINE:
            where = "its header" if self.count == 1 else f"line {self.count}"
            raise FileRefused(self.name, f"{where} is longer than {MAX_LINE:,} bytes")
        if self.count == 1:
            raw = _without_mark(self.name, raw)
        self.ended = raw.endswith(b"\n")
        return raw.decode("utf-8", "surrogateescape")


def _without_mark(name: str, raw: bytes) -> bytes:
    if raw[:2] in WIDE:
        raise FileRefused(name, f"is {WIDE[raw[:2]]}; save it as UTF-8")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _header(name: str, reader: Iterator[list[str]]) -> list[str]:
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        raise FileRefused(name, f"its header cannot be read: {error}") from None
    if not any(header):
        raise FileRefused(name, "is empty: a CSV file begins with the names of its columns")
    if len(header) > MAX_COLUMNS:
        raise FileRefused(name, f"has {len(header):,} columns; at most {MAX_COLUMNS:,} are read")
    if UNDECODED.search("".join(header)) or "\0" in "".join(header):
        raise FileRefused(name, "its header is not UTF-8 text; save it as UTF-8")
    if len(header) == 1:
        for delimiter, words in DELIMITERS.items():
            if delimiter in header[0]:
                raise FileRefused(name, f"separates its columns by {words}, not by commas")
    named = [column.lower() for column in header if column]
    twice = next((column for column in named if named.count(column) > 1), None)
    if twice:
        raise FileRefused(name, f"has two columns called {twice[:60]!r}")
    return [column.lower() for column in header]


def _broken(name: str, number: int, header: list[str], error: csv.Error) -> Row:
    text = str(error)
    if "unexpected end" in text:
        raise FileRefused(name, f"is cut off: a quotation mark in row {number} is never closed")
    if "field larger" in text:
        raise FileRefused(
            name,
            f"row {number} has a field longer than {MAX_FIELD:,} characters, or a quotation mark"
            " that is never closed",
        )
    return Row(number, {}, RowRefused("bad_quotes", detail=text))


def _row(number: int, header: list[str], cells: list[str], tally: Tally) -> Row:
    fault = None
    if len(cells) > len(header):
        if any(cell.strip() for cell in cells[len(header) :]):
            fault = RowRefused("too_many_cells", detail=f"{len(cells)}, header {len(header)}")
        else:
            tally.repaired("empty_cells_beyond_the_header")
    elif len(cells) < len(header):
        fault = RowRefused("too_few_cells", detail=f"{len(cells)}, header {len(header)}")
    values = dict(zip(header, cells, strict=False))
    values.pop("", None)
    return Row(number, values, fault or _bad_text(values))


def _is_plain(text: str) -> bool:
    return text.isascii() and "\0" not in text


def _bad_text(values: dict[str, str]) -> RowRefused | None:
    joined = "".join(values.values())
    if "\0" not in joined and not UNDECODED.search(joined):
        return None
    for column, cell in values.items():
        if "\0" in cell:
            return RowRefused("nul_byte", column)
        if UNDECODED.search(cell):
            return RowRefused("bad_encoding", column)
    return None
