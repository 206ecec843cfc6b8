"""What is installed is what is declared, pinned and explained."""

import ast
import importlib.metadata
import re
import subprocess

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.pyproject import PYPROJECT
from tests.support.repository import ROOT, files, read, sources

RUNTIME = [Requirement(text) for text in PYPROJECT["project"]["dependencies"]]
DEV = [Requirement(text) for text in PYPROJECT["project"]["optional-dependencies"]["dev"]]
# Used by name: time zones by zoneinfo, the driver by SQLAlchemy.
NOT_IMPORTED = {"tzdata", "psycopg"}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(found): version for found, version in PIN.findall(read(lock))}


def imported() -> set[str]:
    """Distributions that the application imports, by top-level module."""
    by_module = importlib.metadata.packages_distributions()
    modules: set[str] = set()
    for path in (*sources(), *files("migrations/env.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    return {canonicalize_name(d) for module in modules for d in by_module.get(module, [])}


def test_locks_hold_what_is_declared() -> None:
    for lock, declared in (("requirements.txt", RUNTIME), ("requirements-dev.txt", RUNTIME + DEV)):
        pinned = pins(lock)
        for requirement in declared:
            version = pinned.get(canonicalize_name(requirement.name))
            assert version is not None, f"{requirement.name} is not in {lock}: make lock"
            assert requirement.specifier.contains(version, prereleases=True), requirement


def test_both_locks_agree() -> None:
    dev = pins("requirements-dev.txt")
    assert {n: v for n, v in pins("requirements.txt").items() if dev.get(n) != v} == {}


def test_every_pin_has_hashes_and_no_lock_has_a_link() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = read(lock)
        entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
        assert len(entries) == len(PIN.findall(text)) > 30
        assert all("--hash=sha256:" in entry for entry in entries)
        assert "://" not in text


def test_every_dependency_is_used_and_every_import_declared() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in RUNTIME}
    assert declared - imported() - NOT_IMPORTED == set()
    ours = {canonicalize_name(str(PYPROJECT["project"]["name"]))}
    assert imported() - declared - ours == set()


def test_every_dependency_is_explained() -> None:
    table = read("docs/adr/0003-dependencies.md")
    explained = set(re.findall(r"^\| `([a-z0-9-]+)", table, re.MULTILINE))
    assert {canonicalize_name(requirement.name) for requirement in RUNTIME + DEV} == explained


def test_layers_are_kept() -> None:
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_shell_scripts_are_well_formed() -> None:
    for shell, script in (("bash", ".ci/run"), ("sh", "packaging/environment")):
        subprocess.run([shell, "-n", str(ROOT / script)], check=True)
        assert (ROOT / script).stat().st_mode & 0o111, script
