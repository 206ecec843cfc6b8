"""Taxonomies, their terms, and the attributes that tie terms to records.

Code lists (audiences, delivery modes, trip types …) are taxonomies too, so that everything we
add to HSDS travels as standard attributes; docs/profile.md lists them.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from directory.models.base import ID_LENGTH, DirectoryRow, SourcedRow, parent


class Taxonomy(SourcedRow, table=True):
    """HSDS taxonomy."""

    __tablename__ = "taxonomy"

    name: str = Field(index=True)
    description: str = ""
    uri: str | None = None
    version: str | None = None


class TaxonomyTerm(SourcedRow, table=True):
    """HSDS taxonomy_term. `code` is unique in its taxonomy (a slug in ours)."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (UniqueConstraint("taxonomy_id", "code"),)

    taxonomy_id: str | None = parent("taxonomy")
    parent_id: str | None = parent("taxonomy_term", cascade=False)
    code: str | None = Field(default=None, max_length=200)
    name: str
    description: str = ""
    language: str | None = Field(default=None, max_length=35)
    term_uri: str | None = None


class TermCrosswalk(DirectoryRow, table=True):
    """The same idea in another scheme: our term ↔ Open Eligibility 1102."""

    __tablename__ = "term_crosswalk"
    __table_args__ = (UniqueConstraint("taxonomy_term_id", "scheme", "identifier"),)

    taxonomy_term_id: str = parent("taxonomy_term", required=True)
    scheme: str = Field(max_length=64)
    identifier: str = Field(max_length=200)


class Attribute(DirectoryRow, table=True):
    """HSDS attribute: `link_entity` + `link_id` name the record, `value` refines the term."""

    __tablename__ = "attribute"
    __table_args__ = (Index("ix_attribute_link", "link_entity", "link_id"),)

    link_id: str = Field(max_length=ID_LENGTH)
    link_entity: str = Field(max_length=32)
    link_type: str | None = None
    taxonomy_term_id: str = parent("taxonomy_term", required=True)
    value: str | None = None
    label: str | None = None
