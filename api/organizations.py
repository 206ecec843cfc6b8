"""GET /organizations/{id}: one organization, with its services."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api import shaping
from api.languages import PARAMETER, language
from api.parameters import record_id, refuse_others
from api.providers import database, openings, settings
from api.responses import revalidated
from api.schemas.records import Identifier, OrganizationOut
from core.access import PUBLIC
from core.clock import now
from directory.queries import organization_detail


@get(
    "/organizations/{organization_id:str}",
    operation_id="organization",
    opt=PUBLIC,
    sync_to_thread=True,
)
def get_organization(
    request: Request[Any, Any, Any], organization_id: FromPath[str]
) -> Response[OrganizationOut]:
    """Read one organization."""
    refuse_others(request, PARAMETER)
    chosen = settings(request)
    spoken = language(request, chosen.language)
    with database(request).read() as session:
        found = organization_detail(session, record_id(organization_id), timezone=chosen.time_zone)
    owner, opening, at = found.organization, openings(request, spoken), now()
    content = OrganizationOut(
        id=owner.id,
        name=owner.name,
        alternate_name=owner.alternate_name,
        description=owner.description,
        email=owner.email,
        website=owner.website,
        phones=shaping.phones(owner.phones),
        identifiers=[Identifier(kind, value) for kind, value in owner.identifiers],
        services=[shaping.service_short(view, opening, at, spoken) for view in found.services],
    )
    return revalidated(request, content)
