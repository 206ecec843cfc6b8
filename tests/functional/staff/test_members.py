"""Members of an organization, and its audit trail, by pages."""

import re

from sqlmodel import select

from accounts import commands
from accounts.models import Membership, Role
from core.actor import SYSTEM
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import PASSWORD


def test_everybody_sees_the_members_and_only_admins_change_them(staffed: Staffed) -> None:
    person = staffed.town.ids["user_id"]
    for who, changes in (("clinic.admin", True), ("clinic.curator", False)):
        browser = Browser(staffed, who)
        page = browser.open("/staff/members").text
        assert "supervisor@clinic.example.org" in page
        assert (f"/staff/members/{person}" in page) is changes
        assert browser.open(f"/staff/members/{person}").status_code == (200 if changes else 403)


def test_an_invitation_is_a_link_shown_once(staffed: Staffed) -> None:
    browser = Browser(staffed, "clinic.admin")
    browser.open("/staff/members/invite")
    wrong = browser.send("/staff/members/invite", email="new@example.org")
    assert wrong.status_code == 400 and "Choose a role." in wrong.text
    assert 'value="new@example.org"' in wrong.text
    assert "Partner staff" not in wrong.text  # no role of this kind of organization
    made = browser.send("/staff/members/invite", email="new@example.org", role="coordinator")
    link = re.search(r"https?://[^/]+(/staff/join/[\w-]+)", made.text)
    assert link
    visitor = Browser(staffed, "")
    visitor.open(link[1])
    came_to(visitor.send(link[1], name="Zoë Quinn", password=PASSWORD))
    assert "Zoë Quinn" in browser.open("/staff/members").text


def test_roles_are_given_and_taken_and_an_admin_stays(staffed: Staffed) -> None:
    browser = Browser(staffed, "clinic.admin")
    path = f"/staff/members/{staffed.town.people['clinic.curator'].user.id}"
    browser.open(path)
    assert browser.send(path, roles=[]).status_code == 400
    came_to(browser.send(path, roles=["coordinator", "supervisor"]))
    with staffed.client.app.state.database.read() as session:
        user = staffed.town.people["clinic.curator"].user.id
        of = select(Membership.role).where(Membership.user_id == user)
        now = set(session.exec(of.where(Membership.ended_at == None)))
    assert now == {Role.COORDINATOR, Role.SUPERVISOR}
    me = f"/staff/members/{staffed.town.people['clinic.admin'].user.id}"
    last = browser.send(me, roles=["curator"])
    assert last.status_code == 409 and "an organization needs one" in last.text


def test_somebody_leaves_and_their_patients_go_to_somebody_else(staffed: Staffed) -> None:
    browser = Browser(staffed, "clinic.admin")
    leaving = staffed.town.people["clinic.coordinator"].user.id
    staying = staffed.town.people["clinic.curator"].user.id
    browser.open(f"/staff/members/{staying}")
    came_to(browser.send(f"/staff/members/{staying}", roles=["curator", "coordinator"]))
    path = f"/staff/members/{leaving}"
    assert "1 patient goes to" in browser.open(path).text
    nobody = browser.send(f"{path}/end")
    assert nobody.status_code == 400 and "who takes their patients over" in nobody.text
    assert came_to(browser.send(f"{path}/end", to=staying)) == "/staff/members?done=ended"
    assert Browser(staffed, "clinic.coordinator").open("/staff").status_code == 401
    assert "Canary Patient" in Browser(staffed, "clinic.curator").open("/staff/patients").text


def test_somebody_of_several_organizations_chooses_one(staffed: Staffed) -> None:
    town = staffed.town
    with staffed.client.app.state.database.write() as session:
        commands._join(  # the same person, also for the other clinic
            session,
            SYSTEM,
            town.people["clinic.coordinator"].user,
            town.organizations["other"].id,
            Role.COORDINATOR,
        )
    browser = Browser(staffed)
    assert "For whom do you work now?" in browser.open("/staff").text
    missing = browser.open("/staff/patients")
    assert missing.status_code == 404 and "For whom do you work now?" in missing.text
    for name, sees in (("other", False), ("clinic", True)):
        browser.open("/staff/organizations")
        chosen = town.organizations[name].id
        assert came_to(browser.send("/staff/organizations", organization=chosen)) == "/staff"
        assert ("Canary Patient" in browser.open("/staff/patients?all=1").text) is sees
    foreign = browser.send("/staff/organizations", organization=town.organizations["pantry"].id)
    assert foreign.status_code == 404


def test_the_audit_trail_is_searched_by_its_admins(staffed: Staffed) -> None:
    Browser(staffed).open(f"/staff/patients/{staffed.town.ids['patient_id']}")
    browser = Browser(staffed, "clinic.admin")
    reader = staffed.town.people["clinic.coordinator"].user.id
    found = text_of(browser.open(f"/staff/audit?action=patient.read&person={reader}").text)
    assert "1 entry" in found and "Coordinator Of Clinic Read the record" in found
    record = staffed.town.ids["patient_id"]
    assert "Read the record" in browser.open(f"/staff/audit?record={record}").text
    assert "0 entries" in browser.open("/staff/audit?since=2199-01-01").text
    wrong = browser.open("/staff/audit?since=soon")
    assert wrong.status_code == 400
    assert "Type a date like" in wrong.text and 'value="soon"' in wrong.text
    assert browser.open("/staff/audit?page=99999999").status_code == 400
    assert Browser(staffed, "clinic.supervisor").open("/staff/audit").status_code == 403
    assert "Canary" not in Browser(staffed, "other.admin").open("/staff/audit").text
