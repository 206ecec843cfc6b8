"""HSDS 1.1 and 2.x, and their dialects: which file holds what, under which names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

PREFIXES = ("service_", "organization_", "location_", "taxonomy_", "program_", "phone_", "contact_")
"""Some dumps repeat the table's name in each column (`service_name`)."""


@dataclass(frozen=True, slots=True)
class File:
    """One kind of file. `names` are file names without .csv, `columns` theirs → HSDS 3's.

    A `shared` row may belong to several records, by ids in its reference columns or by lists on
    their side; `lists` are columns that hold ids of such rows or of linked records.
    """

    table: str
    names: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    shared: bool = False
    fixed: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)


FILES: tuple[File, ...] = (
    File(
        "taxonomy",
        ("taxonomy_types",),
        {"taxonomy_type_recordid": "id", "reference_url": "uri"},
    ),
    File(
        "taxonomy_term",
        ("taxonomy_terms", "taxonomy_term", "taxonomies", "taxonomy"),
        {
            "taxonomy_recordid": "id",
            "taxonomy_name": "name",
            "term": "name",
            "taxonomy_parent_name": "parent_id",
            "taxonomy_x_description": "description",
            "vocabulary": "taxonomy",
        },
    ),
    File(
        "organization",
        ("organizations", "organization"),
        {"organization_recordid": "id", "organization_name": "name", "url": "website"},
    ),
    File("program", ("programs", "program")),
    File("location", ("locations", "location"), {"location_recordid": "id"}),
    File(
        "service",
        ("services", "service"),
        {
            "service_recordid": "id",
            "service_organization": "organization_id",
            "service_program": "program_id",
        },
        lists={
            "service_locations": "location",
            "service_taxonomy": "taxonomy_term",
            "service_phones": "phone",
            "service_schedule": "schedule",
            "service_contacts": "contact",
        },
    ),
    File(
        "service_at_location",
        ("services_at_location", "service_at_location", "service_at_locations"),
    ),
    File("contact", ("contacts", "contact"), {"contact_recordid": "id"}, shared=True),
    File("phone", ("phones", "phone"), {"phone_recordid": "id"}, shared=True),
    File(
        "address",
        ("physical_addresses", "physical_address"),
        fixed={"address_type": "physical"},
        shared=True,
    ),
    File(
        "address",
        ("postal_addresses", "postal_address"),
        fixed={"address_type": "postal"},
        shared=True,
    ),
    File(
        "schedule", ("schedules", "schedule", "regular_schedules", "regular_schedule"), shared=True
    ),
    File(
        "schedule_exception",
        ("holiday_schedules", "holiday_schedule"),
        {"start_date": "starts_on", "end_date": "ends_on"},
        shared=True,
    ),
    File(
        "accessibility",
        ("accessibility_for_disabilities", "accessibility"),
        {"accessibility": "description"},
        shared=True,
    ),
    File("language", ("languages", "language"), {"language": "name"}, shared=True),
    File("service_area", ("service_areas", "service_area"), {"service_area": "name"}),
    File("required_document", ("required_documents", "required_document")),
    File("funding", ("fundings", "funding")),
    File(
        "cost_option",
        ("payments_accepted", "payment_accepted"),
        {"payment": "option"},
    ),
    File("cost_option", ("cost_options", "cost_option")),
    File("eligibility", ("eligibility", "eligibilities")),
    File("attribute", ("service_attributes", "service_taxonomy", "service_taxonomies")),
)


def rename(file: File, column: str) -> str:
    """The HSDS 3 name of a column."""
    if column in file.columns:
        return file.columns[column]
    if column in file.lists:
        return column
    prefix = f"{file.table}_"
    if prefix in PREFIXES and not column.endswith("_id"):
        return column.removeprefix(prefix)
    return column
