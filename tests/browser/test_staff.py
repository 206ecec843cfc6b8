"""The workplace in a real browser: three records by keyboard alone, what goes wrong, no JavaScript."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    NARROW,
    PATIENCE_MS,
    Open,
    State,
    picture,
)
from tests.browser.places import overflow
from tests.browser.test_access import press, violations

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Story:
    """Somebody whose record is made: what is typed where a choice is made is its beginning."""

    name: str
    born: str
    zip: str
    days: int  # from Monday on
    hours: tuple[str, str]
    why: str
    need: str
    words: str
    partner: str
    caregiver: str = ""


STORIES = [
    Story("Nestor Paloverde", "5/2/1986", "27703", 6, ("0600AM", "0600PM"), "On the site",
          "Evening", "Blood pressure, after work", "Bellwether Night Clinic"),
    Story("Delphine Marrow", "9/30/1957", "27704", 3, ("0530AM", "1030AM"), "Dialysis",
          "Ride", "Three rides a week, with a wheelchair", "Piedmont Lark Transit"),
    Story("Winslow Harbrook", "1/17/1941", "27705", 5, ("0800AM", "0400PM"), "Day center",
          "A break", "One free afternoon a week", "Porchlight Caregiver Center", "Odile Harbrook"),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=["worker", "dialysis", "spouse"])
def test_a_record_is_made_with_the_keyboard_alone(
    open_page: Open, people: dict[str, dict[str, str]], story: Story
) -> None:
    page = open_page("/staff/patients/new")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(people["coordinator"]["email"])
    press(page, "Tab")
    page.keyboard.type(people["coordinator"]["password"])
    press(page, "Enter")  # and on to the page that was wanted
    expect(page.get_by_role("heading", level=1)).to_have_text("New patient")

    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(story.name)
    type_into(page, "Birth date", story.born)
    type_into(page, "Phone", "919-555-0101" if story.caregiver else "")
    type_into(page, "ZIP code", story.zip)
    go(page, "Add the patient", story.name)
    record = page.url.split("?")[0]
    if story.caregiver:
        add_caregiver(page, story)
    say_when(page, story)
    expect(page.locator(".ribbon .busy")).to_have_count(story.days)
    picture(page, f"staff-keyboard-{story.need.split()[0].lower()}-record")

    go(page, "New need", "New need")
    type_into(page, "What is it about?", story.need)
    if story.caregiver:
        type_into(page, "Whose need is it?", story.caregiver)
    type_into(page, "In words", story.words)
    tab_to(page, "Open the need")
    press(page, "Enter")
    expect(page.get_by_text(story.words)).to_be_visible()
    assert re.search(r"/staff/needs/[\w-]{36}\?done=added$", page.url)
    go(page, story.name, story.name)

    go(page, "New consent", "New consent")
    tab_to(page, story.partner)
    press(page, "Space")
    tab_to(page, "In words, spoken")
    press(page, "Space")
    go(page, "Record the consent", story.name)
    consents = page.get_by_role("region", name="Consents")
    expect(consents).to_contain_text(story.partner)
    picture(page, f"staff-keyboard-{story.need.split()[0].lower()}-done")
    assert page.url.split("?")[0] == record
    assert story.name not in page.url


def tab_to(page: Page, words: str, limit: int = 120) -> None:
    """Tab until what has exactly these words, those for screen readers included, has the focus."""
    told = """() => { const e = document.activeElement;
        return ((e.labels && e.labels[0]) || e).innerText.replace(/\\s+/g, ' ').trim() }"""
    for _ in range(limit):
        press(page, "Tab")
        if page.evaluate(told) == words:
            return
    raise AssertionError(f"the keyboard never reached {words!r}")


def type_into(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.type(text)


def go(page: Page, words: str, heading: str) -> None:
    """Reach a link or button by the keyboard, and press it."""
    tab_to(page, words)
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def add_caregiver(page: Page, story: Story) -> None:
    go(page, "Add somebody", "Somebody around them")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(story.caregiver)
    type_into(page, "Who they are to the patient", "Spouse")
    tab_to(page, "Cares for the patient, and may need help themselves")
    press(page, "Space")
    go(page, "Add", story.name)


def say_when(page: Page, story: Story) -> None:
    go(page, "Change : When they can go", "When they can go")
    type_into(page, "Why (kept sealed, may stay blank)", story.why)
    for _ in range(story.days):
        press(page, "Tab")
        press(page, "Space")
    type_into(page, "From", story.hours[0])
    type_into(page, "Until", story.hours[1])
    go(page, "Save", story.name)


def test_axe_finds_nothing_where_something_is_wrong_or_asked(
    open_page: Open, signed_in: dict[str, State]
) -> None:
    page = open_page("/staff/patients/new", storage_state=signed_in["coordinator"])
    page.get_by_label("Birth date").fill("soon")
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error:")
    assert page.get_by_label("Birth date").input_value() == "soon"
    picture(page, "staff-patients-new-wrong")
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link", name="Give a name").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Tomas Andamio")
    page.get_by_label("Birth date").fill("3/12/1984")
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    picture(page, "staff-patients-new-near")
    assert violations(page) == []
    page.goto("/staff/patients")
    record = page.get_by_role("link", name="Tomás Andamio").get_attribute("href") or ""
    for path, button in (("times", "Save"), ("consents/new", "Record the consent")):
        page.goto(f"{record}/{path}")
        if path == "times":
            page.get_by_label("Until").last.fill("10:00")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("alert")).to_be_focused()
        picture(page, f"staff-{path.replace('/', '-')}-wrong")
        assert violations(page) == []


def choose_language(page: Page, label: str, language: str, save: str) -> None:
    page.get_by_label(label).select_option(label=language)
    with page.expect_navigation():  # to its end: a page left too early is reported as a failure
        page.get_by_role("button", name=save, exact=True).click()


def scrolls(page: Page) -> bool:
    """Whether the page is wider than its window; scripts of tests run also where the page's do not."""
    return overflow(page) > 0


def test_a_search_for_a_patient_works_without_javascript(
    open_page: Open, signed_in: dict[str, State]
) -> None:
    page = open_page(
        "/staff/patients", NARROW, javascript=False, storage_state=signed_in["coordinator"]
    )
    page.get_by_role("link", name="Tomás Andamio").click()
    page.get_by_role("button", name="Find help for this patient").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("services near 27701"))
    before = int(page.get_by_role("heading", level=1).inner_text().split()[0])
    expect(page.locator(".result .fits").first).to_be_visible()
    picture(page, "staff-find-375-nojs", whole=False)
    page.get_by_role("button", name="Leave out: When they can go").click()
    after = int(page.get_by_role("heading", level=1).inner_text().split()[0])
    assert after > before
    assert "27701" not in page.url and "free" not in page.url
    page.locator(".result h2 a").first.click()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("button", name="Heed: When they can go")).to_be_visible()
    page.get_by_role("button", name="Search for nobody in particular").click()
    expect(page.get_by_role("button", name=re.compile("^(Heed|Leave out)"))).to_have_count(0)
