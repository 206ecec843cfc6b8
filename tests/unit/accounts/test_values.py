"""Addresses and passwords."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from hypothesis import given
from hypothesis import strategies as st

from accounts import passwords
from accounts.emails import normalise
from core.errors import Invalid


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana@Example.ORG ", "ana@example.org"),
        ("ａｎａ@example.org", "ana@example.org"),
    ],
)
def test_one_spelling_per_mailbox(written: str, kept: str) -> None:
    assert normalise(written) == kept


@pytest.mark.parametrize(
    "wrong",
    ["", "ana", "@example.org", "ana@", "ana@example", "a b@example.org", "аna@example.org",
     "ana@exa\u202emple.org", "a" * 65 + "@example.org", "a@" + "b" * 300 + ".org", "ana@x.org\n,b@y.org"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid) as caught:
        normalise(wrong)
    assert caught.value.parameter == "email"


@given(st.text())
def test_any_text_is_either_normalised_or_refused(text: str) -> None:
    try:
        kept = normalise(text)
    except Invalid:
        return
    assert normalise(kept) == kept


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "a" * 300,
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "abcdefghijklmnop",
        "qwertyuiop123456",
        "P@ssw0rd12345",
        "passwordpassword1",
        "anamaria-example1",
        "handrail12345678",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.check_strength(weak, ("Ana Maria", "ana@example.org"))
    assert caught.value.parameter == "password"


@pytest.mark.parametrize(
    "strong",
    ["river lantern orchid", "tres gatos en la cocina", "x7#Kq9!vLm2$", "corazón-marea-lluvia"],
)
def test_three_unrelated_words_are_strong(strong: str) -> None:
    passwords.check_strength(strong, ("Ana Maria", "ana@example.org"))


def test_a_hash_verifies_only_its_password() -> None:
    stored = passwords.hashed("river lantern orchid")
    assert passwords.verify(stored, "river lantern orchid")
    assert not passwords.verify(stored, "river lantern orchis")
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("no hash at all", "river lantern orchid")
    assert "river" not in stored


def test_where_nothing_is_stored_as_much_is_computed() -> None:
    nobodys = passwords._nobodys()
    assert extract_parameters(nobodys) == extract_parameters(passwords.hashed("river lantern"))
    with pytest.raises(VerifyMismatchError):  # it was compared, not refused for its form
        passwords._hasher.verify(nobodys, "river lantern orchid")


def test_a_hash_costs_whoever_steals_it_64_mib_and_three_rounds_a_guess(
    slow_hasher: PasswordHasher,
) -> None:
    assert slow_hasher.memory_cost >= 65_536  # KiB
    assert slow_hasher.time_cost >= 3
    assert slow_hasher.hash("river lantern orchid").startswith("$argon2id$")


def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    assert passwords.verify(
        passwords.hashed("corazo\u0301n de la marea"), "coraz\u00f3n de la marea"
    )
