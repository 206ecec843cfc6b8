"""Which pages may have to be left fast: by what somebody types or ticks, and by the service."""

import pytest

from web.forms import read_form
from web.sensitive import asks_for_it, speaks_of_it


@pytest.mark.parametrize(
    "text",
    [
        "domestic violence",
        "My husband HITS ME",
        "alcoholics anonymous",
        "suicidal",
        "SUICIDA",
        "depresión",
        "Violación",
        "violencia en casa",
        "detoxification",
        "counselor who speaks Spanish",
    ],
)
def test_words_of_violence_substances_and_the_mind_are_known(text: str) -> None:
    assert speaks_of_it(text)


@pytest.mark.parametrize(
    "text",
    ["", "evening clinic", "drugstore", "drug list", "discount drugs", "method", "food", "physical therapy",
     "a ride to dialysis", "farmacia", "recovery after surgery", "the fundamentals", "grape juice"],
)  # fmt: skip
def test_other_words_are_left_alone(text: str) -> None:
    assert not speaks_of_it(text)


@pytest.mark.parametrize(
    ("pair", "sensitive"),
    [
        (("for", "survivors-of-violence"), True),
        (("kind", "counseling"), True),
        (("q", "sobriety"), True),
        (("for", "veterans"), False),
        (("near", "27701"), False),
    ],
)
def test_boxes_tell_as_much_as_words(pair: tuple[str, str], sensitive: bool) -> None:
    assert asks_for_it(read_form([pair])) is sensitive
