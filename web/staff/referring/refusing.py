"""Why it is not sent, beside what can be changed."""

import re
from collections.abc import Sequence

from core.errors import HandrailError
from web.i18n import Language
from web.staff.referring.choosing import Choice
from web.staff.typed import Typed
from web.staff.wording import word

TARGET = re.compile(r"targets\.(\d+)(?:\.service_id)?")


def problems(
    ticked: Sequence[Choice], fields: Sequence[str], typed: Typed, say: Language
) -> dict[str, str]:
    """What has to be changed before anything can be sent, by field."""
    if not ticked:
        return {"to": say.gettext("Choose at least one service to ask.")}
    if len({choice.target.service_id for choice in ticked}) < len(ticked):
        return {"to": say.gettext("Choose one place of each service.")}
    found = {}
    for choice in ticked:
        if choice.never and not typed.has("despite", choice.unit):
            found[f"despite-{choice.unit}"] = say.gettext(
                "%(name)s: say that you ask all the same, or leave it out.", name=choice.name.text
            )
    if not typed.value("given_how") and (left := _uncovered(ticked, fields, say)):
        found["given_how"] = left
    return found


def _uncovered(ticked: Sequence[Choice], fields: Sequence[str], say: Language) -> str:
    """Who may not be told what; blank when consent covers it all."""
    parts = []
    for choice in ticked:
        missing = [name for name in fields if name in choice.covered.missing]
        if choice.referral_id is None and choice.partner_id and missing:
            names = ", ".join(word("shared", name, say) for name in missing)
            parts.append(f"{choice.organization} ({names})")
    if not parts:
        return ""
    return say.gettext(
        "No consent covers %(what)s. Say how it was given, or untick what they must not see.",
        what="; ".join(parts),
    )


def of_target(refused: HandrailError, say: Language) -> tuple[int | None, str]:
    """Which of the services asked was refused, when it was one, and why."""
    values = getattr(refused.message, "values", {})
    if "target" in values:
        match, why = TARGET.fullmatch(str(values["target"])), values["why"]
        return (int(match[1]) if match else None), say.gettext(why)
    match = TARGET.fullmatch(refused.parameter or "")
    return (int(match[1]) if match else None), say.gettext(refused.message)
