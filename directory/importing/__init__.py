"""Import a directory in HSDS 3.x (CSV, JSON) or 2.x (CSV, dialects included).

`run` reads and checks all of it in a private staging database first, and then writes it in one
transaction: history, index messages and audit included. See docs/importing.md.
"""

from directory.importing.formats import Format
from directory.importing.problems import REASONS, FileRefused, Kind
from directory.importing.repairs import RULES
from directory.importing.running import Options, Result, named, run

__all__ = ["REASONS", "RULES", "FileRefused", "Format", "Kind", "Options", "Result", "named", "run"]
