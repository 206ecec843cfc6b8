"""Public texts are easy to read: grade 8 or lower, in English and in Spanish, measured."""

import re
from collections import defaultdict
from typing import Any

import pytest

from tests.support.reading import (
    english_grade,
    english_syllables,
    spanish_ease,
    spanish_syllables,
)
from web.messages import extracted, read

GRADE, EASE = 8.0, 60.0
ONE_SENTENCE = 10.0  # a formula made for whole texts is coarse for one sentence
LABEL_WORDS = 5  # below, it is a label and not a text
LONG_WORDS = 10
PUBLIC = re.compile(
    r"web/(templates/)?(parts/)?[a-z_]+\.(py|html)|web/respond/|web/templates/respond/|directory/hours/"
)
HOLDS = re.compile(r"<[^>]*>|%\(\w+\)s|\{\w+\}")


def texts() -> dict[str, list[tuple[str, str]]]:
    """(English, Spanish) of every text of a public page, by the file it stands in."""
    spanish, found = read("es"), defaultdict[str, list[tuple[str, str]]](list)
    for message in extracted():
        said = spanish.get(message.id) if message.id else None
        if said is None:
            continue
        for file in {file for file, _ in message.locations if PUBLIC.match(file)}:
            found[file] += [
                (HOLDS.sub("it", one), HOLDS.sub("eso", other))
                for one, other in zip(_forms(message.id), _forms(said.string), strict=True)
                if len(one.split()) >= LABEL_WORDS
            ]
    return {file: pairs for file, pairs in sorted(found.items()) if pairs}


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


TEXTS = texts()


@pytest.mark.parametrize("file", TEXTS)
def test_a_page_is_read_in_grade_eight_in_both_languages(file: str) -> None:
    english, spanish = zip(*TEXTS[file], strict=True)
    if sum(len(text.split()) for text in english) >= LONG_WORDS * 2:
        assert english_grade(english) <= GRADE
        assert spanish_ease(spanish) >= EASE


def test_all_public_texts_together_are_far_below_it() -> None:
    english, spanish = zip(*(pair for pairs in TEXTS.values() for pair in pairs), strict=True)
    print(f"English grade {english_grade(english):.1f}, Spanish ease {spanish_ease(spanish):.0f}")
    assert len(english) > 120
    assert english_grade(english) <= 6 and spanish_ease(spanish) >= 70


def test_no_long_sentence_is_hard() -> None:
    long = {one for pairs in TEXTS.values() for one, _ in pairs if len(one.split()) >= LONG_WORDS}
    assert {one: english_grade([one]) for one in long if english_grade([one]) > ONE_SENTENCE} == {}


def test_a_hard_text_would_be_noticed() -> None:
    hard = "Eligibility determinations necessitate documentation substantiating residency."
    assert english_grade([hard]) > 20
    assert english_grade(["Call us. We can help you. Come at ten."]) < 2
    dura = "La determinación de elegibilidad requiere documentación que acredite residencia."
    assert spanish_ease([dura]) < 20
    assert spanish_ease(["Llame hoy. Le damos comida. Venga a las diez."]) > 90


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("service", 2),
        ("saved", 1),
        ("wanted", 2),
        ("table", 2),
        ("language", 2),
        ("phone", 1),
        ("the", 1),
    ],
)
def test_syllables_of_english_words(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("guitarra", 3), ("día", 2), ("ciudad", 2), ("aéreo", 4), ("muy", 1), ("estudiáis", 3), ("país", 2),
     ("queso", 2), ("horario", 3), ("pingüino", 3)],
)  # fmt: skip
def test_syllables_of_spanish_words(word: str, count: int) -> None:
    assert spanish_syllables(word) == count
