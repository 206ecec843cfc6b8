"""The documents say what is so."""

import re
import shlex

import pytest

from app import cli
from core.settings import variables
from tests.support.repository import ROOT, files, name, read

DOCS = files(".md")
ADR = re.compile(r"(\d{4})-[a-z0-9-]+\.md")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^\$? ?((?:\.venv/bin/)?handrail|make) (.+)$", re.MULTILINE)


def targets() -> set[str]:
    return set(TARGET.findall(read("Makefile")))


def commands(text: str) -> list[list[str]]:
    """The `make` and `handrail` lines of a document's code blocks."""
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [
        [program.removeprefix(".venv/bin/"), *shlex.split(rest, comments=True)]
        for block in blocks
        for program, rest in COMMAND.findall(block)
    ]


def test_make_help_lists_every_target() -> None:
    described = set(re.findall(r"^([a-z]+):.*## \S", read("Makefile"), re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert phony is not None
    assert targets() == described == set(phony.group(1).split())


def test_every_setting_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `(HANDRAIL_[A-Z_]+)`", read("docs/settings.md"), re.MULTILINE)
    assert documented == list(variables())


@pytest.mark.parametrize("document", DOCS, ids=name)
def test_variables_named_in_documents_exist(document: object) -> None:
    named = set(re.findall(r"HANDRAIL_[A-Z_]*[A-Z]", read(name(document))))  # type: ignore[arg-type]
    assert named - set(variables()) == set()


@pytest.mark.parametrize("document", DOCS, ids=name)
def test_commands_in_documents_exist(document: object) -> None:
    for program, first, *rest in commands(read(name(document))):  # type: ignore[arg-type]
        if program == "make":
            assert first in targets()
        else:
            options = [part for part in rest if not part.isupper() and "…" not in part]
            assert cli.parser().parse_args([first, *rest]), options


@pytest.mark.parametrize("document", DOCS, ids=name)
def test_links_between_documents_lead_somewhere(document: object) -> None:
    path = ROOT / name(document)  # type: ignore[arg-type]
    dead = [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()]
    assert dead == []


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    names = sorted(path.name for path in (ROOT / "docs/adr").glob("*.md") if ADR.match(path.name))
    numbers = [int(ADR.fullmatch(file)[1]) for file in names if ADR.fullmatch(file)]  # type: ignore[index]
    assert numbers == list(range(1, len(names) + 1))
    index = read("docs/adr/README.md")
    assert [file for file in names if f"({file})" not in index] == []


def test_decisions_have_a_title_a_reason_and_a_consequence() -> None:
    for path in (ROOT / "docs/adr").glob("[0-9]*.md"):
        text = path.read_text()
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert "\n## Why\n" in text, path.name


def test_every_command_of_the_program_is_in_the_documents() -> None:
    told = set(re.findall(r"^\| `handrail ([a-z]+)", read("README.md"), re.MULTILINE))
    assert told == set(cli.COMMANDS)


def test_generated_pages_are_up_to_date() -> None:
    from docs import generate

    assert generate.main(["--check"]) == 0
