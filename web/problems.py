"""Pages for what went wrong: what happened, what was kept, what to do."""

from collections.abc import Mapping, Sequence

from litestar import Response

from web.i18n import Language
from web.pages import here, page, reader
from web.providers import PageRequest
from web.staff.problems import is_at_a_desk, trouble


def problem(
    request: PageRequest,
    status: int,
    headers: Mapping[str, str] | None = None,
    details: Sequence[str] = (),
) -> Response[str]:
    """The page for a status; `details` are English sentences that name what was wrong."""
    if is_at_a_desk(request, status):
        return trouble(request, status, headers)
    at = here(request)
    title, lines = _words(status, reader(request))
    return page(
        request,
        "message.html",
        status,
        headers,
        title=title,
        lines=lines,
        details=details,
        again=at.in_language(at.code) if status >= 429 else "",  # worth another try
    )


def _words(status: int, say: Language) -> tuple[str, list[str]]:
    match status:
        case 403:
            return say.gettext("This form is out of date"), [
                say.gettext("It was open for too long, or it came from somewhere else."),
                say.gettext("Nothing was changed. Go back, load the page again, and send it anew."),
            ]
        case 404 | 405:
            return say.gettext("This page is not here"), [
                say.gettext("The address may have a mistake, or the service is no longer offered."),
            ]
        case 429:
            return say.gettext("Please wait a minute"), [
                say.gettext("Too much came from your network at once. Try again in a minute."),
            ]
        case 503:
            return say.gettext("The search is resting"), [
                say.gettext("Part of this site does not answer now. Try again in a minute."),
                say.gettext("What you typed is still in the address: load the page again."),
            ]
        case status if status < 500:
            return say.gettext("We could not read that"), [
                say.gettext("Something in the address of this page is not as it should be."),
            ]
        case _:
            return say.gettext("Something broke on our side"), [
                say.gettext("It is not your fault, and it has been noted for us."),
                say.gettext("Try again. If it stays broken, call 211 for help."),
            ]
