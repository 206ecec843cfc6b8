"""Why something was not possible, to the people who answer referrals, in their language."""

from zoneinfo import ZoneInfo

from core.errors import HandrailError
from core.saying import Saying
from referrals.errors import Refused, Standing
from referrals.words import WHO
from web.i18n import Language
from web.respond import showing, words
from web.staff.desk import said


def told(refused: HandrailError, say: Language, zone: ZoneInfo) -> dict[str, str]:
    """The words of a refusal by field; "form" for what is about none, with who acted before."""
    standing = refused.standing if isinstance(refused, Refused) else None
    if standing is None:
        return said(refused, say)
    return {"form": f"{say.gettext(_why(refused.message))} {stands(standing, say, zone)}"}


def _why(message: str) -> str:
    """The reason alone, without the standing that programs are told with it."""
    why = message.values.get("why") if isinstance(message, Saying) else None
    return why if isinstance(why, str) else message


def stands(standing: Standing, say: Language, zone: ZoneInfo) -> str:
    """Who acted last, what they did, and what holds now, on the organization's own clock."""
    return say.gettext(
        "%(who)s acted on %(when)s: “%(what)s”. It is now: %(state)s.",
        who=say.gettext(WHO.get(standing.acted_by, standing.acted_by)),
        when=showing.clock(standing.acted_at, zone, say),
        what=words.said(words.EVENTS, standing.event, say),
        state=words.said(words.STATES, standing.status, say),
    )
