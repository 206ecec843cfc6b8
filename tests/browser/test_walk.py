"""The main job, as a person does it: somebody who is free on Tuesday at seven, and speaks Spanish."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open, picture


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_from_a_need_to_a_page_on_paper(open_page: Open, width: int, javascript: bool) -> None:
    page = open_page("/", width, javascript=javascript)
    kind = f"{width}-{'js' if javascript else 'nojs'}"
    page.get_by_label("What do you need?").fill("evening clinic")
    page.get_by_label("Where are you?").fill("27701")
    page.get_by_label("When can you go?").select_option(label="A time I choose…")
    page.get_by_label("Day").select_option(label="Tuesday")
    page.get_by_label("From").fill("19:00")
    picture(page, f"walk-1-asked-{kind}")
    page.get_by_role("button", name="Find help").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"^\d+ services near 27701$")
    )
    everybody = how_many(page)
    narrow_to_spanish(page, width)
    assert 0 < how_many(page) < everybody
    chips = page.get_by_role("list", name="Chosen")
    expect(chips.get_by_role("link")).to_have_text(
        [re.compile("Tuesday at 7.p.m."), re.compile("Spanish"), "Remove all"]
    )
    first = page.locator(".result").first
    expect(first).to_contain_text("Spanish")
    expect(first).to_contain_text("from the middle of 27701")
    expect(first.locator('a[href^="tel:"]').first).to_be_visible()
    picture(page, f"walk-2-found-{kind}")

    name = first.get_by_role("heading", level=2).inner_text()
    first.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    tuesday = page.get_by_role("row", name=re.compile("^Tuesday"))
    expect(tuesday).to_contain_text("p.m.")
    picture(page, f"walk-3-detail-{kind}")

    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("row", name=re.compile("^Martes"))).to_be_visible()
    page.get_by_role("link", name="Página para imprimir").click()
    expect(page.get_by_text(re.compile("^Impreso el"))).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.get_by_text(re.compile("919-555-01"))).to_be_visible()
    picture(page, f"walk-4-paper-{kind}")
    page.emulate_media(media="screen")

    page.get_by_role("link", name="Volver a este servicio").click()
    page.get_by_role("link", name="Volver a la lista").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"servicios? cerca de 27701")
    )


def how_many(page: Page) -> int:
    return int(page.get_by_role("heading", level=1).inner_text().split()[0])


def narrow_to_spanish(page: Page, width: int) -> None:
    """On a small screen the boxes are one step away."""
    if width == NARROW:
        expect(page.get_by_role("checkbox", name=re.compile("^Spanish"))).to_be_hidden()
        page.get_by_role("link", name="Narrow the list").click()
    page.get_by_role("checkbox", name=re.compile("^Spanish")).check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("list", name="Chosen")).to_contain_text("Spanish")


def test_a_sign_leads_to_its_services_and_takes_the_place_along(open_page: Open) -> None:
    page = open_page("/", javascript=False)
    page.get_by_label("Where are you?").fill("27701")
    page.get_by_role("button", name=re.compile("^Food")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("services near 27701"))
    assert "category=food" in page.url


def test_a_filter_is_taken_away_by_its_chip(open_page: Open) -> None:
    page = open_page("/search?near=27701&category=food&language=es", javascript=False)
    before = how_many(page)
    page.get_by_role("link", name="Remove: Spanish").click()
    assert how_many(page) > before
    assert "language" not in page.url


def test_an_empty_list_offers_a_step_that_finds_something(open_page: Open) -> None:
    page = open_page(
        "/search?q=evening+clinic&near=27701&language=hi&when=sunday&cost=donation",
        javascript=False,
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("No services match all of this")
    step = page.locator("main .chips .button").first
    promised = int(re.findall(r": ([\d,]+) service", step.inner_text())[0])
    step.click()
    assert how_many(page) == promised > 0


def test_a_typing_mistake_is_named_kept_and_helped(open_page: Open) -> None:
    page = open_page("/", javascript=False)
    page.get_by_label("What do you need?").fill("food")
    page.get_by_label("Where are you?").fill("Durhem, NC")
    page.get_by_role("button", name="Find help").click()
    expect(page.get_by_role("alert")).to_contain_text("We do not know the place “Durhem, NC”.")
    expect(page.get_by_label("Where are you?")).to_have_value("Durhem, NC")
    expect(page.get_by_label("What do you need?")).to_have_value("food")
    page.get_by_role("link", name=re.compile("^Durham, NC")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("near Durham, NC"))


def test_enter_in_a_text_field_searches_and_chooses_no_sign(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_label("What do you need?").fill("clinic")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert "category" not in page.url
