"""Our code lists as rows of the directory: taxonomies, terms, Spanish names, crosswalk."""

from collections.abc import Iterator

from core.db import stable_id
from directory.codes import OPEN_ELIGIBILITY, Code, CodeList, code_lists, taxonomy_id
from directory.models import Attribute, Taxonomy, TaxonomyTerm, TermCrosswalk, Translation
from directory.models.base import DirectoryRow

SOURCE = "handrail"


def code_rows() -> Iterator[DirectoryRow]:
    """Every row of every list, parents first; saving them again changes nothing."""
    lists = code_lists().values()
    for found in lists:
        yield _taxonomy(found)
    for parents in (True, False):
        for found in lists:
            for code in found.codes.values():
                if (code.parent is None) is parents:
                    yield _term(code)
    for found in lists:
        for code in found.codes.values():
            yield from _details(code)


def attribute(entity: str, entity_id: str, code: Code, value: str | None = None) -> Attribute:
    """The row that says this code of a record ("service", its id); one per code and record."""
    return Attribute(
        id=stable_id("handrail-codes", "attribute", entity, entity_id, code.id),
        link_id=entity_id,
        link_entity=entity,
        link_type=code.list_name,
        taxonomy_term_id=code.id,
        value=value,
    )


def _taxonomy(found: CodeList) -> Taxonomy:
    return Taxonomy(
        id=taxonomy_id(found.name),
        name=found.name,
        description=found.description,
        version="1",
        source=SOURCE,
        source_id=found.name,
    )


def _term(code: Code) -> TaxonomyTerm:
    parent = code.parent and code_lists()[code.list_name].codes[code.parent].id
    return TaxonomyTerm(
        id=code.id,
        taxonomy_id=taxonomy_id(code.list_name),
        parent_id=parent,
        code=code.code,
        name=code.names["en"],
        description=code.descriptions.get("en", ""),
        language="en",
        source=SOURCE,
        source_id=f"{code.list_name}/{code.code}",
    )


def _details(code: Code) -> Iterator[DirectoryRow]:
    for field_name, texts in (("name", code.names), ("description", code.descriptions)):
        for language, text in texts.items():
            if language != "en":
                yield Translation(
                    id=stable_id("handrail-codes", "translation", code.id, field_name, language),
                    resource_type="taxonomy_term",
                    resource_id=code.id,
                    field_name=field_name,
                    language=language,
                    text=text,
                )
    for identifier in code.open_eligibility:
        yield TermCrosswalk(
            id=stable_id("handrail-codes", "crosswalk", code.id, identifier),
            taxonomy_term_id=code.id,
            scheme=OPEN_ELIGIBILITY,
            identifier=identifier,
        )
