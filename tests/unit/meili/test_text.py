"""What is sent to Meilisearch for what somebody typed."""

import pytest

from search.meili.stored import FIRST_WORD, UNKNOWN_HOURS, plain, stored
from search.meili.text import query_text, synonym_settings
from tests.contract.documents import make_document


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("", ""),
        ("🙂", ""),
        ("Food", "food"),
        ("the clinic", "clinic"),
        ("the who", "the. who"),
        ('-food "x"', "food. x"),  # neither a word to leave out nor a phrase
        ("wheelchair clinic", "wheelchair. clinic"),  # not one word wheelchairclinic
        ("food bank", "food bank"),  # a known phrase stays together
        ("ride to dialysis", "ride dialysis"),
        ("someone to watch", "someonetowatch"),  # of which one word counts
        ("non emergency medical transportation", "nonemergencymedicaltransportation"),
    ],
)
def test_what_is_sent(typed, sent):
    assert query_text(typed) == sent


def test_everything_that_is_sent_for_a_phrase_has_its_synonyms():
    settings = synonym_settings()
    assert "despensa" in settings["food bank"]
    assert "dialysis ride" in settings["ride dialysis"]
    assert {"watch", "respite"} <= set(settings["someonetowatch"])
    assert "watch" not in settings  # alone it means many things


def test_words_stand_behind_one_that_no_text_has():
    found = stored(make_document("a", name="Niñez", keywords=["Día", "niñez"], city="Durham"))
    assert found["title"] == f"{FIRST_WORD} ninez dia"
    assert found["body"] == f"{FIRST_WORD} ninez dia plain organization durham"
    assert query_text(FIRST_WORD) == ""


def test_what_is_unknown_is_stored_so_that_it_can_be_filtered():
    found = stored(make_document("a"))
    assert (found["pattern"], found["age_from"], found["age_to"]) == (UNKNOWN_HOURS, 0, 999)
    assert found["assured_day"] is None
    assert "_geo" not in found


def test_a_document_comes_back_without_what_was_added():
    document = make_document("a", lat=1.0, lng=2.0, minimum_age=3)
    assert plain(stored(document)) == document


def test_a_document_of_an_index_made_before_a_field_was_still_comes_back():
    fields = stored(make_document("a"))
    del fields["context"]
    assert plain(fields)["name"] == "Plain service"
