"""Public reports over the API: for curators, with their decision."""

from core.db import Database
from directory.reports import report
from tests import factories as make
from tests.functional.staff.conftest import Staffed


def test_a_curator_reads_and_decides(staffed: Staffed) -> None:
    database: Database = staffed.client.app.state.database
    with database.write() as session:
        helpers = make.organization(id="h")
        for row in (helpers, make.service(helpers, id="s", name="Ride line")):
            session.add(row)
            session.flush()
        report(session, service_id="s", unit_id="s", kind="closed", text="", language="es")
    headers = staffed.town.people["clinic.curator"].headers
    page = staffed.client.get("/api/v1/listing-reports", headers=headers).json()
    (row,) = page["results"]
    assert (page["total"], row["service_name"], row["kind"]) == (1, "Ride line", "closed")
    path = f"/api/v1/listing-reports/{row['id']}/decision"
    done = staffed.client.post(path, headers=headers, json={"status": "corrected"})
    assert done.status_code == 204
    again = staffed.client.post(path, headers=headers, json={"status": "dismissed"})
    assert again.status_code == 409
    assert staffed.client.get("/api/v1/listing-reports", headers=headers).json()["total"] == 0
    corrected = staffed.client.get("/api/v1/listing-reports?status=corrected", headers=headers)
    assert corrected.json()["total"] == 1
    assert (
        staffed.client.get("/api/v1/listing-reports?status=x", headers=headers).status_code == 400
    )
