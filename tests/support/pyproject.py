"""pyproject.toml, read."""

import tomllib
from typing import Any

from tests.support.repository import read

PYPROJECT: dict[str, Any] = tomllib.loads(read("pyproject.toml"))
