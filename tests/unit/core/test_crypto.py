"""Sealed fields and blind indexes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import KeyMissing, Keyring, Tampered


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


OLD, NEW, INDEX = key("o"), key("n"), key("i")
PLACE = "patient.name:17"


def ring(keys: str = f"k1:{OLD}", index: str = INDEX) -> Keyring:
    return Keyring.parse(keys, index)


@given(st.text())
def test_what_was_sealed_opens_again(text: str) -> None:
    assert ring().open(ring().seal(text, PLACE), PLACE) == text


def test_the_same_text_never_seals_to_the_same_value() -> None:
    assert ring().seal("Ana", PLACE) != ring().seal("Ana", PLACE)


def test_a_sealed_value_shows_nothing_of_the_text() -> None:
    assert "Ana" not in ring().seal("Ana", PLACE)


def test_a_value_moved_to_another_place_does_not_open() -> None:
    sealed = ring().seal("Ana", PLACE)
    with pytest.raises(Tampered, match=r"patient\.name:18"):
        ring().open(sealed, "patient.name:18")


@pytest.mark.parametrize("change", ["", "Ana", "k1.", "k1.!!!", "k1.AAAA"])
def test_a_value_that_is_not_sealed_does_not_open(change: str) -> None:
    with pytest.raises(Tampered):
        ring().open(change, PLACE)


def test_one_changed_character_is_noticed() -> None:
    sealed = ring().seal("Ana", PLACE)
    last = "A" if sealed[-5] != "A" else "B"
    with pytest.raises(Tampered):
        ring().open(sealed[:-5] + last + sealed[-4:], PLACE)


def test_rotation_opens_old_values_and_seals_with_the_new_key() -> None:
    sealed = ring().seal("Ana", PLACE)
    both = ring(f"k2:{NEW},k1:{OLD}")
    assert both.open(sealed, PLACE) == "Ana"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal("Ana", PLACE))


def test_a_lost_key_is_named() -> None:
    sealed = ring().seal("Ana", PLACE)
    with pytest.raises(KeyMissing, match="k1"):
        ring(f"k2:{NEW}").open(sealed, PLACE)


def test_blind_indexes_match_by_purpose_and_key_only() -> None:
    assert ring().blind("ana", "name") == ring(f"k2:{NEW}").blind("ana", "name")
    assert ring().blind("ana", "name") != ring().blind("ana", "phone")
    assert ring().blind("ana", "name") != ring(index=key("x")).blind("ana", "name")


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        ("", INDEX),
        ("k1", INDEX),
        ("k1:short", INDEX),
        (f"K1:{OLD}", INDEX),
        (f"k1:{OLD},k1:{NEW}", INDEX),
        (f"k1:{OLD}", ""),
    ],
)
def test_a_wrong_key_is_refused_without_being_shown(keys: str, index: str) -> None:
    with pytest.raises(ValueError) as caught:
        ring(keys, index)
    assert OLD not in str(caught.value)


def test_a_ring_does_not_print_its_keys() -> None:
    assert OLD not in repr(ring())
