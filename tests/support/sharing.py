"""How test processes that work beside each other share the tests: by file, and what takes long first.

Tests of a file stay in one process, because what they have in common is made once then; and so do
the files of `TOGETHER`, for what those have in common takes longest to make.
"""

import re
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = re.compile(r"tests/browser/|tests/integration/test_\w*real_")
"""A demonstration and a browser; the directory of a whole county."""
ORDER = (TOGETHER.pattern, "tests/contract/", "tests/integration/", "tests/functional/")
"""What is waited for longest begins first; the many quick tests fill what is left in the end."""


class Sharing(LoadFileScheduling):
    """By file or by what is together, in the order in which tests were collected."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        together = TOGETHER.match(nodeid)
        return together.group() if together else str(super()._split_scope(nodeid))


def rank(nodeid: str) -> int:
    """How early that test begins; 0 is first."""
    found = (at for at, part in enumerate(ORDER) if re.match(part, nodeid))
    return next(found, len(ORDER))
