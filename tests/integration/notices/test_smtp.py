"""Mails over a real connection to a real server, in every way it can be set up and go wrong."""

from pathlib import Path

import pytest

from core.errors import Unavailable
from notices import smtp
from notices.letters import Letter, Line, message
from notices.smtp import Deferred, Refused, Server
from tests.support import post_office
from tests.support.post_office import PASSWORD, USER, text_of
from tests.support.processes import free_port

LETTER = Letter("k:1", "desk@pantry.example.org", "Señal", [Line("Grüße & <b>"),
                Line("Open:", "https://h.example.org/es/respond/x")], "es")  # fmt: skip


def server(port: int, **changes: str) -> Server:
    values = {"security": "none", "user": None, "password": "", **changes}
    return Server("127.0.0.1", port, **values)  # type: ignore[arg-type]


def test_a_mail_arrives_as_text_and_html() -> None:
    with post_office.opened() as office, smtp.connected(server(office.port)) as send:
        send(message(LETTER, "handrail@example.org"))
        send(message(LETTER, "handrail@example.org"))
    first, again = office.mails
    assert text_of(first) == "Grüße & <b>\n\nOpen:\nhttps://h.example.org/es/respond/x\n"
    html = first.get_body(("html",))
    assert html is not None
    assert "Grüße &amp; &lt;b&gt;" in html.get_content()
    assert first["Subject"] == "Señal"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == again["Message-ID"]
    assert str(first["Message-ID"]).endswith("@example.org>")


def test_encrypted_and_signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public, context = post_office.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with post_office.opened(context=context, login=True) as office:
        right = server(office.port, security="starttls", user=USER, password=PASSWORD)
        with smtp.connected(right) as send:
            send(message(LETTER, "handrail@example.org"))
        assert len(office.mails) == 1
        wrong = server(office.port, security="starttls", user=USER, password="no")
        with pytest.raises(Unavailable, match="Authentication"), smtp.connected(wrong):
            pass


def test_a_certificate_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    _, context = post_office.certificate(tmp_path)
    with (
        post_office.opened(context=context) as office,
        pytest.raises(Unavailable, match="CertVerification"),
        smtp.connected(server(office.port, security="starttls")),
    ):
        pass


def test_a_server_that_cannot_encrypt_gets_no_mail() -> None:
    with (
        post_office.opened() as office,
        pytest.raises(Unavailable, match="NotSupported"),
        smtp.connected(server(office.port, security="starttls")),
    ):
        pass


def test_a_server_that_is_away_is_waited_for() -> None:
    with pytest.raises(Unavailable, match="ConnectionRefused"), smtp.connected(server(free_port())):
        pass


def test_what_is_refused_for_good_and_for_now() -> None:
    with post_office.opened() as office, smtp.connected(server(office.port)) as send:
        office.refuse["desk@pantry.example.org"] = "550 5.1.1 no such mailbox"
        with pytest.raises(Refused, match="no such mailbox"):
            send(message(LETTER, "handrail@example.org"))
        office.refuse["desk@pantry.example.org"] = "450 greylisted <desk@pantry.example.org>"
        with pytest.raises(Deferred) as deferred:
            send(message(LETTER, "handrail@example.org"))
        assert "desk@" not in str(deferred.value)
        office.refuse.clear()
        send(message(LETTER, "handrail@example.org"))
    assert len(office.mails) == 1


def test_without_a_server_the_demonstration_keeps_mails_as_files(tmp_path: Path) -> None:
    with smtp.kept_in(tmp_path / "mail") as send:
        send(message(LETTER, "handrail@example.org"))
    (kept,) = (tmp_path / "mail").glob("*.eml")
    assert b"Subject:" in kept.read_bytes()
