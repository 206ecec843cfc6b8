"""A card is drawn once for all who see the same, and never shown for something else."""

from datetime import UTC, datetime, timedelta
from typing import Any

from directory.geocode import Place
from directory.hours import Hours, Rule, Window
from search.query import Hit
from tests.contract.documents import make_document
from web.cards import Asked, card_html
from web.i18n import language

NOON = datetime(2026, 3, 3, 17, tzinfo=UTC)  # a Tuesday, 12:00 in North Carolina
ZIP = Place("27701", "zip", 35.99, -78.9)
DAYS = Hours(rules=(Rule(byday="TU", opens_at=NOON.time().replace(8), closes_at=None),)).key()


def asked(**changes: Any) -> Asked:
    values: dict[str, Any] = {
        "say": language("en"),
        "now": NOON,
        "services": "/services",
        "origin": ZIP,
    }
    return Asked(**{**values, **changes})


def hit(distance_m: float | None = 5_000, **fields: Any) -> Hit:
    fields.setdefault("hash", "a1")
    return Hit("one", make_document("one", **fields), distance_m)


def test_what_a_card_says_depends_on_the_reader_the_minute_the_place_and_the_content() -> None:
    seen = [
        card_html(hit(), asked()),
        card_html(hit(), asked(say=language("es"))),
        card_html(hit(distance_m=20_000), asked()),
        card_html(hit(distance_m=None), asked()),
        card_html(hit(name="Other name", hash="b2"), asked()),
        card_html(hit(), asked(services="/es/services")),
    ]
    assert len(set(seen)) == len(seen)
    opens = Hours(rules=(Rule(byday="TU", opens_at=NOON.time().replace(13), closes_at=None),))
    known: dict[str, Any] = {"hours": opens.key(), "hash": "c3"}
    later = NOON + timedelta(days=1)
    assert card_html(hit(**known), asked()) != card_html(hit(**known), asked(now=later))
    window = (Window(1, 780, 840),)
    lit = Hours(rules=(Rule(byday="TU", opens_at=NOON.time().replace(9), closes_at=NOON.time()),))
    open_then: dict[str, Any] = {"hours": lit.key(), "hash": "d4"}
    plain, asked_for = asked(), asked(windows=window)
    assert card_html(hit(**open_then), plain) != card_html(hit(**open_then), asked_for)


def test_the_way_back_is_each_readers_own() -> None:
    one = card_html(hit(), asked(back="?q=a&near=27701"))
    other = card_html(hit(), asked(back=""))
    assert 'href="/services/one?q=a&amp;near=27701"' in one
    assert 'href="/services/one"' in other
    assert "back" not in one + other


def test_a_document_without_a_hash_is_drawn_each_time() -> None:
    assert "First" in card_html(hit(name="First", hash=""), asked())
    assert "Second" in card_html(hit(name="Second", hash=""), asked())


def test_what_others_wrote_is_text_and_not_markup() -> None:
    html = card_html(hit(name="<script>x</script>", summary='"><b>', hash="e5"), asked())
    assert "<script>" not in html and "<b>" not in html
