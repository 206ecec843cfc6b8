"""What docs/security.md claims is proved by tests that are there."""

import ast
import re
from functools import cache

import pytest

from tests.support.repository import ROOT, read

DOCUMENT = read("docs/security.md")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+\.py)::(test_\w+)`", DOCUMENT)))
CHAPTER = re.compile(r"^### (V\d+) ", re.MULTILINE)
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "test"), NAMED, ids=[test for _, test in NAMED])
def test_every_test_that_is_named_exists(path: str, test: str) -> None:
    assert (ROOT / path).exists(), path
    assert test in names_in(path)


def test_every_chapter_is_there_and_every_claim_says_what_proves_it() -> None:
    assert CHAPTER.findall(DOCUMENT) == [f"V{number}" for number in range(1, 15)]
    rows = [row for row in ROW.findall(DOCUMENT.split("## OWASP")[1]) if "---" not in row[0]]
    claims = [row for row in rows if row[0] != "Requirement"]
    assert len(claims) > 50
    for requirement, claim, proof in claims:
        honest = proof == "none" and "No test of its own" in claim
        assert honest or "::test_" in proof, requirement
