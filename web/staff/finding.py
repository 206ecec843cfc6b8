"""Finding help for one patient: what their circumstances add to a search stays on the server.

The address has what was typed and ticked, as anybody's search has. The ZIP, the times of the week, the
languages and the insurance of the patient stand in the session, each to be left out by one press.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts import sessions
from accounts.queries import partner_listings
from core.clock import now
from core.errors import Invalid
from directory.codes import ACCESSIBILITY, CATEGORY, DOCUMENT, codes
from directory.geocode import UnknownPlace
from patients.views import PatientRecord
from search.explain import explain
from search.finding import find
from search.query import Hit
from search.request import InvalidSearch
from web import searching, times
from web.cards import Actions
from web.forms import SearchForm, in_words, read_form, unknown_place
from web.i18n import Language
from web.links import with_query
from web.listing import listing
from web.narrowing import Answered
from web.pages import here
from web.providers import PageRequest
from web.rendering import render_part
from web.results import ResultsView, refused_view, results_view
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.patients import COORDINATOR
from web.staff.record import OPEN, age_on, local_today, open_record
from web.staff.typed import Sent
from web.staff.week import Week, week_of
from web.staff.wording import word
from web.staff.working.hand import AtHand, at_hand
from web.units import public_view
from web.words import label

FIND = "/staff/find"
UNDERSTOOD = "en"
PIN_DIGITS = 2  # about a kilometre: where somebody lives is nobody's business
EACH = ("language", "age", "insurance", "accessible")
"""Circumstances of which each value can be left out by itself."""
Parameters = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One thing about the patient that a search heeds, or leaves out. `key` names it in forms."""

    key: str
    words: str
    used: bool


@post(
    "/staff/patients/{patient_id:str}/find", opt=COORDINATOR, sync_to_thread=True, status_code=303
)
def begin(request: PageRequest, patient_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Searches with what is known of this patient."""
    desk = desk_of(request)
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id, "search")
        today = local_today(desk)
        age = age_on(found.summary.birth_date, today)
        context = context_for(found, week_of(found.times, today, desk.say), age)
        token, need = desk.visitor.session_hash, need_meant(found, typed.value("need"))
        whose = {"patient_id": found.summary.id, "need_id": need}
        sessions.keep_context(session, token, {**whose, **context})
    needs = {need.id: need.category for need in found.needs}
    category = needs.get(typed.value("need"), "")
    return go(FIND, category=category if category in codes(CATEGORY) else "")


@get(FIND, opt=COORDINATOR, sync_to_thread=True)
def results(request: PageRequest) -> Response[str]:
    """Services that suit the patient, and what was heeded to find them."""
    desk = desk_of(request)
    form = read_form(here(request).pairs)
    with desk.database.read() as session:
        context = sessions.context_of(session, desk.visitor.session_hash) or {}
        hand = at_hand(session, desk, context, with_query(FIND, form.pairs))
    try:
        return _show(desk, form, answer(desk, form, context, hand), context, hand)
    except Invalid as refused:
        return _refuse(desk, form, refused, context, hand)


@post(f"{FIND}/context", opt=COORDINATOR, sync_to_thread=True, status_code=303)
def change(request: PageRequest, typed: Sent) -> Response[Any]:
    """Heeds one circumstance more or less, or none of them any longer."""
    desk = desk_of(request)
    with desk.database.write() as session:
        token = desk.visitor.session_hash
        context = sessions.context_of(session, token) or {}
        off, key = set(context.get("off", ())), typed.value("key")
        kept = {**context, "off": sorted(off ^ {key})} if context and key else None
        sessions.keep_context(session, token, kept)
    back = typed.value("back")
    return go(FIND + (back if back.startswith("?") else ""))


def need_meant(found: PatientRecord, chosen: str) -> str:
    """The need the search is for: the one chosen, or the only open one; blank when it is not known."""
    held = [need.id for need in found.needs if need.status in OPEN]
    if chosen in held:
        return chosen
    return held[0] if len(held) == 1 else ""


def acting(desk: Desk, context: Mapping[str, Any], hand: AtHand) -> Actions | None:
    """What can be done with a service for the patient of the search; nothing for nobody."""
    if not context.get("patient_id"):
        return None
    with desk.database.read() as session:
        taking_part = partner_listings(session)

    def links(hit: Hit) -> str:
        found = hit.document
        asked = found["accepts_referrals"] and found["organization_id"] in taking_part
        href = refer_href(context, hit.id) if asked else ""
        code, name = desk.say.code, found["name"]
        refer = render_part("staff/parts/acting.html", code, href=href, name=name)
        return hand.button(hit.id) + refer

    return links


def refer_href(context: Mapping[str, Any], id: str) -> str:
    """Where a service is referred to: for the need of the search, or first to the choice of one."""
    need = context.get("need_id") or ""
    path = f"/staff/needs/{known_id(need)}/refer" if need else "/staff/refer"
    return with_query(path, [("service", id)])


def context_for(found: PatientRecord, week: Week, age: int | None = None) -> dict[str, Any]:
    """What may help a search and tells nobody who it is for.

    What would hide much that helps is left out at first: insurance, since much takes none; step-free
    places and papers, since many listings do not say.
    """
    near = found.summary.postal_code or ""
    if not near and found.pin:
        near = ", ".join(str(round(part, PIN_DIGITS)) for part in found.pin)
    said = {"free": [], "blocked": []} if week.full else _times(found)
    languages = [] if UNDERSTOOD in found.summary.languages else list(found.summary.languages)
    insurance = [code for code in found.insurance if code != "none"]
    wheelchair = ["wheelchair"] if "wheelchair" in found.mobility else []
    papers = _papers_missing(found)
    off = [*(f"insurance:{code}" for code in insurance), *(f"accessible:{c}" for c in wheelchair)]
    return {
        "near": near,
        **said,
        "language": languages,
        "age": [] if age is None else [str(age)],
        "insurance": insurance,
        "accessible": wheelchair,
        "without_document": papers,
        "off": [*off, "papers"],
    }


def _papers_missing(found: PatientRecord) -> list[str]:
    """The papers the patient does not have, where it is known which they have."""
    held = set(found.documents_held)
    return [code for code in codes(DOCUMENT) if code not in held] if held else []


def _times(found: PatientRecord) -> dict[str, list[str]]:
    return {
        kind: [time.window for time in found.times if time.kind == kind]
        for kind in ("free", "blocked")
    }


def parameters_of(context: Mapping[str, Any]) -> Parameters:
    """What the circumstances that are heeded say to a search, without the place."""
    off = set(context.get("off", ()))
    found = {} if "times" in off else {k: list(context.get(k, ())) for k in ("free", "blocked")}
    for name in EACH:
        found[name] = [code for code in context.get(name, ()) if f"{name}:{code}" not in off]
    if "papers" not in off:
        found["without_document"] = list(context.get("without_document", ()))
    return {name: values for name, values in found.items() if values}


def circumstances(context: Mapping[str, Any], say: Language) -> list[Circumstance]:
    """What is known of the patient, in words, heeded or not."""
    off = set(context.get("off", ()))
    found = [("near", str(context["near"]))] if context.get("near") else []
    if context.get("free") or context.get("blocked"):
        found.append(("times", say.gettext("When they can go")))
    for name in EACH:
        found += [(f"{name}:{code}", _said(name, code, say)) for code in context.get(name, ())]
    if context.get("without_document"):
        found.append(("papers", say.gettext("Only papers they have")))
    return [Circumstance(key, words, key not in off) for key, words in found]


def _said(name: str, code: str, say: Language) -> str:
    if name == "age":
        return say.ngettext("%(num)s year old", "%(num)s years old", int(code))
    return label(ACCESSIBILITY, code, say) if name == "accessible" else word(name, code, say)


def answer(desk: Desk, form: SearchForm, context: Mapping[str, Any], hand: AtHand) -> ResultsView:
    """Ask the engine. Raises Invalid with `errors` by field of the form."""
    site, say = desk.site, desk.say
    more = parameters_of(context)

    def asked(other: SearchForm, *, counted: bool = False) -> Any:
        near = "" if "near" in context.get("off", ()) else context.get("near", "")
        placed = other if other.value("near") or not near else _near(other, near)
        return searching.ask(site, placed, say, counted=counted, more=more)

    request = asked(form, counted=True)
    found = find(site.engine, request.query)
    few = found.result.total <= searching.FEW
    return results_view(
        Answered(
            form=form,
            request=request,
            result=found.result,
            left_out=found.left_out,
            say=say,
            now=request.query.now,
            link=_link,
            services="/staff/services",
            back=with_query("", form.pairs),
            count=lambda other: find(site.engine, asked(other).query).result.total,
            explained=explain(site.engine, request) if few else None,
            actions=acting(desk, context, hand),
        )
    )


def _near(form: SearchForm, near: str) -> SearchForm:
    """The form as if the patient's place had been typed; on the same page."""
    return replace(form, values={**form.values, "near": near})


def _link(form: SearchForm) -> str:
    return with_query(FIND, form.pairs)


def _show(
    desk: Desk,
    form: SearchForm,
    view: ResultsView,
    context: Mapping[str, Any],
    hand: AtHand,
    status: int = 200,
) -> Response[str]:
    patient = context.get("patient_id")
    return desk.show(
        "find.html",
        status,
        form=form,
        view=view,
        patient_id=known_id(patient) if patient else "",
        circumstances=circumstances(context, desk.say),
        hand=hand,
        back=with_query("", form.pairs),
        tiles=desk.site.settings.map_tiles_url or "",
        when_options=times.when_options(desk.say),
        day_options=times.day_options(desk.say),
    )


def _refuse(
    desk: Desk, form: SearchForm, refused: Invalid, context: Mapping[str, Any], hand: AtHand
) -> Response[str]:
    near = refused.near if isinstance(refused, UnknownPlace) else ()
    if isinstance(refused, UnknownPlace):
        errors = unknown_place(form, desk.say)
    elif isinstance(refused, InvalidSearch):
        errors = in_words(refused.errors, desk.say)
    else:
        errors = dict(refused.errors)
    marked = SearchForm(form.values, form.chosen, errors)
    view = refused_view(marked, near, desk.say, _link)
    return _show(desk, marked, view, context, hand, 400)


@get("/staff/services/{service_id:str}", opt=COORDINATOR, sync_to_thread=True)
def service(request: PageRequest, service_id: FromPath[str]) -> Response[str]:
    """Everything about a service, with the way back to what was found for the patient."""
    desk = desk_of(request)
    found = [public_view(desk.site, known_id(service_id))]
    pairs = read_form(here(request).pairs).pairs
    view = listing(found[0], now(), desk.say)
    with desk.database.read() as session:
        context = sessions.context_of(session, desk.visitor.session_hash) or {}
        own = with_query(f"/staff/services/{view.id}", pairs)
        hand = at_hand(session, desk, context, own)
        taking_part = found[0].organization.id in partner_listings(session)
    asked = context.get("patient_id") and found[0].accepts_referrals and taking_part
    refer = refer_href(context, view.id) if asked else ""
    back = with_query(FIND, pairs)
    return desk.show("service.html", view=view, back=back, refer=refer, hand=hand)
