"""From a need to a shortlist, side by side, and a packet to take home; and coming back to the need."""

import re
from datetime import timedelta

import pytest

from core import clock
from patients import packets
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.functional.staff.test_patients import added
from tests.support.statements import counted
from web.staff.working import choosing

ADDRESS = re.compile(r'<p class="address">http[^<]*?(/(?:es/)?p/[\w-]{43})</p>')


def looking(browser: Browser, **known: str) -> str:
    """A patient with a need for an evening clinic, being searched for; the need's page."""
    record = added(browser, postal_code="27701", **known)
    browser.open(f"{record}/needs/new")
    need = came_to(browser.send(f"{record}/needs/new", category="evening-clinic")).split("?")[0]
    browser.open(need)
    came_to(browser.send(f"{record}/find", need=need.rsplit("/", 1)[1]))
    return need


def set_aside(browser: Browser, need: str, number: int) -> list[str]:
    """Puts the first services found on the shortlist; their units."""
    page = browser.open("/staff/find").text
    units = list(dict.fromkeys(re.findall(r'id="s-([\w-]+)"', page)))[:number]
    for unit in units:
        led = came_to(browser.send(f"{need}/shortlist", unit=unit, do="add"))
        assert led.startswith("/staff/find") and led.endswith(f"#s-{unit}")
    return units


def test_what_is_found_goes_on_the_shortlist_and_off_again(stocked: Staffed) -> None:
    browser = Browser(stocked)
    need = looking(browser)
    units = set_aside(browser, need, 2)
    page = browser.open("/staff/find").text
    assert page.count("aside-on") == 2 and "data-save=" not in page
    assert "The shortlist (2)" in text_of(page)
    page = browser.open(f"/staff/services/{units[0]}").text
    assert "On the shortlist" in text_of(page)
    came_to(browser.send(f"{need}/shortlist", unit=units[0], do="remove"))
    words = text_of(browser.open(f"{need}/shortlist").text)
    assert words.count("Take it off") == 1 and "Compare up to 4" in words
    came_to(browser.send(f"{need}/shortlist", do="remove", unit=""))
    assert "Nothing is set aside" in text_of(browser.open(f"{need}/shortlist").text)


def test_without_a_need_at_hand_nothing_can_be_set_aside(stocked: Staffed) -> None:
    page = Browser(stocked).open("/staff/find?category=evening-clinic").text
    assert "data-shortlist" not in page


def test_services_stand_side_by_side_as_this_patient_meets_them(
    stocked: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, counts = Browser(stocked), []
    need = looking(browser)
    for number in (1, 2):
        units = set_aside(browser, need, number)
        with counted() as sent:
            page = browser.open(f"{need}/compare").text
        counts.append(len([text for text in sent if not text.startswith("PRAGMA")]))
        assert page.count("<article") == number
    assert counts[0] == counts[1], counts
    words = text_of(page)
    for row in ("Wait it promises", "How far", "Papers it asks for", "Cost", "Takes requests"):
        assert words.count(row) == 2
    assert "the patient's hours are not known" in words
    assert "about 6 days (asked February 20, 2026)" in words
    assert "from the middle of 27701" in words
    one = browser.open(f"{need}/compare?unit={units[1]}").text
    assert one.count("<article") == 1 and units[1] in one
    monkeypatch.setattr(choosing, "SIDE_BY_SIDE", 1)
    page = browser.open(f"{need}/compare").text
    assert page.count("<article") == 1 and "1 more is on the shortlist" in text_of(page)


def test_a_packet_is_printed_in_the_patients_language_and_opened_on_a_phone(
    stocked: Staffed,
) -> None:
    browser = Browser(stocked)
    need = looking(browser, **{"language-0": "es"})
    units = set_aside(browser, need, 2)
    page = browser.open(f"{need}/packets").text
    assert '<option value="es" selected>' in page
    refused = browser.send(f"{need}/packets", language="es")
    assert refused.status_code == 400 and "Choose 1 to 12 services." in refused.text
    sheet = came_to(browser.send(f"{need}/packets", unit=units, language="es"))
    paper = browser.open(sheet).text
    assert '<html lang="es"' in paper and "Lugares que pueden ayudar" in paper
    assert "Montero" not in paper and 'class="qr"' in paper
    found = ADDRESS.search(paper)
    assert found is not None and found[1].startswith("/es/p/")

    stocked.client.cookies.clear()
    answer = stocked.client.get(found[1])
    assert answer.status_code == 200 and "Lugares que pueden ayudar" in answer.text
    assert answer.text.count("<article") == 2 and 'href="tel:' in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"] and "set-cookie" not in answer.headers
    for private in ("Montero", need.rsplit("/", 1)[1]):
        assert private not in answer.text
    english = stocked.client.get(found[1].removeprefix("/es"))
    assert "Places that may help" in english.text

    browser.open(f"{need}/packets")
    assert came_to(browser.send(f"{sheet}/revoke")).startswith(f"{need}/packets")
    assert stocked.client.get(found[1]).status_code == 404
    assert browser.open(sheet).status_code == 404
    assert "its page is over" in text_of(browser.open(f"{need}/packets").text)
    with stocked.client.app.state.database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT action FROM audit_event").scalars()
        assert {"packet.make", "packet.revoke", "need.shortlist"} <= set(rows)
        stored = session.connection().exec_driver_sql("SELECT * FROM packet").all()
        assert found[1].rsplit("/", 1)[1] not in str(stored)


def test_a_packet_ends_by_itself(stocked: Staffed) -> None:
    browser = Browser(stocked)
    need = looking(browser)
    units = set_aside(browser, need, 1)
    browser.open(f"{need}/packets")
    paper = browser.open(came_to(browser.send(f"{need}/packets", unit=units))).text
    found = ADDRESS.search(paper)
    assert found is not None
    stocked.client.cookies.clear()
    assert stocked.client.get(found[1]).status_code == 200
    with clock.frozen(clock.now() + packets.LIFETIME + timedelta(minutes=1)):
        assert stocked.client.get(found[1]).status_code == 404
    assert stocked.client.get("/p/nothing").status_code == 404


def test_a_day_and_a_watch_bring_a_need_back(staffed: Staffed) -> None:
    browser = Browser(staffed)
    need = f"/staff/needs/{staffed.town.ids['need_id']}"
    browser.open(need)
    wrong = browser.send(f"{need}/contact-day", contact_on="soon")
    assert wrong.status_code == 400 and 'value="soon"' in wrong.text
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    came_to(browser.send(f"{need}/contact-day", contact_on=tomorrow))
    assert f'value="{tomorrow}"' in browser.open(need).text
    assert "Nothing is due." in text_of(browser.open("/staff").text)
    browser.open(need)
    came_to(browser.send(f"{need}/contact-day", contact_on="2026-01-02"))
    assert "You wanted to get in touch" in text_of(browser.open("/staff").text)
    browser.open(need)
    came_to(browser.send(f"{need}/watch", watch="on"))
    assert "You watch this need" in text_of(browser.open(need).text)
    assert came_to(browser.send(f"{need}/watch", watch="seen", back="/staff")) == "/staff"
    came_to(browser.send(f"{need}/watch", watch="off"))
    assert "You watch this need" not in text_of(browser.open(need).text)
