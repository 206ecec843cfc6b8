"""Style sheets are whole: a block left open would swallow every rule behind it."""

import re
from pathlib import Path

import pytest

from web.assets import STATIC, STYLES

SHEETS = sorted([*STYLES.glob("*.css"), *STATIC.glob("*.css")])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_block_is_closed_where_its_part_ends(sheet: Path) -> None:
    depth = 0
    for token in re.findall(r"[{}]|/\* ----", sheet.read_text(encoding="utf-8")):
        if token == "/* ----":
            assert depth == 0, f"a block is open where a new part of {sheet.name} begins"
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0, f"{sheet.name} closes a block that was not opened"
    assert depth == 0
