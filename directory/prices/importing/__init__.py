"""Import price lists and acquisition costs: `prices`, `nadac` and `costplus`.

Rows are read one by one, and every one that is not imported is named in a report, as the directory's
own import does. Importing the same file again changes nothing.
"""

from directory.prices.importing.reasons import REASONS
from directory.prices.importing.running import KINDS, Options, Result, run

__all__ = ["KINDS", "REASONS", "Options", "Result", "run"]
