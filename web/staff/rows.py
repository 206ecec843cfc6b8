"""Forms about a patient whose rows are replaced all at once: how to reach them, when they can go."""

from collections.abc import Iterable
from typing import Any

from litestar import Response

from patients.views import PatientRecord
from web.staff.desk import Desk, go
from web.staff.record import open_record
from web.staff.typed import Typed


def opened(desk: Desk, patient_id: str) -> PatientRecord:
    """The record, to be changed. Audited."""
    with desk.database.write() as session:
        return open_record(session, desk, patient_id, "edit")


def shown(used: Iterable[int], most: int) -> int:
    """How many rows a form has: those filled in, and a blank one."""
    return min(most, max(used, default=-1) + 2)


def after(desk: Desk, patient_id: str, typed: Typed) -> Response[Any]:
    """To the record; with "more", to the form again."""
    return go(desk.path if typed.has("more") else f"/staff/patients/{patient_id}", done="saved")
