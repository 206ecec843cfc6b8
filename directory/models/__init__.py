"""Tables of the directory: the HSDS 3.x model and the small profile added to it."""

from directory.models.contact import Contact, Language, Phone
from directory.models.curation import (
    AsListed,
    DuplicatePair,
    MergedRecord,
    Observation,
    PairState,
    Reached,
    Taking,
)
from directory.models.history import Metadata, Translation
from directory.models.imported import ImportedRow
from directory.models.job import DuplicateSearch, ImportJob, JobStatus, SearchStep
from directory.models.kinds import (
    AddressType,
    AreaExtent,
    Frequency,
    LocationType,
    ServiceStatus,
    Visibility,
)
from directory.models.location import Accessibility, Address, Location, ServiceAtLocation
from directory.models.organization import (
    Funding,
    Organization,
    OrganizationIdentifier,
    Program,
    Url,
)
from directory.models.proposal import Proposal, ProposalStatus
from directory.models.report import PublicReport, ReportKind, ReportStatus
from directory.models.schedule import Schedule, ScheduleException
from directory.models.service import (
    CostOption,
    ObservedWait,
    RequiredDocument,
    Service,
    ServiceArea,
    ServiceCapacity,
    Unit,
)
from directory.models.taxonomy import Attribute, Taxonomy, TaxonomyTerm, TermCrosswalk

__all__ = [
    "Accessibility",
    "Address",
    "AddressType",
    "AreaExtent",
    "AsListed",
    "Attribute",
    "Contact",
    "CostOption",
    "DuplicatePair",
    "DuplicateSearch",
    "Frequency",
    "Funding",
    "ImportJob",
    "ImportedRow",
    "JobStatus",
    "Language",
    "Location",
    "LocationType",
    "MergedRecord",
    "Metadata",
    "Observation",
    "ObservedWait",
    "Organization",
    "OrganizationIdentifier",
    "PairState",
    "Phone",
    "Program",
    "Proposal",
    "ProposalStatus",
    "PublicReport",
    "Reached",
    "ReportKind",
    "ReportStatus",
    "RequiredDocument",
    "Schedule",
    "ScheduleException",
    "SearchStep",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "ServiceStatus",
    "Taking",
    "Taxonomy",
    "TaxonomyTerm",
    "TermCrosswalk",
    "Translation",
    "Unit",
    "Url",
    "Visibility",
]
