"""Kill -9 at random, again and again, while the directory changes; then compare it with the index.

    python -m tests.faults.run [--engine meilisearch] [--changes 5000] [--kills 50] [--seed 1]

The worker, the web (with whoever edits through it) and the search server are processes of their own. Status 1
if any change was lost, in the directory or in the index.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.faults.changes import change, expected
from tests.faults.town import Searching, Town

DOWN_S = 3.0
"""How long a part stays down at most."""


def run(folder: Path, engine: str, changes: int, kills: int, per_second: float, seed: int) -> bool:
    """One run; says whether nothing was lost."""
    random, town = Random(seed), Town(folder, engine, changes, per_second)
    began = time.monotonic()
    town.prepare()
    try:
        for part in reversed(town.parts):
            town.start(part)
        with Searching(town) as searching:
            killed = _kill(town, random, kills)
            town.wait_until_quiet()
        took_s = time.monotonic() - began
        print(f"{engine}: {changes} changes in {took_s:.0f} s, killed: {dict(killed)}")
        print(f"searches by status (0: no answer): {dict(searching.answers)}")
        return _check(town, searching)
    finally:
        town.stop()


def _kill(town: Town, random: Random, kills: int) -> Counter[str]:
    killed: Counter[str] = Counter()
    moments = sorted(random.randrange(1, town.last) for _ in range(kills))
    for moment in moments:
        while town.said < moment:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.2))
        part = random.choice(town.parts)
        town.kill(part)
        killed[part] += 1
        print(f"change {town.said}: killed the {part}", flush=True)
        time.sleep(random.uniform(0, DOWN_S))
        town.start(part)
    return killed


def _check(town: Town, searching: Searching) -> bool:
    told = expected(change(number) for number in range(1, town.last + 1))
    lost = {id for id in told.keys() | town.names().keys() if told.get(id) != town.names().get(id)}
    status, output = town.output("reindex", "--verify")
    print(f"directory: {len(told)} services expected, {len(lost)} differ")
    print(f"parked messages: {town.backlog().parked}")
    print(f"handrail reindex --verify: {output.strip()}")
    for strange in searching.strange:
        print(f"a search failed strangely: {strange}")
    return not (lost or status or town.backlog().parked or searching.strange)


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=["meilisearch", "embedded"], default="meilisearch")
    parser.add_argument("--changes", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--per-second", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-faults") as folder:
        well = run(
            Path(folder),
            options.engine,
            options.changes,
            options.kills,
            options.per_second,
            options.seed,
        )
    print("nothing was lost" if well else "SOMETHING WAS LOST")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
