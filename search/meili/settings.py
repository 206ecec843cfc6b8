"""What an index must be set to, and how an index that is not is told."""

from collections.abc import Mapping
from typing import Any

from search.meili.stored import DOCUMENT_FIELDS
from search.meili.text import synonym_settings
from search.query import FACETS

SUPPORTED = ("1.40", "2")
"""Versions from the first up to, not including, the second. Tried with 1.50."""

_EQUALITY = (*FACETS, "visibility", "area", "insurance", "documents", "organization_id")
_OWN_EQUALITY = ("id", "pattern", "remote", "has_capacity")
_COMPARED = ("age_from", "age_to", "wait_days", "assured_day")
_EVERYTHING = 1_000_000_000
"""Totals are cut at maxTotalHits and facets at maxValuesPerFacet: neither must ever happen."""


def _filterable(fields: tuple[str, ...], comparison: bool) -> dict[str, Any]:
    return {
        "attributePatterns": sorted(fields),
        "features": {
            "facetSearch": False,
            "filter": {"equality": True, "comparison": comparison},
        },
    }


def index_settings() -> dict[str, Any]:
    """The settings that matter; all others stay as Meilisearch has them."""
    return {
        "displayedAttributes": list(DOCUMENT_FIELDS),
        "searchableAttributes": ["title", "body"],
        "filterableAttributes": [
            "_geo",
            _filterable((*_EQUALITY, *_OWN_EQUALITY), comparison=False),
            _filterable(_COMPARED, comparison=True),
        ],
        "sortableAttributes": ["_geo"],
        # With all words wanted, `words` ranks nothing; these three are the order of the protocol.
        "rankingRules": ["attributeRank", "exactness", "typo", "sort"],
        "stopWords": [],  # left out of the query instead, so that they can be found where alone
        "synonyms": synonym_settings(),
        "typoTolerance": {
            "enabled": True,
            "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
            "disableOnNumbers": True,
        },
        "pagination": {"maxTotalHits": _EVERYTHING},
        "faceting": {"maxValuesPerFacet": _EVERYTHING, "sortFacetValuesBy": {"*": "alpha"}},
        "facetSearch": False,
        "proximityPrecision": "byAttribute",  # a synonym of two words needs both, not side by side
        "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["eng", "spa"]}],
        # Past it, results come unsorted without a word about it. We stop waiting long before.
        "searchCutoffMs": 60_000,
    }


def drift(current: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of ours that an index differs in, as they should be."""
    return {
        name: wanted
        for name, wanted in index_settings().items()
        if not _agrees(current.get(name), wanted)
    }


def _agrees(current: Any, wanted: Any) -> bool:
    """Whether a setting is as wanted; Meilisearch adds defaults to objects and sorts some lists."""
    if isinstance(wanted, Mapping):
        return isinstance(current, Mapping) and all(
            _agrees(current.get(name), value) for name, value in wanted.items()
        )
    return bool(current == wanted)


def is_supported(version: str) -> bool:
    """Whether a server of this version will do."""
    low, high = ([int(part) for part in limit.split(".")] for limit in SUPPORTED)
    try:
        numbers = [int(part) for part in version.split("-")[0].split(".")]
    except ValueError:
        return False
    return low <= numbers < high
