"""What an index must be set to."""

import pytest

from search.meili.settings import drift, index_settings, is_supported


def test_an_index_as_it_should_be_does_not_differ():
    assert drift(index_settings() | {"dictionary": [], "embedders": {}}) == {}


def test_defaults_that_a_server_adds_are_no_difference():
    current = index_settings()
    current["typoTolerance"] = current["typoTolerance"] | {"disableOnWords": []}
    assert drift(current) == {}


def test_what_differs_is_told_with_how_it_should_be():
    current = index_settings() | {"rankingRules": ["words"], "stopWords": ["the"]}
    del current["synonyms"]
    assert drift(current) == {
        name: index_settings()[name] for name in ("rankingRules", "stopWords", "synonyms")
    }


@pytest.mark.parametrize(
    ("version", "will_do"),
    [
        ("1.50.0", True),
        ("1.40.0", True),
        ("1.40.1-rc.2", True),
        ("1.39.9", False),
        ("0.30.0", False),
        ("2.0.0", False),
        ("something", False),
    ],
)
def test_supported_versions(version, will_do):
    assert is_supported(version) is will_do
