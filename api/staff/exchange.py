"""What leaves for other systems, in their own standard."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api.parameters import record_id
from api.providers import database, vault, visitor
from api.staff.session import NO_STORE
from core.access import staff
from referrals.fhir.bundle import export

FHIR_JSON = "application/fhir+json"


@get(
    "/needs/{need_id:str}/fhir",
    operation_id="exportNeed",
    opt=staff("coordinator", scope="referrals:read"),
    sync_to_thread=True,
    media_type=FHIR_JSON,
)
def need_as_fhir(request: Request[Any, Any, Any], need_id: FromPath[str]) -> Response[Any]:
    """The need's whole loop as a FHIR R4 Bundle (SDOH Clinical Care). Noted as an export."""
    base = request.app.state.settings.base_url
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        found = export(session, who, sealed, record_id(need_id), base)
    return Response(found, media_type=FHIR_JSON, headers=NO_STORE)
