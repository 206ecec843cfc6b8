"""Message catalogs: extract what is said, bring catalogs up to date, or say what is missing.

python -m web.messages update     # after changing texts; then translate what is empty
python -m web.messages check      # fails on anything missing, fuzzy or left over
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from web.i18n import LANGUAGES, LOCALES, SOURCE_LANGUAGE

ROOT = Path(__file__).parents[1]
SOURCES = (
    "web",
    "directory/hours",
    "directory/prices",
    "search",
    "accounts",
    "patients",
    "notices",
    "referrals",
)
REFUSING = ("accounts", "patients", "referrals", "notices")
"""Packages whose refusals people read on pages, as they are raised."""
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "say": None,
    "Saying": None,
}
REFUSALS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("Invalid", "Conflict", "Forbidden", "NotFound", "Unavailable", "_weak")),
    **dict.fromkeys(
        ("Illegal", "Stale", "Full", "NoConsent", "Duplicate", "KeyReused", "NotListed")
    ),
    "_words": (2,),
}
NOTE = "Translators:"
WIDTH = 100
HEADER = """\
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""


def extracted() -> Catalog:
    """Every message of the sources, without line numbers: those change with every edit."""
    catalog = Catalog(project="Handrail", copyright_holder="Handrail", charset="utf-8")
    for folder in SOURCES:
        keywords = KEYWORDS | (REFUSALS if folder in REFUSING else {})
        for path, _, message, comments, context in extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, keywords, (NOTE,), strip_comment_tags=True
        ):
            catalog.add(
                message, None, [(f"{folder}/{path}", 0)], auto_comments=comments, context=context
            )
    return catalog


def catalog_path(code: str) -> Path:
    """Where the catalog of a language is."""
    return LOCALES / code / "LC_MESSAGES" / "messages.po"


def read(code: str) -> Catalog:
    """The catalog of a language as it is."""
    with catalog_path(code).open("rb") as source:
        return read_po(source, locale=code)


def update(code: str) -> None:
    """Add new messages to a catalog, empty, and drop what is said no more."""
    catalog = read(code)
    catalog.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    catalog_path(code).write_bytes(_written(catalog))


def problems(code: str) -> Iterator[str]:
    """What keeps a catalog from being complete, a line each."""
    catalog, sources = read(code), extracted()
    for message in sources:
        if message.id:
            yield from _faults(catalog.get(message.id, message.context), message)
    for message in catalog:
        if message.id and sources.get(message.id, message.context) is None:
            yield f"no longer said: {message.id!r}"


def _faults(found: Message | None, source: Message) -> Iterator[str]:
    if found is None:
        yield f"missing: {source.id!r}"
        return
    texts = [found.string] if isinstance(found.string, str) else list(found.string or [""])
    if not all(texts):
        yield f"not translated: {source.id!r}"
        return
    if found.fuzzy:
        yield f"fuzzy: {source.id!r}"
    for error in found.check():
        yield f"{error}: {source.id!r}"


def _written(catalog: Catalog) -> bytes:
    """The catalog sorted, with a header that holds no dates and nobody's name."""
    out = BytesIO()
    write_po(out, catalog, width=WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    header = HEADER.format(code=catalog.locale_identifier, plurals=catalog.plural_forms)
    return header.encode() + b"\n" + out.getvalue()


def main(arguments: list[str]) -> int:
    """Run one of the two verbs; the exit status says whether all is well."""
    codes = [code for code in LANGUAGES if code != SOURCE_LANGUAGE]
    if arguments == ["update"]:
        for code in codes:
            update(code)
    elif arguments != ["check"]:
        print("use: python -m web.messages update|check")
        return 2
    found = [f"{code}: {problem}" for code in codes for problem in problems(code)]
    print("\n".join(found) or "Catalogs are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
