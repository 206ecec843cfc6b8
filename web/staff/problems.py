"""Pages for what went wrong where people are signed in: nothing typed is lost, nothing given away."""

from collections.abc import Mapping

from litestar import Response

from web.i18n import Language
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import desk_of, visitor_of
from web.staff.doors import ask_to_sign_in, offer_again


def is_for_staff(request: PageRequest) -> bool:
    """Whether the address is one of the pages for staff, or would be."""
    return f"{here(request).path}/".startswith("/staff/")


def is_at_a_desk(request: PageRequest, status: int) -> bool:
    """Whether whoever asks is signed in to the pages for staff, or has to be."""
    return is_for_staff(request) and (status == 401 or visitor_of(request).signed_in)


def trouble(
    request: PageRequest, status: int, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """The page for a status, for staff."""
    if status == 401:
        return ask_to_sign_in(request)
    if status == 403 and request.state.get("typed"):
        return offer_again(request)
    desk = desk_of(request)
    if status == 404 and desk.organization is None:
        return desk.show("organizations.html", status)
    title, lines = _words(status, desk.say)
    found = desk.show("trouble.html", status, title=title, lines=lines)
    found.headers.update(headers or {})
    return found


def _words(status: int, say: Language) -> tuple[str, list[str]]:
    match status:
        case 403:
            return say.gettext("Your role does not include this"), [
                say.gettext("Ask an admin of your organization if you need it for your work."),
            ]
        case 404 | 405:
            return say.gettext("There is no such page or record"), [
                say.gettext("It may have been erased or merged, or it belongs to somebody else."),
            ]
        case 409:
            return say.gettext("Somebody was faster"), [
                say.gettext(
                    "This was changed a moment ago. Go back, load the page, and try again."
                ),
            ]
        case 503:
            return say.gettext("The records do not answer now"), [
                say.gettext("Nothing was changed. Try again in a minute."),
            ]
        case status if status < 500:
            return say.gettext("We could not read that"), [
                say.gettext("Nothing was changed. Go back and try again."),
            ]
        case _:
            return say.gettext("Something broke on our side"), [
                say.gettext("It is not your fault, and it has been noted for us."),
                say.gettext("Go back: your browser may still have what you typed."),
            ]
