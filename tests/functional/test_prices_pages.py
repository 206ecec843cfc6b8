"""The pages of prices: the question first, then the trade-off, the call, the record, the history."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest

from core.clock import frozen
from core.db import Database
from core.settings import Settings
from tests.functional.conftest import Client
from tests.functional.pages import links_of, text_of
from tests.support.network_town import settle, signed_in
from tests.support.pharmacies import METFORMIN, TODAY, open_town, price

NOW = datetime.combine(TODAY, time(17), UTC)
ASKED = "/prices?drug=metformin+500+mg+regular&quantity=60&near=27701"


@pytest.fixture
def town(sqlite_database: Database, start: Callable[..., Client]) -> Iterator[Client]:
    with frozen(NOW):
        with sqlite_database.write() as session:
            open_town(session)
            price(session, 9)
            price(session, 4, location_id="far")
            price(session, 3, program_id="post", shipping=5)
            price(session, 2, location_id="mid", program_id="club")
            price(session, 1, location_id="mid", age=61)
            price(session, 12, quantity=180)
        yield start(sqlite_database.url)


@pytest.fixture
def people(town: Client, sqlite_database: Database, settings: Settings) -> dict[str, Any]:
    with sqlite_database.write() as session:
        found = settle(session, settings).people
        return {name: signed_in(session, settings, one.user) for name, one in found.items()}


def test_the_trade_off_is_drawn_and_said_in_a_table(town: Client) -> None:
    answer = town.get(ASKED)
    text = text_of(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "4 prices near 27701" in text
    assert '<svg class="plot tradeoff"' in answer.text
    assert "$4.00 about 9 miles Far Pharmacy (1)" in text
    assert "$8.00 by mail in about 5 days By mail (2)" in text
    assert "medicine $3.00 shipping $5.00" in text
    assert "medicine $2.00 membership $20.00" in text
    assert "open in the evening" in text  # only "mid" is
    assert "It is too old to be sure of. (1)" in text
    assert "Other pack sizes" in text and "180" in text
    assert "none of them sees the rest" in text


def test_a_membership_held_is_not_paid_again(town: Client) -> None:
    text = text_of(town.get(f"{ASKED}&held=club").text)
    assert "$2.00 about 2 miles Mid Pharmacy (1)" in text


def test_two_releases_are_asked_about_and_the_answer_leads_on(town: Client) -> None:
    answer = town.get("/prices?drug=metformin+500&quantity=60&near=27701")
    assert "Is it regular or extended release?" in text_of(answer.text)
    links = links_of(answer.text)
    chosen = links["metformin 500 mg tablet, regular (immediate release): 60"]
    assert "4 prices near 27701" in text_of(town.get(chosen).text)


def test_a_quantity_is_asked_for(town: Client) -> None:
    answer = town.get("/prices?drug=metformin+500+mg+regular")
    text = text_of(answer.text)
    assert "How many do you get?" in text
    assert {"60", "180"} <= {words.rpartition(" ")[2] for words in links_of(answer.text)}


WRONG = {
    "drug=unobtainium&quantity=60": "We know no medicine called “unobtainium”",
    "drug=&quantity=60": "Say which medicine",
    "drug=metformin+er&quantity=0": "Type how many",
    "drug=metformin+er&quantity=1000000000": "Type how many",
    "drug=metformin+er&quantity=60+ml": "not counted in that unit",
    "drug=metformin+er&quantity=60&near=nowhereville+zz": "We do not know the place",
    "drug=metformin+er&quantity=60&within=7": "one of the distances",
}


def test_what_is_wrong_is_said_at_its_field_and_kept(town: Client) -> None:
    for query, said in WRONG.items():
        answer = town.get(f"/prices?{query}")
        assert answer.status_code == 400, query
        assert said in text_of(answer.text)


def test_no_price_is_said_so(town: Client) -> None:
    text = text_of(town.get("/prices?drug=tramadol+50+mg&quantity=30&near=27701").text)
    assert "No price that is still good" in text
    assert "This is a controlled medicine" in text


def test_spanish_readers_get_the_call_in_both_languages(town: Client) -> None:
    page = town.get(f"/es{ASKED}").text
    assert "4 precios cerca de 27701" in text_of(page)
    href = next(href for href in links_of(page).values() if "/prices/call" in href)
    text = text_of(town.get(href).text)
    assert "¿Cuál es su precio en efectivo" in text
    assert "What is your cash price, without insurance, for metformin 500 mg tablet" in text


def test_a_call_to_nobody_is_not_found(town: Client) -> None:
    for query in ("", "?drug=x&place=near&quantity=60",
                  f"?drug={METFORMIN.id}&place=nowhere&quantity=60",
                  f"?drug={METFORMIN.id}&place=near&quantity=0"):  # fmt: skip
        assert town.get(f"/prices/call{query}").status_code == 404
    assert town.get("/prices/history/nothing").status_code == 404


def test_history_is_drawn_and_listed(town: Client) -> None:
    answer = town.get(f"/prices/history/{METFORMIN.id}?quantity=60")
    text = text_of(answer.text)
    assert '<svg class="plot history-plot"' in answer.text
    assert "November 19, 2026 $4.00 Far Pharmacy Cash price told by telephone" in text


def _record(client: Client, headers: dict[str, str], **values: str) -> Any:
    form = {"drug": METFORMIN.id, "quantity": "60", "place": "mid", "near": "27701"} | values
    token = headers["x-csrf-token"]
    return client.post(
        "/staff/prices/record",
        data={**form, "csrf_token": token},
        headers={"cookie": headers["cookie"]},
        follow_redirects=False,
    )


def test_a_price_is_recorded_in_two_taps_and_changes_the_ranking(
    town: Client, people: dict[str, Any]
) -> None:
    who = people["clinic.coordinator"]
    script = town.get(f"/prices/call?drug={METFORMIN.id}&quantity=60&place=mid&near=27701")
    first_tap = links_of(script.text)["Record what they said"]
    form = town.get(first_tap, headers={"cookie": who["cookie"]})
    assert "What did they say?" in text_of(form.text)
    second_tap = _record(town, who, price="$2.50")
    assert second_tap.status_code == 303
    text = text_of(town.get(second_tap.headers["location"]).text)
    assert "$2.50 about 2 miles Mid Pharmacy (1)" in text


def test_an_unlikely_price_is_asked_about_before_it_is_kept(
    town: Client, people: dict[str, Any]
) -> None:
    who = people["pantry.partner"]
    asked = _record(town, who, price="900")
    assert asked.status_code == 409
    assert "Ask once more" in text_of(asked.text)
    assert _record(town, who, price="900", confirmed="yes").status_code == 303
    assert "The price looks wrong" in text_of(town.get(ASKED).text)


def test_a_wrong_price_is_said_and_nobody_else_may_record(
    town: Client, people: dict[str, Any]
) -> None:
    wrong = _record(town, people["clinic.coordinator"], price="nine")
    assert wrong.status_code == 400
    assert "Type the price in dollars" in text_of(wrong.text)
    assert _record(town, people["clinic.curator"], price="9").status_code == 403
