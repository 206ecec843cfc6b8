"""Whatever is in the files, an import ends well: done, or refused by name with nothing written."""

import json
import random
from pathlib import Path

import pytest

from core.db import Database
from core.errors import HandrailError
from tests.support.import_files import as_json, county2, county3, write, write_json
from tests.support.importing import Importer

ROUNDS = 60
JUNK = (
    *(b"\0", b"\xff", b"\xc3", b'"', b",", b"\n", b"\r", b";", b"\xef\xbb\xbf", b"'", b"=1+1"),
    *(b"null", b"-1", b"1e999", b"nan", b"9" * 400, b"\xf0\x9f\x92\xa9", b"x" * 3_000, b"\x1a"),
    *(b"2024-13-45", b"25:61", b"Monday", b"{}", b"[]", b"\\u0000", b"\\ud800", b'"": 1,'),
)


def spoilt(content: bytes, dice: random.Random) -> bytes:
    """The bytes with one to four things wrong with them."""
    for _ in range(dice.randint(1, 4)):
        a, b = sorted(dice.randrange(len(content) + 1) for _ in range(2))
        b = min(b, a + dice.choice((0, 0, 1, 5, 60)))
        lines = content.splitlines(keepends=True)
        content = dice.choice(
            (
                content[:a] + dice.choice(JUNK) + content[b:],
                content[:a] + content[b:],
                content[:a],
                b"".join(dice.sample(lines, len(lines))),
                content + content,
                b"".join(lines[:1] + lines[1:] * 2),
            )
        )
    return content


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["csv3", "csv2", "json"])
def test_broken_files_never_break_the_import(
    sqlite_database: Database, tmp_path: Path, kind: str, seed: int
) -> None:
    dice = random.Random(f"{kind}{seed}")
    importer = Importer(sqlite_database, tmp_path)
    good = tmp_path / "good"
    if kind == "json":
        write_json(good / "all.json", as_json(county3()))
    else:
        write(good, county3() if kind == "csv3" else county2())
    importer(good)
    before, done = importer.everything(), 0
    for number in range(ROUNDS // 4):
        folder = tmp_path / f"bad{number}"
        folder.mkdir()
        for file in good.iterdir():
            content = file.read_bytes()
            (folder / file.name).write_bytes(
                spoilt(content, dice) if dice.random() < 0.4 else content
            )
        try:
            result = importer(folder, dry_run=True)
        except HandrailError as error:
            assert str(error)
        else:
            done += 1
            text = result.report.read_text(encoding="utf-8")
            assert all(json.loads(line)["reason"] for line in text.splitlines())
        assert importer.everything() == before
    assert done > 0 or kind == "json"
