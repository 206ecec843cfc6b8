"""What a text finds, and in which order."""

import pytest

from search.query import Point, SearchQuery
from tests.contract.checking import found
from tests.contract.documents import NOW, make_document

DURHAM = Point(36.0, -78.9)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1f", "🙂🙂", "%_*?", "'; DROP TABLE doc; --"])
def test_harmless_texts(engine, text):
    engine.put([make_document("a", name="Food")])
    assert engine.search(SearchQuery(now=NOW, text=text)).total in (0, 1)


def test_a_text_without_words_asks_for_everything(engine):
    engine.put([make_document("a"), make_document("b")])
    for text in ("", " \t ", "🙂", "—…"):
        assert engine.search(SearchQuery(now=NOW, text=text)).total == 2


def test_a_text_of_ten_kilobytes_is_answered(engine):
    engine.put([make_document("a", name="Food pantry")])
    assert found(engine, text="food pantry " * 900) == ["a"]
    assert found(engine, text="x" * 10_000) == []


@pytest.mark.parametrize(
    ("name", "text", "matches"),
    [
        ("Food pantry", "pantry", True),
        ("Food pantry", "pantyr", True),  # two neighbours swapped: one typo
        ("Food pantry", "pantr pantry", True),
        ("Food pantry", "pamtri pantry", False),
        ("Food pantry", "fodo", False),  # four letters: no typo is forgiven
        ("Meals", "mealz", True),
        ("Meals", "xeals", False),  # the first letter counts twice
        ("Transport", "ransport", False),
        ("Transportation", "ransportation", True),
        ("Transportation", "xransportation", True),
        ("Transportation", "xransportatoin", False),
        ("Transportation", "transprotatoin", True),  # two swaps
        ("Transportation", "trasnprotatoin", False),
        ("Transportation", "transpo", True),  # the beginning of the last word
        ("Transportation office", "transpo office", False),  # only of the last
        ("Transportation", "trnaspo", True),  # a beginning with a typo
        ("Niñez en acción", "NINEZ accion", True),
        ("Ninez", "niñez", True),
        ("Straße", "strasse", True),
        ("Pantry", "the pantry", True),  # stop words do not count when others remain
        ("The Who", "the who", True),
        ("Who", "the who", False),
        ("one two three four five six seven eight nine", "one two three four five", True),
        ("Despensa", "food bank", True),
        ("Food pantry", "despensa", True),
        ("Medical transportation", "dialysis ride", True),
    ],
)
def test_words(engine, name, text, matches):
    engine.put([make_document("a", name=name, organization="Zzz")])
    assert found(engine, text=text) == (["a"] if matches else [])


def test_only_the_first_ten_words_count(engine):
    ten = "alpha bravo carrot delta echo falcon garden hotel island jungle"
    engine.put([make_document("a", name=ten)])
    assert found(engine, text=f"{ten} nowhere") == ["a"]
    assert found(engine, text=ten.replace("jungle", "nowhere")) == []
    assert found(engine, text=f"the of a {ten} nowhere") == ["a"]


def test_every_text_field_is_searched(engine):
    fields = ("name", "alternate_name", "organization", "program", "summary", "city")
    engine.put([make_document(field, **{field: "zebra"}) for field in fields])
    engine.put([make_document("keywords", keywords=["cebra", "zebra crossing"])])
    engine.put([make_document("context", context=["zebra"])])
    assert sorted(found(engine, text="zebra")) == sorted((*fields, "keywords", "context"))


def test_a_description_is_searched_in_every_language_it_is_in(engine):
    said = {"name": None, "summary": "Le llevamos al médico", "machine": True}
    engine.put([make_document("a", translations={"es": said}), make_document("b")])
    assert found(engine, text="medico") == ["a"]


def test_what_many_share_ranks_below_what_one_is_called(engine):
    engine.put(
        [
            make_document("near", context=["Food"], lat=36.0, lng=-78.9),
            make_document("far", keywords=["Food"], lat=36.1, lng=-78.9),
        ]
    )
    assert found(engine, text="food", origin=DURHAM) == ["far", "near"]


def test_the_best_match_is_in_the_name_exact_and_without_typos(engine):
    engine.put(
        [
            make_document("typos", summary="transportaiton"),
            make_document("prefix-in-name", name="Transportations"),
            make_document("exact", summary="transportation"),
            make_document("exact-in-name", name="transportation"),
            make_document("in-keywords", keywords=["transportation"], lat=36.1, lng=-78.9),
            make_document("in-keywords-near", keywords=["transportation"], lat=36.0, lng=-78.9),
        ]
    )
    assert found(engine, text="transportation", origin=DURHAM) == [
        "in-keywords-near",
        "in-keywords",
        "exact-in-name",
        "prefix-in-name",
        "exact",
        "typos",
    ]
