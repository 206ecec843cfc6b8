"""Public reports as JSON."""

from datetime import datetime

from msgspec import Struct


class ReportOut(Struct):
    """What somebody says is wrong with a service; `times` counts people who said just the same.

    `unit_id` is the id of its page. `kind` is closed, moved, wrong_hours, wrong_phone,
    not_taking_people or other.
    """

    id: str
    service_id: str
    unit_id: str
    service_name: str
    kind: str
    text: str
    language: str
    times: int
    reported_at: datetime
    status: str
    decided_at: datetime | None
    decision: str


class ReportPage(Struct):
    """One page of reports."""

    total: int
    page: int
    per_page: int
    results: list[ReportOut]


class Decision(Struct, forbid_unknown_fields=True):
    """What became of a report: `status` corrected or dismissed, `decision` why."""

    status: str
    decision: str = ""
