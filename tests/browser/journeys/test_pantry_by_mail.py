"""A pantry without accounts answers from a mailed link: its code, what was shared, accepted."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import update
from sqlmodel import col

from accounts.models import NetworkOrganization
from core.db import Database
from seed_data.people import network
from tests.browser.conftest import Open
from tests.browser.journeys.conftest import Admit, AtWork
from tests.browser.journeys.walking import Walk, said_by
from tests.support.correspondence import TOKEN, daytime
from tests.support.post_office import text_of

PANTRY, MAILBOX = "Sweetgum Community Pantry", "referrals@sweetgum.example.org"
PATIENCE_S = 60


def test_a_pantry_accepts_from_a_mailed_link(
    open_page: Open, at_work: AtWork, admit: Admit, demonstration: tuple[str, Path]
) -> None:
    site, home = demonstration
    let_it_be_day(home)
    mails = Mails(home / "mail")
    _, need = admit("Rosalind Teaberry", "food", "Nothing since Friday")
    asks = at_work("coordinator@loblolly", f"/staff/needs/{need}", "pantry-asked")
    asks.enter("Find help for this need", "near 27701")
    asks.page.goto(f"{asks.page.url}&q=sweetgum")
    result = asks.page.locator(".result", has_text=PANTRY).first
    asks.enter(said_by(result.locator("a.refer")), "^Refer: ")
    asks.toggle("In words, spoken")
    asks.enter("Send", ".")

    token = mails.next(TOKEN)
    walk = Walk(open_page(f"/respond/{token}"), "pantry")
    page = walk.page
    expect(page.get_by_text("You need no account.")).to_be_visible()
    assert "Teaberry" not in page.content()
    walk.station("1-door")
    walk.enter("Send the code", "A referral waits for your organization")
    code = mails.next(re.compile(r"\d{4} \d{4}"))
    walk.station("2-code")
    walk.page.goto(f"{site}/respond/{token}")
    walk.fill("Code from the mail", code)
    walk.press_enter("waits for an answer")
    expect(page.get_by_text("Rosalind Teaberry")).to_be_visible()
    walk.station("3-asked")
    walk.enter("Accept", "Accepted")
    expect(page.get_by_role("status")).to_contain_text("Accepted.")
    walk.station("4-accepted")
    asks.page.reload()
    expect(asks.page.locator(".line-facts").first).to_contain_text("Waiting for an appointment")


def let_it_be_day(home: Path) -> None:
    """Give the pantry a time zone in which mails may arrive now."""
    database = Database(f"sqlite:///{home / 'handrail.db'}")
    own = col(NetworkOrganization.id) == network.organization_id("sweetgum")
    with database.write() as session:
        values = {"timezone": daytime()}
        session.connection().execute(update(NetworkOrganization).where(own).values(values))
    database.close()


class Mails:
    """The pantry's mails, which the demonstration keeps as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read = set(self._files())

    def next(self, wanted: re.Pattern[str]) -> str:
        """What the next mail has of that, once it came."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            for path in set(self._files()) - self.read:
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                assert isinstance(mail, EmailMessage)
                found = wanted.search(text_of(mail)) if mail["To"] == MAILBOX else None
                if found:
                    self.read.add(path)
                    return found.groups()[0] if found.groups() else found.group()
            time.sleep(0.1)
        raise AssertionError(f"no mail with {wanted.pattern}")

    def _files(self) -> list[Path]:
        return [*self.folder.glob("*.eml")]
