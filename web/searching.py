"""The results page: read the form, ask the engine, show the answer or what to change."""

from collections.abc import Mapping

from litestar import Response, get

from core.access import PUBLIC_SEARCH
from core.errors import Invalid
from directory.geocode import Place, UnknownPlace
from search.explain import explain
from search.finding import find
from search.request import InvalidSearch, SearchRequest, read_request
from web import times
from web.forms import SAVED, SearchForm, in_words, parameters, radius_m, read_form, unknown_place
from web.i18n import Language, language
from web.links import with_query
from web.narrowing import COUNTED, Answered
from web.pages import here, page, saving, search_link
from web.providers import PageRequest, Site, site_of
from web.rendering import Here
from web.results import ResultsView, refused_view, results_view
from web.sensitive import asks_for_it

FEW = 3
"""With so many results or less, it is said why others are not shown."""


@get("/search", opt=PUBLIC_SEARCH, sync_to_thread=True)
def results(request: PageRequest) -> Response[str]:
    """Services that match, or 400 with the form, what is wrong with it and what was typed."""
    site, at = site_of(request), here(request)
    say = language(at.code)
    form = read_form(at.pairs)
    try:
        view = answer(site, form, say, at)
        return _show(request, form, view, say)
    except Invalid as refused:
        return _refuse(request, form, refused, say, at)


def answer(site: Site, form: SearchForm, say: Language, at: Here) -> ResultsView:
    """Ask the engine. Raises Invalid with `errors` by field of the form."""
    asked = ask(site, form, say, counted=True)
    found = find(site.engine, asked.query)
    explained = explain(site.engine, asked) if found.result.total <= FEW else None
    return results_view(
        Answered(
            form=form,
            request=asked,
            result=found.result,
            left_out=found.left_out,
            say=say,
            now=asked.query.now,
            link=lambda other: search_link(at, other),
            services=at.href("/services"),
            back=with_query("", form.pairs),
            count=lambda other: find(site.engine, ask(site, other, say).query).result.total,
            explained=explained,
            saving=saving(at, form.chosen.get(SAVED, ())),
        )
    )


def ask(
    site: Site,
    form: SearchForm,
    say: Language,
    *,
    counted: bool = False,
    more: Mapping[str, list[str]] | None = None,
) -> SearchRequest:
    """The search a form means. With a place, what reaches that place is searched.

    `more` are parameters that stand in no address: what is known of a patient.
    """
    context = site.context()
    values = parameters(form, say)
    for name, known in (more or {}).items():
        values[name] = [*values.get(name, ()), *known]
    if near := form.value("near"):
        values |= _around(context.places.resolve(near), form)
    if counted:
        values["facets"] = list(COUNTED)
    else:
        values["per_page"] = ["1"]
    return read_request(values, context)


def _around(place: Place, form: SearchForm) -> dict[str, list[str]]:
    """What is near a place, and what comes to it where its ZIP is known."""
    found = {"near": [form.value("near")]}
    if place.kind != "state":
        found["radius_m"] = [str(radius_m(form))]
    if place.postal_code:
        found["reachable_from"] = [place.postal_code]
    return found


def _show(
    request: PageRequest, form: SearchForm, view: ResultsView, say: Language, status: int = 200
) -> Response[str]:
    return page(
        request,
        "results.html",
        status,
        sensitive=asks_for_it(form),
        form=form,
        view=view,
        tiles=site_of(request).settings.map_tiles_url or "",
        when_options=times.when_options(say),
        day_options=times.day_options(say),
    )


def _refuse(
    request: PageRequest, form: SearchForm, refused: Invalid, say: Language, at: Here
) -> Response[str]:
    near: tuple[Place, ...] = ()
    if isinstance(refused, UnknownPlace):
        near = refused.near
        errors = unknown_place(form, say)
    elif isinstance(refused, InvalidSearch):
        errors = in_words(refused.errors, say)
    else:
        errors = dict(refused.errors)
    marked = SearchForm(form.values, form.chosen, errors)
    view = refused_view(marked, near, say, lambda other: search_link(at, other))
    return _show(request, marked, view, say, status=400)
