"""The repository's own files, for tests about the house itself."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {".venv", "var", ".git", "node_modules", "build"}


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Every file of the repository (all, or those ending so), also from an unpacked archive."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / line for line in listed.stdout.splitlines()]
    else:
        paths = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.parts)]
    wanted = [path for path in paths if path.is_file() and not path.is_symlink()]
    return tuple(p for p in wanted if not suffixes or p.name.endswith(suffixes))


def sources() -> tuple[Path, ...]:
    """The application's Python files: no tests, no migrations."""
    apart = {"tests", "migrations", "benchmarks", "docs"}
    return tuple(path for path in files(".py") if path.relative_to(ROOT).parts[0] not in apart)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(relative: str) -> str:
    return (ROOT / relative).read_text(encoding="utf-8")
