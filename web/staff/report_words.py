"""Reports in words: what each metric is, its parts, groups and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referrals.reports.figures import Share, Spread
from referrals.reports.metrics import Metric
from referrals.reports.questions import Dimension
from referrals.reports.report import WHOLE, Figure
from web.i18n import N_, Language
from web.staff.wording import LANGUAGES, options, word

METRIC_WORDS: Mapping[str, tuple[str, str]] = {
    "acceptance": (
        N_("Accepted, of those that were answered"),
        N_("Of the referrals that got a response, those first accepted or put on a waiting list."),
    ),
    "acceptance_of_all": (
        N_("Accepted, of all that were sent"),
        N_("The same, of all referrals whose time to respond is over."),
    ),
    "first_response": (
        N_("Time to the first response"),
        N_("Business hours from sending until the partner first accepted, declined or asked."),
    ),
    "decision": (
        N_("Time to a decision"),
        N_("Business hours until accepted or declined, without those the partner waited for us."),
    ),
    "no_response": (
        N_("No response"),
        N_("Of all referrals whose time to respond is over, those that ran out unanswered."),
    ),
    "closure": (
        N_("Ended within 60 days"),
        N_("With an outcome or a reason; those that ran out unanswered do not count as ended."),
    ),
    "silent": (
        N_("Accepted, then silent"),
        N_("Of the referrals a partner took on, those it then left over 30 days without a word."),
    ),
    "time_to_service": (
        N_("Time to service"),
        N_("Days from the need's opening until somebody first helped, over all attempts."),
    ),
    "confirmed_closure": (
        N_("Ends that were confirmed"),
        N_("Of the closed needs, those whose end the patient, a caregiver or a coordinator confirmed."),
    ),
    "success": (
        N_("Needs met"),
        N_("Of the needs with a referral sent 60 days ago or more, those met or partly met."),
    ),
    "unmet_need": (
        N_("Unmet need"),
        N_("Of the needs opened, those not met, lost touch with, or without anything found for them."),
    ),
    "intervention": (
        N_("Help within 30 days of a screening"),
        N_("Of the positive screenings for food, housing or rides, those with a referral in 30 days."),
    ),
}  # fmt: skip
PARTS: Mapping[str, str] = {
    "taken": N_("accepted or on a list"),
    "declined": N_("declined"),
    "asked": N_("asked first"),
    "none": N_("no response"),
    "with": N_("with"),
    "without": N_("without"),
    "unviewed": N_("never opened"),
    "viewed": N_("opened"),
    "left": N_("ended before a response"),
    "answered": N_("declined or asked"),
    "decided": N_("decided"),
    "undecided": N_("asked, not decided yet"),
    "rest": N_("others"),
    "closed": N_("ended"),
    "not": N_("others"),
    "silent": N_("silent"),
    "served": N_("helped"),
    "unserved": N_("not helped yet"),
    "confirmed": N_("confirmed"),
    "met": N_("met"),
    "unmet": N_("not met"),
    "lost": N_("lost touch"),
    "nothing_found": N_("nothing found"),
    "in_time": N_("in time"),
}
DIMENSION_WORDS: Mapping[Dimension, str] = {
    Dimension.QUARTER: N_("Quarter"),
    Dimension.CATEGORY: N_("Need"),
    Dimension.ORGANIZATION: N_("Partner"),
    Dimension.ZIP: N_("ZIP code"),
    Dimension.LANGUAGE: N_("Language"),
}
REFUSALS = (
    N_("Break down by another dimension than you narrow by."),
    N_(
        "Choose at most two of quarter, category, organization, ZIP and language: from smaller "
        "groups single people could be worked out."
    ),
    N_("This is no zip."),
)
"""What referrals/reports/questions.py refuses with."""
QUARTERS = {
    "1": N_("January to March"),
    "2": N_("April to June"),
    "3": N_("July to September"),
    "4": N_("October to December"),
}
STATES = {
    "completed": N_("Completed"),
    "not_completed": N_("Not completed"),
    "declined": N_("Declined"),
    "expired": N_("No answer"),
    "cancelled": N_("Cancelled"),
}
CODES = {
    "service_received_full": N_("everything was received"),
    "service_received_partial": N_("a part was received"),
    "enrolled": N_("enrolled"),
    "application_submitted": N_("application sent"),
    "information_only": N_("information only"),
    "assessed_no_service": N_("assessed, no service"),
    "enrolment_waitlisted": N_("on a waiting list to enrol"),
    "no_response": N_("nobody answered in time"),
    "no_capacity": N_("no room"),
    "no_capacity_has_waitlist": N_("no room yet"),
    "additional_assessment_required": N_("another assessment is needed"),
    "awaiting_documents": N_("waiting for papers"),
    "client_requested_pause": N_("the patient asked for a pause"),
    "not_eligible": N_("not eligible"),
    "out_of_area": N_("outside the area"),
    "service_not_offered": N_("not offered"),
    "missing_info": N_("information missing"),
    "no_funds": N_("no money left"),
    "language_or_access_unmet": N_("language or access"),
    "unsafe_or_conflict": N_("unsafe, or a conflict"),
    "duplicate": N_("sent twice"),
    "already_served": N_("helped already"),
    "client_unreachable": N_("patient not reached"),
    "client_declined": N_("patient declined"),
    "client_no_show": N_("patient did not come"),
    "client_moved_or_ineligible": N_("moved, or no longer eligible"),
    "documents_missing": N_("papers missing"),
    "service_unavailable": N_("service not available"),
    "partner_withdrew": N_("partner withdrew"),
    "partner_no_followup": N_("partner did not follow up"),
    "cost_or_insurance": N_("cost or insurance"),
    "transport_barrier": N_("no way to get there"),
    "deceased": N_("patient died"),
    "need_met_elsewhere": N_("met elsewhere"),
    "patient_withdrew": N_("patient withdrew"),
    "consent_revoked": N_("consent ended"),
    "wrong_patient": N_("wrong patient"),
    "wrong_service": N_("wrong service"),
    "safety_concern": N_("safety"),
    "sender_no_answer": N_("our answer did not come"),
    "superseded": N_("replaced by another"),
    "other": N_("other"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A figure in words. `withheld`: nothing may be said of it."""

    main: str
    range: str = ""
    parts: tuple[str, ...] = ()
    withheld: bool = False
    is_bare: bool = False
    """Whether it says no number: withheld, or with nobody in it."""

    @classmethod
    def of(cls, figure: Figure | None, metric: str, say: Language) -> "Told":
        """The figure of that metric, as people read it."""
        if figure is None:
            return cls(say.gettext("withheld"), withheld=True, is_bare=True)
        if isinstance(figure, Share):
            return cls._share(figure, say)
        return cls._spread(figure, metric, say)

    @classmethod
    def _share(cls, figure: Share, say: Language) -> "Told":
        parts = tuple(say.number(count) for count in figure.parts.values())
        if figure.share is None or figure.interval is None:
            return cls(say.gettext("none yet"), parts=parts, is_bare=not any(figure.parts.values()))
        main = say.gettext(
            "%(share)s (%(hits)s of %(of)s)",
            share=cls.percent(figure.share, say),
            hits=say.number(figure.hits),
            of=say.number(figure.of),
        )
        low, high = (cls.percent(one, say) for one in figure.interval)
        return cls(main, say.gettext("%(low)s to %(high)s", low=low, high=high), parts)

    @classmethod
    def _spread(cls, figure: Spread, metric: str, say: Language) -> "Told":
        parts = (say.number(figure.n), say.number(figure.without))
        if figure.median is None or figure.p90 is None:
            bare = not figure.n and not figure.without
            return cls(say.gettext("none yet"), parts=parts, is_bare=bare)
        return cls(_length(figure.median, metric, say), _length(figure.p90, metric, say), parts)

    @staticmethod
    def percent(share: float, say: Language) -> str:
        """0.714 as "71%"."""
        return say.gettext("%(number)s%%", number=say.number(round(100 * share)))


def _length(value: int, metric: str, say: Language) -> str:
    if metric == "time_to_service":
        return say.ngettext("%(num)s day", "%(num)s days", value)
    return say.gettext("%(number)s h", number=say.number(round(value / 60, 1)))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `href` leads to what is behind it."""

    name: str
    told: Told
    href: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """One metric on a page."""

    key: str
    title: str
    sentence: str
    is_spread: bool
    parts: tuple[str, ...]
    rows: tuple[Row, ...]
    plot: str
    silence: str
    """Why there is nothing to plot, in words; empty when there is."""


def section(
    metric: Metric,
    rows: Sequence[tuple[str, str, Figure | None]],
    plot: str,
    links: Mapping[str, str],
    say: Language,
) -> Section:
    """A metric with its rows (group, name, figure) and their plot."""
    told = tuple(
        Row(name, Told.of(figure, metric.key, say), links.get(group))
        for group, name, figure in rows
    )
    return Section(
        key=metric.key,
        title=say.gettext(METRIC_WORDS[metric.key][0]),
        sentence=sentence(metric, say),
        is_spread=metric.value is not None,
        parts=_part_names(metric, rows, say),
        rows=told,
        plot=plot,
        silence=_silence([row.told for row in told], say),
    )


def _silence(told: Sequence[Told], say: Language) -> str:
    if not all(one.is_bare for one in told):
        return ""
    if any(one.withheld for one in told):
        return say.gettext("Too few to show: somebody could be recognized.")
    return say.gettext("Nothing to count yet.")


def _part_names(
    metric: Metric, rows: Sequence[tuple[str, str, Figure | None]], say: Language
) -> tuple[str, ...]:
    """The parts that are told: all of them of everybody, else only those beside the share."""
    if metric.value is not None:
        names = ("served", "unserved") if metric.key == "time_to_service" else ("with", "without")
        return tuple(say.gettext(PARTS[name]) for name in names)
    told = next((figure.parts for _, _, figure in rows if isinstance(figure, Share)), {})
    return tuple(say.gettext(PARTS[name]) for name in told)


def sentence(metric: Metric, say: Language) -> str:
    """What a metric counts."""
    return say.gettext(METRIC_WORDS[metric.key][1])


def group_name(
    dimension: Dimension, group: str, say: Language, organizations: Mapping[str, str]
) -> str:
    """What a group is called."""
    if group == WHOLE:
        return say.gettext("All")
    if not group:
        return say.gettext("not known")
    match dimension:
        case Dimension.QUARTER:
            return say.gettext(QUARTERS[group])
        case Dimension.CATEGORY:
            return word("category", group, say)
        case Dimension.ORGANIZATION:
            return organizations.get(group, group)
        case Dimension.LANGUAGE:
            return say.language_name(group)
        case Dimension.ZIP:
            return group


def end_words(status: str, code: str, say: Language) -> str:
    """How a referral ended: "Declined: no room"."""
    reason = say.gettext(CODES.get(code, code)) if code else say.gettext("no reason given")
    return f"{say.gettext(STATES.get(status, status))}: {reason}"


def choices(
    say: Language, organizations: Mapping[str, str]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What the form offers: each dimension with its name and values; a ZIP is typed."""
    values: dict[Dimension, list[tuple[str, str]]] = {
        Dimension.QUARTER: [(key, say.gettext(words)) for key, words in QUARTERS.items()],
        Dimension.CATEGORY: list(options("category", say)),
        Dimension.ORGANIZATION: sorted(organizations.items(), key=lambda item: item[1]),
        Dimension.ZIP: [],
        Dimension.LANGUAGE: [(code, say.language_name(code)) for code in LANGUAGES],
    }
    return [(name.value, say.gettext(DIMENSION_WORDS[name]), of) for name, of in values.items()]
