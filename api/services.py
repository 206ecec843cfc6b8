"""GET /services/{id}: one service, with every place where it is offered."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api import shaping
from api.languages import PARAMETER, language
from api.opening import Openings
from api.parameters import record_id, refuse_others
from api.providers import database, openings, settings
from api.responses import revalidated
from api.schemas.records import (
    Area,
    Capacity,
    Cost,
    Detail,
    Eligibility,
    Paper,
    ServiceOut,
    TermOut,
    Translated,
)
from api.schemas.search import ObservedWait, Wait
from core.access import PUBLIC
from core.clock import now
from directory.codes import (
    AUDIENCE,
    CATEGORY,
    COST,
    DELIVERY,
    DOCUMENT,
    INSURANCE,
    code_lists,
)
from directory.queries import service_detail
from directory.views import AttributeView, CostView, DocumentView, PhoneView, ServiceView

LISTED_APART = {CATEGORY, AUDIENCE, DELIVERY, INSURANCE}
"""Lists that have a field of their own; the other lists go into `details`."""


@get("/services/{service_id:str}", operation_id="service", opt=PUBLIC, sync_to_thread=True)
def get_service(request: Request[Any, Any, Any], service_id: FromPath[str]) -> Response[ServiceOut]:
    """Read one service."""
    refuse_others(request, PARAMETER)
    chosen = settings(request)
    spoken = language(request, chosen.language)
    with database(request).read() as session:
        views = service_detail(session, record_id(service_id), timezone=chosen.time_zone)
    return revalidated(request, service(views, openings(request, spoken), now(), spoken))


def service(
    views: Sequence[ServiceView], opening: Openings, at: datetime, language: str
) -> ServiceOut:
    """The service, from its views at each place."""
    view = views[0]
    said = _Said(view, language)
    return ServiceOut(
        id=view.service_id,
        name=said.text("name") or view.name,
        alternate_name=said.text("alternate_name"),
        description=said.text("description"),
        status=view.status,
        alert=said.text("alert"),
        organization=shaping.organization_short(view.organization),
        program=view.program,
        categories=shaping.named(CATEGORY, shaping.categories(view), language),
        terms=_terms(view.attributes, language),
        delivery=shaping.named(DELIVERY, view.codes(DELIVERY), language),
        details=_details(view.attributes, language),
        eligibility=Eligibility(
            description=said.text("eligibility_description"),
            minimum_age=view.minimum_age,
            maximum_age=view.maximum_age,
            audiences=shaping.named(AUDIENCE, view.codes(AUDIENCE), language),
        ),
        insurance=shaping.named(INSURANCE, view.codes(INSURANCE), language),
        cost=[_cost(cost, language) for cost in view.costs],
        fees_description=said.text("fees_description") or view.fees,
        documents=[_paper(paper, language) for paper in view.documents],
        application_process=said.text("application_process"),
        accepts_referrals=view.accepts_referrals,
        wait=_wait(view),
        observed_wait=_observed_wait(view),
        wait_time=said.text("wait_time"),
        capacity=[Capacity(c.unit, c.available, c.maximum, c.updated) for c in view.capacities],
        areas=[Area(area.kind, area.code, area.name, area.description) for area in view.areas],
        languages=_all(view.languages for view in views),
        interpretation_services=said.text("interpretation_services"),
        phones=shaping.phones(_phones(views)),
        email=view.email,
        url=view.url,
        accreditations=view.accreditations,
        licenses=view.licenses,
        places=[shaping.place(view, opening, at, language) for view in views],
        translated=said.translated,
        assured_date=view.assured_date,
        last_modified=view.last_modified,
        source=view.source,
    )


class _Said:
    """Texts of a service in one language, noting which are translations."""

    def __init__(self, view: ServiceView, language: str) -> None:
        self._view = view
        self._language = language
        self.translated: list[Translated] = []

    def text(self, name: str) -> str | None:
        """The field in the language, else as it was entered."""
        found = self._view.text(name, self._language)
        if found is None:
            text: str | None = getattr(self._view, name)
            return text
        self.translated.append(Translated(name, found.machine))
        return found.text


def _terms(attributes: Iterable[AttributeView], language: str) -> list[TermOut]:
    """Terms of our category taxonomy, and of taxonomies that came with imported data."""
    ours = code_lists()
    found = [a for a in attributes if a.taxonomy == CATEGORY or a.taxonomy not in ours]
    return [
        TermOut(
            id=a.term_id,
            taxonomy=a.taxonomy,
            code=a.code,
            name=shaping.name_of(CATEGORY, a.code, language) if a.taxonomy in ours else a.name,
        )
        for a in found
    ]


def _details(attributes: Iterable[AttributeView], language: str) -> list[Detail]:
    ours = code_lists().keys() - LISTED_APART
    return [
        Detail(a.taxonomy, a.code, shaping.name_of(a.taxonomy, a.code, language), a.value)
        for a in attributes
        if a.taxonomy in ours
    ]


def _cost(view: CostView, language: str) -> Cost:
    amount = None if view.amount is None else str(view.amount)
    name = shaping.name_of(COST, view.option, language) if view.option else None
    return Cost(view.option, name, amount, view.currency, view.amount_description)


def _paper(view: DocumentView, language: str) -> Paper:
    known = shaping.name_of(DOCUMENT, view.code, language) if view.code else ""
    return Paper(view.code, known or view.document or "", view.uri)


def _wait(view: ServiceView) -> Wait | None:
    if view.wait_days is None:
        return None
    return Wait(view.wait_days, view.wait_asked_on.isoformat() if view.wait_asked_on else None)


def _observed_wait(view: ServiceView) -> ObservedWait | None:
    wait = view.observed_wait
    if wait is None:
        return None
    return ObservedWait(wait.days, wait.count, wait.observed_on.isoformat())


def _all(several: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(item for items in several for item in items))


def _phones(views: Iterable[ServiceView]) -> list[PhoneView]:
    return list({(p.number, p.extension): p for view in views for p in view.phones}.values())
