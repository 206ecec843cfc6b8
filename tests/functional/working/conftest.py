"""The town of the tests for staff, with an application for this folder."""

from tests.functional.staff.conftest import (
    _application,
    _settled,
    shared_staffed,
    staffed,
    stocked,
)

__all__ = ["_application", "_settled", "shared_staffed", "staffed", "stocked"]
