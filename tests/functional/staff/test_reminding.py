"""Reminding several partners in one step: looked at before, said after, once."""

from typing import Any

import pytest
from sqlmodel import col, select

from core.outbox import OutboxMessage
from directory.models import Service, ServiceStatus
from notices import bounces
from patients import caring
from patients.forms import NeedForm
from referrals.commands import apply, draft
from referrals.drafting import Target
from referrals.models import Referral
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import came_to
from tests.functional.staff.test_referring import Desk
from tests.support.network_town import SERVICE, actor
from tests.support.statements import counted

REMIND = "/staff/referrals/remind"


class Many(Desk):
    """The coordinator, with referrals that were sent."""

    def more(self, count: int) -> list[str]:
        ids = []
        with self.database.write() as session:
            ana = actor(session, self.staffed.town.people["clinic.coordinator"])
            for _ in range(count):
                form = NeedForm(category="food")
                need = caring.open_need(session, ana, self.vault, self.ids["patient_id"], form)
                row = draft(session, ana, need_id=need.id, target=Target(SERVICE), fields=["name"])
                apply(session, ana, row.id, "send", version=1, vault=self.vault)
                ids.append(row.id)
        return ids

    def ask(self, *ids: str) -> str:
        answer = self.open(REMIND + "?" + "&".join(f"referral={key}" for key in ids))
        assert answer.status_code == 200
        return text_of(answer.text)

    def change(self, key: str, **values: object) -> None:
        with self.database.write() as session:
            row = session.get_one(Referral, key)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    def mails(self) -> list[OutboxMessage]:
        with self.database.read() as session:
            statement = select(OutboxMessage).where(col(OutboxMessage.key).contains(":remind:"))
            return list(session.exec(statement))


@pytest.fixture
def many(staffed: Staffed) -> Many:
    return Many(staffed)


def test_what_goes_out_is_shown_before_and_what_went_after(many: Many) -> None:
    first, second = many.more(2)
    draft_id = many.ids["referral_id"]
    page = many.ask(first, second, draft_id)
    assert "Remind partners of 2 referrals?" in page and "Send 2 reminders" in page
    assert "1 does not go out: below is why." in page
    assert "Nobody waits for the partner now: it is a draft." in page
    assert many.mails() == []
    form = many.html
    fields = {"referral": [first, second]}
    page = text_of(many.send(REMIND, **fields).text)
    assert "2 reminders go out" in page
    assert '<div role="status"><h1>' in many.html  # told, and still the heading of the page
    assert len(many.mails()) == 2
    many.html = form
    assert "2 reminders go out" in text_of(many.send(REMIND, **fields).text)
    assert len(many.mails()) == 2
    assert len(many.audited("referral.remind")) == 2
    again = many.ask(first, second)
    assert "Nobody can be reminded now" in again and "They were reminded" in again


def test_one_is_left_out_by_a_link_and_another_answers_meanwhile(many: Many) -> None:
    first, second, third = many.more(3)
    many.ask(first, second, third)
    assert f'href="{REMIND}?referral={first}&amp;referral={third}"' in many.html
    with many.database.write() as session:
        eva = actor(session, many.staffed.town.people["pantry.partner"])
        apply(session, eva, third, "decline", version=2, reason="no_capacity")
    page = text_of(many.send(REMIND, referral=[first, third]).text)
    assert "1 reminder goes out" in page and "1 was not sent: below is why." in page
    assert "it is declined by the partner." in page
    assert [mail.payload["referral_id"] for mail in many.mails()] == [first]


def test_a_page_sent_again_with_other_referrals_is_looked_at_again(many: Many) -> None:
    first, second = many.more(2)
    many.ask(first)
    form = many.html
    many.send(REMIND, referral=first)
    many.html = form
    refused = many.send(REMIND, referral=second)
    assert refused.status_code == 409 and "was sent already" in refused.text
    assert "Send 1 reminder" in text_of(refused.text)  # with a fresh key
    assert "1 reminder goes out" in text_of(many.send(REMIND, referral=second).text)


def test_a_mailbox_that_refuses_mail_is_to_be_called(many: Many) -> None:
    (first,) = many.more(1)
    with many.database.write() as session:
        of = many.staffed.town.organizations["pantry"].id
        bounces.note(session, of, "partner@pantry.example.org", "5.1.1", "no such user")
    assert "No mail reaches them. Call them." in many.ask(first)


def test_the_list_and_the_worklist_lead_there(many: Many) -> None:
    first, second = many.more(2)
    page = many.open("/staff/referrals").text
    assert page.count('form="remind"') == 2
    assert "Remind all 2 here that can be reminded" in page
    assert "silent partner" not in text_of(many.open("/staff").text)
    many.change(first, reminders_sent=1)
    worklist = many.open("/staff").text
    assert "Remind 1 silent partner" in worklist and f"{REMIND}?referral={first}" in worklist
    many.ask(first)
    many.send(REMIND, referral=first)
    words = text_of(many.open("/staff").text)
    assert "reminded today" in words and "Remind 1 silent" not in words
    assert "Reminded " in text_of(many.open(f"/staff/referrals/{first}").text)
    page = many.open("/staff/referrals").text
    assert page.count('form="remind"') == 1 and "Reminded " in page
    assert f'value="{second}" form="remind"' in page


def test_without_a_choice_it_leads_back_and_strangers_find_nothing(many: Many) -> None:
    (first,) = many.more(1)
    many.open(f"{REMIND}?referral={first}")
    back = came_to(many.send(REMIND, referral=""))
    assert "Nothing was ticked." in text_of(many.open(back).text)
    many.open(f"{REMIND}?referral={first}")
    for who in ("other.coordinator", "clinic.supervisor"):
        other = Many(many.staffed, who)
        answer = other.open(f"{REMIND}?referral={first}")
        assert answer.status_code == {"other.coordinator": 404}.get(who, 403)
    assert many.mails() == []


def test_many_take_no_more_statements_than_one_to_look_at(many: Many) -> None:
    ids, counts = many.more(9), []
    many.ask(ids[0])
    for some in (ids[:1], ids):
        with counted() as sent:
            many.ask(*some)
        counts.append(len([text for text in sent if not text.startswith("PRAGMA")]))
    assert counts[0] == counts[1], counts


def test_programs_remind_too(many: Many) -> None:
    (first,) = many.more(1)
    draft_id = many.ids["referral_id"]
    headers = many.staffed.town.people["clinic.coordinator"].headers
    ask = {"referral_ids": [first, draft_id]}

    def post(body: dict[str, Any], **more: str) -> Any:
        path = "/api/v1/referrals/reminders"
        answer = many.client.post(path, json=body, headers={**headers, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    looked = post({**ask, "dry_run": True})
    assert looked["sent"] == [first] and many.mails() == []
    for _ in range(2):
        assert post(ask, **{"Idempotency-Key": "a"}) == looked
    assert len(many.mails()) == 1
    assert post({"referral_ids": [first]})["kept"][0]["reason"] == "rests"


def test_a_service_that_is_listed_no_longer_is_still_reminded_of(many: Many) -> None:
    (first,) = many.more(1)
    with many.database.write() as session:
        session.get_one(Service, SERVICE).status = ServiceStatus.DEFUNCT
    assert "Send 1 reminder" in many.ask(first)
