"""Webhooks: signed, tried again, never let into the house, switched off when they are gone for good."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Role
from app import work
from core import clock
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound
from core.settings import Settings
from notices import outside, webhooks
from notices.deliveries import signature
from notices.models import Webhook
from notices.outside import Unreachable
from tests.integration.notices.conftest import Correspondence, correspond
from tests.support.listener import Listener, listening
from tests.support.post_office import PostOffice, text_of
from tests.support.referring import VAULT, somebody


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A real HTTP server on this machine."""
    with listening() as heard:
        yield heard


@dataclass
class Hooked:
    """The correspondence with a webhook of the clinic."""

    mail: Correspondence
    webhook_id: str
    secret: str

    def row(self) -> Webhook:
        with self.mail.database.read() as session:
            return session.get_one(Webhook, self.webhook_id)


@pytest.fixture
def hooked(
    sqlite_database: Database, settings: Settings, office: PostOffice, listener: Listener
) -> Hooked:
    mail = correspond(sqlite_database, settings, office)
    chosen = replace(mail.settings, webhook_private=True)
    mail.worker = work.messenger(mail.database, chosen, vault=VAULT)
    with mail.database.write() as session, clock.frozen(mail.at):
        admin = somebody(session, mail.scene.clinic, Role.ADMIN, "Ada")
        mail.scene.actors["admin"] = admin
        row, secret = webhooks.add(
            session, admin, VAULT, mail.scene.clinic.id, url=listener.url, private=True
        )
    return Hooked(mail, row.id, secret)


def test_a_call_is_signed_and_says_nothing_about_anybody(
    hooked: Hooked, listener: Listener
) -> None:
    referral = hooked.mail.send()
    hooked.mail.work()
    ((headers, body),) = listener.got
    assert headers["Handrail-Timestamp"] == str(int(hooked.mail.at.timestamp()))
    expected = signature(hooked.secret, headers["Handrail-Timestamp"], body)
    assert headers["Handrail-Signature"] == f"v1={expected}"
    told = json.loads(body)
    assert told == {
        "id": headers["Handrail-Delivery"],
        "type": "referral.send",
        "at": hooked.mail.at.isoformat(),
        "referral": {"id": referral.id, "state": "sent", "version": 2},
    }
    assert hooked.secret not in hooked.row().secret_sealed
    assert hooked.row().last_success_at == hooked.mail.at


def test_what_fails_is_tried_again_with_the_same_id_and_stops_no_other(
    hooked: Hooked, listener: Listener
) -> None:
    listener.status = 500
    hooked.mail.send()
    hooked.mail.send()
    hooked.mail.work()
    assert len(listener.got) == 1  # the second waits as well, without a call
    assert hooked.row().failing_since == hooked.mail.at
    assert len(hooked.mail.office.mails) == 1
    listener.status = 204
    hooked.mail.at += timedelta(minutes=1)
    hooked.mail.work()
    ids = [headers["Handrail-Delivery"] for headers, _ in listener.got]
    assert len(ids) == 3
    assert len(set(ids)) == 2
    assert hooked.row().failing_since is None


def test_after_days_it_is_switched_off_its_admins_are_told_and_it_can_come_back(
    hooked: Hooked, listener: Listener
) -> None:
    listener.status = 302  # elsewhere: not followed
    mail = hooked.mail
    mail.send()
    for _ in range(4):
        mail.work()
        mail.at += timedelta(days=1, minutes=10)
    mail.work()
    row = hooked.row()
    assert row.off_at is not None and row.off_reason == "failed_for_days"
    assert any("switched off" in text_of(one) for one in mail.office.to("ada@example.org"))
    calls = len(listener.got)
    mail.send()
    mail.work()
    assert len(listener.got) == calls
    listener.status = 200
    with mail.database.write() as session:
        webhooks.switch_on(session, mail.scene.actors["admin"], hooked.webhook_id)
    mail.send()
    mail.work()
    assert len(listener.got) == calls + 1


def test_each_call_is_kept_with_how_it_was_answered(hooked: Hooked, listener: Listener) -> None:
    listener.status = 500
    hooked.mail.send()
    hooked.mail.work()
    listener.status = 200
    hooked.mail.at += timedelta(hours=1)
    hooked.mail.work()
    with hooked.mail.database.read() as session:
        admin = hooked.mail.scene.actors["admin"]
        found, calls = webhooks.looked_at(session, admin, hooked.webhook_id)
    assert [(call.event, call.error) for call in reversed(calls)] == [
        ("send", "the answer was 500"), ("send", None),
    ]  # fmt: skip
    assert len({call.delivery for call in calls}) == 1
    assert found.failing_since is None


def test_only_chosen_events_are_told(hooked: Hooked, listener: Listener) -> None:
    with hooked.mail.database.write() as session:
        row = session.get_one(Webhook, hooked.webhook_id)
        row.events = ["accept"]
        session.add(row)
    hooked.mail.act("partner", "accept", hooked.mail.send())
    hooked.mail.work()
    assert [json.loads(body)["type"] for _, body in listener.got] == ["referral.accept"]


def test_admins_of_the_organization_and_nobody_else(hooked: Hooked) -> None:
    scene = hooked.mail.scene
    with hooked.mail.database.write() as session:
        with pytest.raises(Forbidden):
            webhooks.listed(session, scene.actors["coordinator"], scene.clinic.id)
        with pytest.raises(NotFound):
            webhooks.listed(session, scene.actors["partner"], scene.clinic.id)
        with pytest.raises(NotFound):
            webhooks.remove(session, scene.actors["partner"], hooked.webhook_id)
        shown = webhooks.listed(session, scene.actors["admin"], scene.clinic.id)
        assert hooked.secret not in str(shown)
        webhooks.remove(session, scene.actors["admin"], hooked.webhook_id)
        assert webhooks.listed(session, scene.actors["admin"], scene.clinic.id) == []


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "https://", "ftp://example.org/", "https://ana:x@example.org/",
     "https://example.org:8443/", "https://example.org/#a", "https://example.org:99999/"],
)  # fmt: skip
def test_addresses_that_may_not_be_called_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        outside.check_url(url, private=False)


INSIDE = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
          "0.0.0.0", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::",
          "224.0.0.1"]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_into_the_house_is_not_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", names("93.184.215.14", address))
    with pytest.raises(Unreachable, match="private network"):
        outside.post("https://hook.example.org/", b"{}", {}, private=False)


def test_the_address_that_was_checked_is_the_one_that_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", names("93.184.215.14"))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="ConnectionRefused"):
        outside.post("https://hook.example.org/", b"{}", {}, private=False)
    assert called == [("93.184.215.14", 443)]


def names(*addresses: str) -> Callable[..., Any]:
    return lambda *_, **__: [(0, 0, 0, "", (address, 443)) for address in addresses]
