"""Build the index anew while the directory changes and is searched; then compare them.

    python -m tests.faults.reindex [--engine meilisearch] [--size 100000] [--per-second 20]

Status 1 if a change was lost, a search failed, or a search found anything but all of what it always finds.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.changes import change, expected
from tests.faults.town import Searching, Town, Watching

EDITED_BEFORE_S, EDITED_AFTER_S = 2.0, 3.0
NEVER = 1_000_000
WORD = "dialysis"
"""A word of the invented county that no change touches."""


def run(folder: Path, engine: str, size: int, per_second: float, directory: Path | None) -> bool:
    """One run; says whether all went well. `directory` is a database that was filled before."""
    if directory:
        (folder / "home").mkdir()
        shutil.copyfile(directory, folder / "home" / "handrail.db")
    town = Town(folder, engine, NEVER, per_second)
    try:
        if town.server:
            town.start("engine")
        print(town.output("seed", "--no-index", "--size", str(size))[1].strip(), flush=True)
        town.prepare()
        print(town.output("reindex")[1].strip(), flush=True)
        town.start("worker")
        town.start("web")
        with Searching(town, WORD) as searching:
            time.sleep(EDITED_BEFORE_S)
            before, started = town.said, time.monotonic()
            with Watching(town) as watching:
                status, output = town.output("reindex")
            took_s, meanwhile = time.monotonic() - started, town.said - before
            time.sleep(EDITED_AFTER_S)
            town.stop_editing()
            town.wait_until_quiet()
        print(f"{engine}: {output.strip()} in {took_s:.0f} s (status {status})")
        print(
            f"{meanwhile} changes meanwhile ({meanwhile / took_s:.0f} a second),"
            f" found after {watching.most_behind_s:.1f} s at most"
        )
        return status == 0 and _check(town, searching)
    finally:
        town.stop()


def _check(town: Town, searching: Searching) -> bool:
    told, names = expected(change(n) for n in range(1, town.last + 1)), town.names()
    own = {id: name for id, name in names.items() if id.startswith("svc-")}
    print(f"searches by status: {dict(searching.answers)}; found: {dict(searching.totals)}")
    print(f"directory: {len(told)} services expected, {len(told.items() ^ own.items())} differ")
    status, output = town.output("reindex", "--verify")
    print(f"handrail reindex --verify: {output.strip()}")
    is_whole = searching.answers.keys() == {200} and len(searching.totals) == 1
    return status == 0 and told == own and is_whole and not town.backlog().parked


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=["meilisearch", "embedded"], default="meilisearch")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--directory", type=Path, help="a database to copy instead of filling one")
    parser.add_argument("--per-second", type=float, default=20.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-reindex") as folder:
        well = run(
            Path(folder), options.engine, options.size, options.per_second, options.directory
        )
    print("no write was lost, no search failed" if well else "SOMETHING WENT WRONG")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
