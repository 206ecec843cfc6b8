"""What may be asked of referrals, checked field by field; `patients.forms.parse` reads them."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from patients.forms import (
    DATA_CATEGORIES,
    ConsentForm,
    Words,
    empty_is_none,
    one_of,
)

Id = Annotated[str, Field(min_length=1, max_length=36)]
MaybeId = Annotated[Id | None, BeforeValidator(empty_is_none)]
Code = Annotated[Annotated[str, Field(max_length=64)] | None, BeforeValidator(empty_is_none)]
Note = Annotated[Words | None, BeforeValidator(empty_is_none)]
Fields = Annotated[list[str], one_of(DATA_CATEGORIES), Field(min_length=1, max_length=20)]
Day = Annotated[date | None, BeforeValidator(empty_is_none)]
Moment = Annotated[AwareDatetime | None, BeforeValidator(empty_is_none)]


def _no_repeats(items: list["TargetForm"]) -> list["TargetForm"]:
    if len({item.service_id for item in items}) < len(items):
        raise ValueError("must not name a service twice")
    return items


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4000)


class TargetForm(_Form):
    """A service, at one of its places when that matters."""

    service_id: Id
    location_id: MaybeId = None


class DraftForm(TargetForm):
    """A draft of a referral. `fields` is what to share; all that the category allows by default."""

    need_id: Id
    fields: Fields | None = None
    replaces_id: MaybeId = None


class EventForm(_Form):
    """An event, and what has to come with it. `version` may stand here instead of If-Match.

    `despite`: send though the service is only open when the patient cannot go, or book though they
    cannot go then. It is noted in the audit trail.
    """

    event: Annotated[str, Field(min_length=1, max_length=32)]
    version: int | None = Field(default=None, ge=1, le=10**9)
    reason: Code = None
    note: Note = None
    appointment_at: Moment = None
    expected_by: Day = None
    outcome: Code = None
    service_dates: list[date] = Field(default_factory=list, max_length=100)
    provided: Note = None
    evidence: Code = None
    preview: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None
    despite: bool = False


class SharedConsentForm(ConsentForm):
    """One consent for all the partners of a bulk; whom and what it covers follows from that."""

    partners: list[str] = Field(default_factory=list, max_length=0)
    data_categories: list[str] = Field(default_factory=list, max_length=0)


class BulkForm(_Form):
    """One need to several services, with one consent for all of them, or with those there are.

    `despite` names services to ask though they are only open when the patient cannot go.
    """

    need_id: Id
    targets: Annotated[list[TargetForm], AfterValidator(_no_repeats)] = Field(
        min_length=1, max_length=20
    )
    fields: Fields | None = None
    consent: SharedConsentForm | None = None
    despite: list[Id] = Field(default_factory=list, max_length=20)


class RemindersForm(_Form):
    """Referrals whose partners are to be reminded. A dry run says what would happen."""

    referral_ids: list[Id] = Field(min_length=1, max_length=100)
    dry_run: bool = False


class PlanForm(_Form):
    """The services to try next by themselves, in order. An empty list takes the plan back."""

    targets: Annotated[list[TargetForm], AfterValidator(_no_repeats)] = Field(max_length=10)


class CapacityForm(_Form):
    """What a service can take. `version` is the one that was read; none the first time."""

    slots_total: int | None = Field(default=None, ge=0, le=100_000)
    waitlist_open: bool | None = None
    expected_wait_days: int | None = Field(default=None, ge=0, le=3_660)
    version: int | None = Field(default=None, ge=1, le=10**9)
