"""What registers itself (app/tables.py says what) is there in every process, not only in tests."""

import subprocess
import sys

import pytest

from tests.support.repository import ROOT

SAID = """
import {module}
from patients.following import FOLLOWING, HANDING_OVER, WITHDRAWING
print(len(FOLLOWING), len(HANDING_OVER), len(WITHDRAWING))
"""


@pytest.mark.parametrize("module", ["app.asgi", "app.work", "app.retention"])
def test_what_follows_a_patient_is_known_wherever_patients_are_changed(module: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", SAID.format(module=module)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert all(int(count) > 0 for count in found.stdout.split()), found.stdout
