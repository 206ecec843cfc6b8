"""Makes changes one after another and says the number of each once it is committed.

    python -m tests.faults.editor DATABASE-URL FIRST LAST PER-SECOND

Whoever is killed may have committed one change that was not said; it is made again. SIGTERM ends it between
two changes.
"""

import signal
import sys
import time

from core.db import Database
from tests.faults.changes import apply, change


def main(url: str, first: int, last: int, per_second: float) -> None:
    """See the module's docstring."""
    database = Database(url)
    told_to_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told_to_stop.append(number))
    begun = time.monotonic()
    for number in range(first, last + 1):
        if told_to_stop:
            break
        time.sleep(max(0.0, begun + (number - first) / per_second - time.monotonic()))
        with database.write() as session:
            apply(session, change(number))
        print(number, flush=True)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
