"""CSV and JSON, an item at a time: what is wrong is named, and memory stays bounded."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.importing import csv_file, json_file
from directory.importing.csv_file import MAX_COLUMNS, MAX_FIELD, MAX_LINE, Row, read_rows
from directory.importing.json_file import read_objects
from directory.importing.problems import FileRefused, Tally


def rows(path: Path, content: bytes | str) -> list[Row]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_rows(path, Tally()))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "phones.csv"


def test_rows_are_numbered_from_the_header_and_named_by_column(table: Path) -> None:
    found = rows(table, 'id,note\r\n1,"two\nlines"\r\n\r\n2,"say ""hi"""\r\n')
    assert [(row.number, row.cells) for row in found if row.cells] == [
        (2, {"id": "1", "note": "two\nlines"}),
        (4, {"id": "2", "note": 'say "hi"'}),
    ]


def test_a_byte_order_mark_and_a_missing_last_line_end_are_nothing(table: Path) -> None:
    assert rows(table, b"\xef\xbb\xbfid,note\n1,a")[0].cells == {"id": "1", "note": "a"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"id;name;note\n1;a;b\n", "semicolons"),
        (b"id\tname\n1\ta\n", "tabs"),
        (b"id|name\n1|a\n", "vertical bars"),
        (b"id,name,ID\n", "two columns called 'id'"),
        (b"\xff\xfei\x00d\x00", "UTF-16"),
        (b"id,n\xe9\n", "header is not UTF-8"),
        (b"i\x00d,name\n", "header is not UTF-8"),
        (b"id,name\n1,a\n2", "cut off in row 3"),
        (b'id,name\n1,a\n2,"b', "quotation mark in row 3 is never closed"),
        (b'id,name\n1,"a\n2,b\n3,c\n', "quotation mark in row 2 is never closed"),
        (b"id,name\r1,a\r2,b\r", "header cannot be read"),
        (b'id,"name\n', "header cannot be read"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_by_name(
    table: Path, content: bytes, why: str
) -> None:
    with pytest.raises(FileRefused, match=f"phones.csv: .*{why}"):
        rows(table, content)


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        (b"2,caf\xe9,x", "bad_encoding", "name"),
        (b"2,a\x00b,x", "nul_byte", "name"),
        (b"2,a", "too_few_cells", ""),
        (b"2,a,x,y", "too_many_cells", ""),
        (b'2,"a"b,x', "bad_quotes", ""),
    ],
)
def test_a_wrong_row_is_handed_out_with_its_fault_and_the_next_is_read(
    table: Path, line: bytes, reason: str, column: str
) -> None:
    found = rows(table, b"id,name,note\n1,a,x\n" + line + b"\n3,c,z\n")
    assert [row.fault.reason if row.fault else None for row in found] == [None, reason, None]
    assert found[1].fault and found[1].fault.field == column
    assert (found[1].number, found[2].cells["id"]) == (3, "3")


def test_bytes_that_are_not_utf_8_inside_a_long_quotation_lose_only_their_row(table: Path) -> None:
    found = rows(table, b'id,name\n1,"a\nb\xff\nc"\n2,d\n')
    assert [row.fault.reason if row.fault else row.cells["id"] for row in found] == [
        "bad_encoding",
        "2",
    ]


def test_empty_cells_beyond_the_header_are_counted_and_dropped(table: Path) -> None:
    tally = Tally()
    table.write_text("id,name\n1,a,, \n")
    (row,) = read_rows(table, tally)
    assert (row.fault, row.cells) == (None, {"id": "1", "name": "a"})
    assert tally.repairs == {"empty_cells_beyond_the_header": 1}


def test_a_header_alone_has_no_rows(table: Path) -> None:
    assert rows(table, "id,name\n") == []


@pytest.mark.parametrize("columns", [MAX_COLUMNS + 1, 1_000_000])
def test_a_million_columns_are_refused_in_little_memory(table: Path, columns: int) -> None:
    table.write_text(",".join(f"c{number}" for number in range(columns)) + "\n")
    with pytest.raises(FileRefused, match="columns|header is longer"):
        bounded(table)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'id,name\n1,"' + b"a" * (MAX_FIELD + 1) + b'"\n', "row 2 has a field longer"),
        (b"id,name\n1," + b"a" * (MAX_LINE + 1) + b"\n", "line 2 is longer"),
        (b'id,name\n1,"' + b"a\n" * 4_000_000, "row 2 has a field longer"),
        (b"id,name\n1," + b"\0" * 20_000_000, "line 2 is longer"),
    ],
)
def test_a_field_without_end_is_refused_in_little_memory(
    table: Path, content: bytes, why: str
) -> None:
    table.write_bytes(content)
    with pytest.raises(FileRefused, match=why):
        bounded(table)


def bounded(path: Path) -> None:
    tracemalloc.start()
    try:
        list(read_rows(path, Tally()))
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 16 * MAX_LINE


# JSON


def objects(path: Path, text: str | bytes) -> list[tuple[str, int, Any]]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_objects(path))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return tmp_path / "services.json"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"id": "a"}, {"id": "b"}]', [("", 1, {"id": "a"}), ("", 2, {"id": "b"})]),
        ("[]", []),
        ('\ufeff [{"id": 1.50}] ', [("", 1, {"id": "1.50"})]),
        ('{"id": "a", "n": 12}', [("", 1, {"id": "a", "n": "12"})]),
        ('{"id": "a"}\n{"id": "b"}\n', [("", 1, {"id": "a"}), ("", 2, {"id": "b"})]),
        ('{"total_items": 1, "contents": [{"id": "a"}], "empty": false}', [("", 1, {"id": "a"})]),
        ('{"contents": []}', []),
        (
            '{"services.csv": [{"id": "a"}], "phones.csv": [{"id": "b"}]}',
            [("services", 1, {"id": "a"}), ("phones", 2, {"id": "b"})],
        ),
        ('[{"big": ' + "9" * 5000 + "}]", [("", 1, {"big": "9" * 5000})]),
    ],
)
def test_objects_of_every_shape_are_found(document: Path, text: str, found: list[object]) -> None:
    assert objects(document, text) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("  \n ", "is empty"),
        ('[{"id": "a"}, {"id": "b"', "object 3, .*cut off"),
        ('[{"id": "a"}', "object 2, .*cut off"),
        ('{"contents": [{"id": "a"}', "object 2, .*cut off"),
        ('{"id": "a"', "object 1, .*cut off"),
        ('[{"id": "a"},]', "expected a value"),
        ('[{"id": "a"} {"id": "b"}]', "expected , or ]"),
        ('[{"id": NaN}]', "NaN is not JSON"),
        ("id,name\n1,a", "expected a list or an object"),
        ('{"id" "a"}', "expected a name and a colon"),
        ("[" * 100_000, "nested too deep"),
        ('{"id": "a"}x', "expected a list or an object"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(document: Path, text: str, why: str) -> None:
    with pytest.raises(FileRefused, match=f"services.json: .*{why}"):
        objects(document, text)


def test_utf_16_json_is_refused(document: Path) -> None:
    with pytest.raises(FileRefused, match="UTF-16"):
        objects(document, '[{"id": "a"}]'.encode("utf-16"))


def test_one_endless_object_is_refused_in_little_memory(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_file, "MAX_OBJECT", 1_000_000)
    document.write_text('[{"id": "' + "a" * 10_000_000)
    tracemalloc.start()
    with pytest.raises(FileRefused, match="longer than 1,000,000 characters"):
        list(read_objects(document))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(texts, values, max_size=4), max_size=6), st.booleans())
def test_objects_are_the_same_however_the_file_is_cut_into_chunks(
    items: list[dict[str, Any]], ascii_only: bool
) -> None:
    items = [{**item, "id": "x"} for item in items]
    text = json.dumps(items, ensure_ascii=ascii_only)
    for chunk in (1, 7, 65_536):
        assert [value for _, _, value in chunked(text, chunk)] == items


def chunked(text: str, chunk: int) -> list[tuple[str, int, Any]]:
    import io

    class Slow(io.StringIO):
        def read(self, size: int | None = -1, /) -> str:
            return super().read(min(chunk, size or chunk))

    return list(json_file._Reader("x.json", Slow(text)).objects())


def test_limits_are_those_the_documents_say() -> None:
    assert (csv_file.MAX_LINE, csv_file.MAX_FIELD, csv_file.MAX_COLUMNS) == (1 << 20, 1 << 18, 1000)
    assert json_file.MAX_OBJECT == 1 << 23
