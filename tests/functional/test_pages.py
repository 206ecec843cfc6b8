"""Start and results: what people see, what links keep, and what wrong input leads to."""

import re

import pytest

from tests.functional.conftest import Client
from tests.functional.pages import links_of, site, text_of
from tests.support.engines import CannedEngine

__all__ = ["site"]
CATEGORIES = ["transport", "respite", "food", "pharmacy", "evening-clinic"]


def test_the_start_page_offers_five_categories_and_one_search(site: Client) -> None:
    html = site.get("/").text
    assert re.findall(r'name="category" value="([a-z-]+)"', html) == CATEGORIES
    assert 'name="q"' in html and 'name="near"' in html and 'name="when"' in html
    assert "1 open now" in text_of(html)  # the clinic, on a Tuesday evening


def test_a_card_says_what_a_patient_needs(site: Client) -> None:
    words = text_of(
        site.get("/search", params={"near": "27701", "category": "evening-clinic"}).text
    )
    assert "2 services near 27701" in words
    assert "Evening clinic" in words and "Eno River Helpers" in words
    assert "Open until 9 p.m." in words
    assert "less than a mile from the middle of 27701" in words
    assert "Sliding scale by income" in words
    assert "Spanish" in words
    assert "about 6 days (asked February 20, 2026)" in words
    assert "Checked February 20, 2026" in words
    assert "Mon–Thu 5–9 p.m." in words


def test_a_phone_number_is_a_labelled_link(site: Client) -> None:
    html = site.get("/search", params={"category": "evening-clinic"}).text
    links = links_of(html)
    assert links["919-555-0100 Appointments"] == "tel:+19195550100"


def test_unknown_hours_are_neither_open_nor_closed(site: Client) -> None:
    words = text_of(site.get("/search", params={"q": "ride line"}).text)
    assert "Hours unknown – call" in words
    assert "By phone" in words
    assert "Closed" not in words


def test_what_is_confidential_or_internal_is_not_found(site: Client) -> None:
    words = text_of(site.get("/search").text)
    assert "Evening clinic" in words
    assert "Safe house" not in words and "Case conference" not in words


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ({"when": "now"}, 1),
        ({"when": "evening"}, 1),
        ({"when": "saturday"}, 0),
        ({"when": "choose", "day": "tue", "from": "19:00"}, 1),
        ({"when": "choose", "day": "tue", "from": "9 am", "to": "noonish"}, None),
        ({"when": "choose", "day": "fri", "from": "19:00"}, 0),
        ({"when": "choose"}, 2),
        ({"when": ""}, 2),
    ],
)
def test_the_time_somebody_can_go_narrows_the_list(
    site: Client, when: dict[str, str], found: int | None
) -> None:
    answer = site.get("/search", params={"near": "27701", "category": "evening-clinic", **when})
    assert answer.status_code == (400 if found is None else 200)
    if found is not None:
        heading = "No services match" if not found else f"{found} service"
        assert heading in text_of(answer.text)


def test_each_filter_is_a_chip_that_takes_it_away(site: Client) -> None:
    chosen = {"near": "27701", "category": "evening-clinic", "language": "es", "when": "evening"}
    links = links_of(site.get("/search", params=chosen).text)
    assert links["Remove: Spanish"] == "/search?near=27701&when=evening&category=evening-clinic"
    assert links["Remove: Evenings, after 6"] == (
        "/search?near=27701&category=evening-clinic&language=es"
    )
    assert links["Remove all"] == "/search?near=27701"


def test_boxes_show_counts_and_what_is_ticked(site: Client) -> None:
    html = site.get("/search", params={"language": "es"}).text
    box = re.search(
        r'name="language" value="es" checked>\s*<span>Spanish</span>(.*?)</label>', html
    )
    assert box and text_of(box[1]) == "2"
    assert re.search(r'name="category" value="evening-clinic">', html)


def test_kinds_are_offered_once_a_category_is_chosen(site: Client) -> None:
    assert 'name="kind"' not in site.get("/search").text
    answer = site.get("/search", params={"category": "evening-clinic", "kind": "primary-care"})
    assert 'name="kind" value="primary-care" checked' in answer.text


def test_an_empty_list_says_what_each_thing_chosen_keeps_out(site: Client) -> None:
    html = site.get(
        "/search", params={"near": "27701", "category": "evening-clinic", "when": "saturday"}
    ).text
    assert "No services match all of this" in text_of(html)
    assert "Why others are not shown" in text_of(html)
    href = links_of(html)["Closed at the times you chose (2)"]
    assert href == "/search?near=27701&category=evening-clinic"
    assert "2 services near 27701" in text_of(site.get(href).text)


def test_a_short_list_says_what_keeps_others_out(site: Client) -> None:
    html = site.get("/search", params={"category": "transport"}).text
    assert "1 service" in text_of(html)
    href = links_of(html)["Another kind of help (2)"]
    assert "3 services" in text_of(site.get(href).text)
    assert "Why others are not shown" not in text_of(site.get("/search").text)
    spanish = links_of(site.get("/es/search", params={"category": "transport"}).text)
    assert spanish["Otro tipo de ayuda (2)"] == "/es/search"


def test_free_time_is_kept_shown_and_matched(site: Client) -> None:
    html = site.get("/search", params={"free": "mon,tue 19:00-23:00", "q": "clinic"}).text
    assert "Next time that suits Tuesday, March 3, 7 – 9 p.m." in text_of(html)
    assert links_of(html)["Remove: Free: Mon, Tue 7–11 p.m."] == "/search?q=clinic"
    assert '<input type="hidden" name="free" value="mon,tue 19:00-23:00">' in html
    busy = site.get("/search", params={"blocked": "daily 07:00-21:30"}).text
    assert "Closed when you are free (3)" in links_of(busy)


def test_the_list_can_be_sorted_and_the_order_kept(site: Client) -> None:
    html = site.get("/search", params={"near": "27701", "sort": "distance"}).text
    assert '<span aria-current="true">Nearest</span>' in html
    assert '<input type="hidden" name="sort" value="distance">' in html
    assert links_of(html)["Soonest"] == "/search?near=27701&sort=soonest"
    assert "Nearest" not in text_of(site.get("/search").text)


def test_a_page_past_the_end_says_so(site: Client) -> None:
    answer = site.get("/search", params={"page": "40"})
    assert answer.status_code == 200
    assert "The list ends before this page." in text_of(answer.text)


def test_wrong_fields_are_named_and_what_was_typed_is_kept(site: Client) -> None:
    answer = site.get(
        "/search", params={"q": "clinic", "near": "Durhem, NC", "language": "es", "when": "now"}
    )
    words = text_of(answer.text)
    assert answer.status_code == 400
    assert "We do not know the place “Durhem, NC”." in words
    assert 'value="Durhem, NC"' in answer.text and 'value="clinic"' in answer.text
    assert '<option value="now" selected>' in answer.text
    assert '<input type="hidden" name="language" value="es">' in answer.text
    assert 'aria-invalid="true" aria-describedby="near-wrong"' in answer.text
    assert "near=Durham%2C+NC" in links_of(answer.text)["Durham, NC, Durham County"]


BAD = {
    "unknown ZIP": {"near": "00000"},
    "ZIP without end": {"near": "2770"},
    "radius below zero": {"near": "27701", "within": "-1"},
    "radius 10⁹": {"near": "27701", "within": "1000000000"},
    "latitude 200": {"near": "200,0"},
    "page 10⁶": {"page": "1000000"},
    "page zero": {"page": "0"},
    "page in words": {"page": "two"},
    "q of 10 kB": {"q": "a" * 10_000},
    "wildcard": {"q": "*%_?"},
    "yesterday-ish": {"when": "yesterday-ish"},
    "time": {"when": "choose", "from": "25:99"},
    "day": {"when": "choose", "day": "someday"},
    "category": {"category": "unicorns"},
    "language": {"language": "<script>"},
    "cost": {"cost": "'; DROP TABLE service; --"},
    "many languages": {"language": ",".join(f"l{n}" for n in range(90))},
    "sort": {"sort": "price"},
    "referrals": {"accepts_referrals": "maybe"},
}
HARMLESS = {
    "emoji": {"q": "🍎🥖 clínica"},
    "control characters": {"q": "clinic\x00\x1b[31m\u202e"},
    "SQL": {"q": "' OR 1=1; --"},
    "wildcard among words": {"q": "clinic* %_?"},
    "markup": {"q": "<b>clinic</b>\"'"},
    "per_page": {"per_page": "5000"},
    "unknown field": {"colour": "red"},
    "sort without place": {"sort": "distance"},
    "distance without place": {"within": "5"},
}


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize("name", BAD)
def test_bad_input_shows_the_form_again(site: Client, name: str, language: str) -> None:
    answer = site.get(f"{language}/search", params=BAD[name])
    assert answer.status_code == 400, text_of(answer.text)
    assert 'role="alert"' in answer.text and 'id="find"' in answer.text
    assert "<script>" not in answer.text.split("</head>")[1]


@pytest.mark.parametrize("name", HARMLESS)
def test_odd_input_does_no_harm(site: Client, name: str) -> None:
    answer = site.get("/search", params=HARMLESS[name])
    assert answer.status_code == 200, text_of(answer.text)
    assert "<b>clinic" not in answer.text


@pytest.mark.parametrize("query", ["q=%ff%fe", "near=%00", "=x", "&&&", "q", "q=%", "%5B%5D=1"])
def test_a_broken_address_is_not_our_error(site: Client, query: str) -> None:
    assert site.get(f"/search?{query}").status_code in (200, 400)


def test_a_search_engine_that_is_down_is_said_and_the_start_page_stands(
    client: Client, canned: CannedEngine
) -> None:
    canned.down = True
    answer = client.get("/search", params={"q": "clinic"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "7"
    assert "Try again in a minute." in text_of(answer.text)
    assert links_of(answer.text)["Try again"] == "/search?q=clinic"
    assert client.get("/").status_code == 200


def test_an_error_of_ours_is_plain_and_tells_nothing(client: Client, canned: CannedEngine) -> None:
    def broken(query: object) -> None:
        raise RuntimeError("secret")

    canned.search = broken  # type: ignore[assignment,method-assign]
    answer = client.get("/es/search")
    assert answer.status_code == 500
    assert "Algo falló de nuestro lado" in text_of(answer.text)
    assert "secret" not in answer.text


def test_a_page_that_is_not_there_is_a_page(site: Client) -> None:
    for path, words in (("/nope", "This page is not here"), ("/es/nope", "Esta página no está")):
        answer = site.get(path)
        assert answer.status_code == 404
        assert words in text_of(answer.text)


def test_words_that_nothing_has_are_named(site: Client) -> None:
    html = site.get("/search", params={"q": "evening clinic unicorns"}).text
    assert "Nothing has all of your words. Not looked for: “unicorns”." in text_of(html)
    assert "2 services" in text_of(html)
    spanish = text_of(site.get("/es/search", params={"q": "clinica unicornios"}).text)
    assert "No se buscó: «unicornios»." in spanish
    assert "Not looked for" not in text_of(site.get("/search", params={"q": "clinic"}).text)
