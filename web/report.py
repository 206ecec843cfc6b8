"""“Something is wrong here”: a form that asks for nothing about the person, and thanks."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from core.access import PUBLIC, PUBLIC_REPORT
from core.errors import Conflict
from directory import reports
from directory.models import ReportKind
from directory.reports import TEXT_MAX
from web.forms import SearchForm
from web.i18n import Language, language
from web.listing import text_of
from web.pages import here, page
from web.providers import PageRequest, site_of
from web.sensitive import is_sensitive
from web.units import public_view
from web.words import Text

Form = URLEncodedBody[dict[str, Any]]
TRAP = "website"
"""A field no person sees. Programs fill it in, and are thanked without being listened to."""


@get("/services/{id:str}/report", opt=PUBLIC, sync_to_thread=True)
def report_form(request: PageRequest, id: FromPath[str]) -> Response[str]:
    """What is wrong with this service?"""
    return _form(request, id, SearchForm())


@post("/services/{id:str}/report", opt=PUBLIC_REPORT, sync_to_thread=True, status_code=303)
def send_report(request: PageRequest, id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Keep what is wrong, or say what is missing."""
    site, at = site_of(request), here(request)
    view = public_view(site, id)
    typed = SearchForm({name: _text(data, name) for name in ("kind", "text")})
    errors = _errors(typed, language(at.code))
    if errors:
        return _form(request, id, SearchForm(typed.values, errors=errors), 400)
    if not _text(data, TRAP):
        try:
            with site.database.write() as session:
                reports.report(
                    session,
                    service_id=view.service_id,
                    unit_id=view.id,
                    kind=typed.value("kind"),
                    text=typed.value("text"),
                    language=at.code,
                )
        except Conflict:
            pass  # so many have told that one more changes nothing; this one is thanked as well
    return Redirect(at.href(f"/services/{id}/thanks"), status_code=303)


@get("/services/{id:str}/thanks", opt=PUBLIC, sync_to_thread=True)
def thanks(request: PageRequest, id: FromPath[str]) -> Response[str]:
    """What happens with a report."""
    view = public_view(site_of(request), id)
    return page(
        request,
        "thanks.html",
        sensitive=is_sensitive(view),
        href=here(request).href(f"/services/{id}"),
    )


def kinds(say: Language) -> list[tuple[str, str]]:
    """What can be wrong, with its words."""
    said = {
        ReportKind.CLOSED: say.gettext("It has closed for good"),
        ReportKind.MOVED: say.gettext("It has moved"),
        ReportKind.WRONG_HOURS: say.gettext("The hours are wrong"),
        ReportKind.WRONG_PHONE: say.gettext("The phone number is wrong"),
        ReportKind.NOT_TAKING_PEOPLE: say.gettext("They take no new people"),
        ReportKind.OTHER: say.gettext("Something else"),
    }
    return [(kind.value, words) for kind, words in said.items()]


def _form(request: PageRequest, id: str, typed: SearchForm, status: int = 200) -> Response[str]:
    view, at = public_view(site_of(request), id), here(request)
    say = language(at.code)
    return page(
        request,
        "report.html",
        status,
        sensitive=is_sensitive(view),
        form=typed,
        name=text_of(view, "name", say) or Text(view.name, say.code),
        kinds=kinds(say),
        href=at.href(f"/services/{id}"),
        action=at.href(f"/services/{id}/report"),
        trap=TRAP,
        text_max=TEXT_MAX,
    )


def _errors(typed: SearchForm, say: Language) -> dict[str, str]:
    """What is missing, in the order of the form."""
    errors = {}
    if typed.value("kind") not in set(ReportKind):
        errors["kind"] = say.gettext("Choose what is wrong.")
    if len(typed.value("text")) > TEXT_MAX:
        errors["text"] = say.gettext("Use at most %(num)s letters.", num=say.number(TEXT_MAX))
    elif typed.value("kind") == ReportKind.OTHER and not typed.value("text"):
        errors["text"] = say.gettext("Say what is wrong.")
    return errors


def _text(data: Mapping[str, Any], name: str) -> str:
    """One field on one line per line, without control characters."""
    value = data.get(name, "")
    if not isinstance(value, str):
        return ""
    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in value.replace("\r\n", "\n"))
    return kept.strip()
