"""What the consents on a record leave to be asked for. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from patients.views import ConsentView


@dataclass(frozen=True, slots=True)
class Coverage:
    """The consent that covers most for one partner today, and what it leaves out.

    `consent` is None when none covers anything; then everything is missing.
    """

    consent: ConsentView | None
    missing: tuple[str, ...]


def coverage(
    consents: Iterable[ConsentView],
    partner_id: str,
    wanted: Collection[str],
    *,
    restricted: str | None = None,
) -> Coverage:
    """How far the patient has agreed that this partner is told these things; the newest wins ties."""
    best = Coverage(None, tuple(wanted))
    for consent in sorted(consents, key=lambda view: view.recorded_at, reverse=True):
        names = consent.active and partner_id in consent.partners
        if names and consent.restricted == restricted:
            left = tuple(name for name in wanted if name not in consent.data_categories)
            if len(left) < len(best.missing):
                best = Coverage(consent, left)
    return best
