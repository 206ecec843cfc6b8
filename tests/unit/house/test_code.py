"""Rules of the house that no linter knows."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from core.settings import Settings
from tests.support.pyproject import PYPROJECT
from tests.support.repository import ROOT, files, name, sources

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60  # a view of many fields is long, but flat
PACKAGES: list[str] = PYPROJECT["tool"]["setuptools"]["packages"]
# What nobody reads but a method of Settings.
OWN_METHODS = {"encryption_keys", "index_key"}
# Sessions are committed by the edge alone; the search index has a database file of its own.
MAY_COMMIT = ("app/", "search/embedded/")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def commits(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "commit"
        ):
            yield node.lineno


def test_only_the_edge_commits() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in sources()
        if not name(path).startswith(MAY_COMMIT)
        for line in commits(path)
    ]
    assert found == []


def test_the_ban_on_commits_would_notice_one(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def save(session):\n    session.commit()\n")
    assert list(commits(bad)) == [2]


def test_every_package_is_listed() -> None:
    on_disk = {name(path.parent).replace("/", ".") for path in sources() if path.parent != ROOT}
    assert on_disk == set(PACKAGES)
    assert sorted(PACKAGES) == PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_the_one_in_this_repository(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


def test_files_stay_small() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: count for path, count in lines.items() if count > FILE_LINES_MAX} == {}


def test_functions_stay_small() -> None:
    long = [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in sources()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name(path)
        for path in sources()
        if (text := path.read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_nothing_is_left_to_do() -> None:
    pattern = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [name(p) for p in sources() if pattern.search(p.read_text(encoding="utf-8"))]
    assert found == []


def test_every_setting_is_used() -> None:
    code = "".join(path.read_text() for path in sources() if name(path) != "core/settings.py")
    used = set(re.findall(r"(?:settings|chosen)\w*(?:\(\w+\))?\.(\w+)", code))
    assert {item.name for item in fields(Settings)} - used == OWN_METHODS


def test_no_registry_host_is_named_anywhere() -> None:
    # A lock file that names a host works only where that host is reachable.
    ends = "py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "yarn" + "pkg.com"
    found = []
    for path in files():
        content = path.read_bytes()
        found += [f"{name(path)}: {end}" for end in ends if end.encode() in content]
    assert found == []


def test_phone_numbers_are_fictional() -> None:
    number = re.compile(r"(?<![\d.-])\(?\d{3}\)?[-. ]{1,2}(\d{3})[-. ](\d{4})(?![\d.-])")
    found = [
        f"{name(path)}: {match.group(0)}"
        for path in files(".py", ".json", ".csv", ".html", ".md", ".po")
        if not name(path).startswith("docs/adr/")
        for match in number.finditer(path.read_text(encoding="utf-8"))
        if match.group(1) != "555" or not match.group(2).startswith("01")
    ]
    assert found == []
