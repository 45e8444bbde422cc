"""E-mail against a real SMTP server: the bytes that arrive, and every way to be refused."""

from __future__ import annotations

import email.policy
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from diary.reminders.channels.base import (
    About,
    ChannelError,
    MailAddress,
    Message,
    OutcomeUnknownError,
    PermanentError,
    TemporaryError,
)
from diary.reminders.channels.email import Email, MailServer, compose
from diary.reminders.texts import reminder_words
from tests.reminders.servers import mail_server, tls

NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
PROMPT = UUID("0f0e0d0c-0b0a-0908-0706-050403020100")
PATIENT = MailAddress("jansje@example.org")
# What would give the receiver away to whoever looks over the shoulder.
UNSAID = (
    "pijn",
    "pain",
    "schmerz",
    " ból",
    "bólu",
    "ağrı",
    "ألم",
    "nrs",
    "vas",
    "score",
    "implant",
    "neuro",
    "patiënt",
    "patient",
    "centrum",
)


def message(language: str = "nl", step: int = 0) -> Message:
    return Message(
        prompt_id=PROMPT,
        step=step,
        words=reminder_words(language, step, night=False),
        link="https://dagboek.example.org/",
        now=NOW,
        closes_at=NOW + timedelta(hours=2),
    )


def server(port: int, **changes: object) -> MailServer:
    return MailServer("127.0.0.1", port, "dagboek@example.org", security="none", **changes)  # type: ignore[arg-type]


def stop_link(about: About) -> str:
    return f"https://dagboek.example.org/stop/{about.patient_id.hex * 5}"


def mailer(port: int) -> Email:
    return Email(server(port), stop_link)


@pytest.mark.parametrize(
    "language, said",
    [
        ("nl", "Het is tijd om uw dagboek in te vullen."),
        ("en", "It is time to fill in your diary."),
        ("de", "Es ist Zeit, Ihr Tagebuch auszufüllen."),
        ("pl", "Czas wypełnić dzienniczek."),
        ("tr", "Günlüğünüzü doldurma zamanı."),
        ("ar", "حان وقت ملء مفكرتك."),
    ],
)
def test_mail_is_neutral_and_in_the_patients_language(language: str, said: str) -> None:
    with mail_server() as (mailbox, port):
        mailer(port).send(message(language), PATIENT)
    (content,) = mailbox.contents
    assert mailbox.mails[0].rcpt_tos == ["jansje@example.org"]
    assert content.isascii(), "quoted, so that every mail server passes it on"
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["Content-Language"] == language
    assert mail["Auto-Submitted"] == "auto-generated"
    texts = [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
    for text in texts:
        assert said in text
        assert "https://dagboek.example.org/" in text
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in texts[1]
    everything = (content.decode() + "".join(texts)).lower()
    assert [word for word in UNSAID if word in everything] == []


def test_message_id_is_stable_per_prompt_and_step() -> None:
    ids = [
        compose(message(step=step), "a@example.org", "b@example.org")["Message-ID"]
        for step in (0, 0, 1)
    ]
    assert ids[0] == ids[1] == f"<{PROMPT.hex}.0@dagboek.example.org>"
    assert ids[2] == f"<{PROMPT.hex}.1@dagboek.example.org>"


@pytest.mark.parametrize("asked_for", [False, True])
def test_every_reminder_can_be_stopped_with_one_click(asked_for: bool) -> None:
    about = None if asked_for else About(uuid4(), PROMPT, uuid4())
    with mail_server() as (mailbox, port):
        mailer(port).send(replace(message(), about=about), PATIENT)
    mail = email.message_from_bytes(mailbox.contents[0], policy=email.policy.default)
    if asked_for:
        assert "List-Unsubscribe" not in mail
        return
    link = f"https://dagboek.example.org/stop/{PROMPT.hex * 5}"
    assert f"<{link}>\r\n".encode() in mailbox.contents[0], "one long word, and not encoded"
    assert mail["List-Unsubscribe"].strip() == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        assert link in mail.get_body((kind,)).get_content()


def test_second_step_says_that_it_can_still_be_done() -> None:
    assert message(step=1).words.body != message(step=0).words.body


@pytest.mark.parametrize(
    "rcpt, data, error, reason",
    [
        ("550 no such user", None, PermanentError, "mail_recipient_550"),
        ("450 later", None, TemporaryError, "mail_recipient_450"),
        (None, "554 spam", PermanentError, "mail_content_554"),
        (None, "451 later", TemporaryError, "mail_content_451"),
    ],
)
def test_refusals(rcpt: str, data: str, error: type[ChannelError], reason: str) -> None:
    with mail_server() as (mailbox, port):
        mailbox.rcpt_answer, mailbox.data_answer = rcpt, data
        with pytest.raises(error) as caught:
            mailer(port).send(message(), PATIENT)
    assert caught.value.reason == reason
    assert mailbox.mails == []


def test_a_line_that_breaks_after_the_content_is_not_known_to_have_failed() -> None:
    with mail_server() as (mailbox, port):
        mailbox.drop_after_data = True
        with pytest.raises(OutcomeUnknownError):
            mailer(port).send(message(), PATIENT)
    assert len(mailbox.mails) == 1


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TemporaryError, match="mail_no_connection"):
            mailer(taken.getsockname()[1]).send(message(), PATIENT)


def test_starttls_is_insisted_on() -> None:
    with mail_server() as (mailbox, port):
        encrypted = MailServer("127.0.0.1", port, "dagboek@example.org", security="starttls")
        with pytest.raises(TemporaryError, match="mail_no_tls"):
            Email(encrypted, stop_link).send(message(), PATIENT)
    assert mailbox.mails == []


def test_over_starttls_only_to_a_server_that_can_be_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = tls(tmp_path)
    signed_in: list[bytes] = []

    def check(server: SMTP, _session: object, _env: object, _how: str, data: LoginPassword):  # type: ignore[no-untyped-def]
        signed_in.append(data.password)
        return AuthResult(success=server.session.ssl is not None, handled=False)

    with mail_server(authenticator=check, tls_context=context, require_starttls=True) as (
        mailbox,
        port,
    ):
        safe = replace(server(port, user="diary", password="secret"), security="starttls")
        with pytest.raises(TemporaryError, match="mail_no_tls"):
            Email(safe, stop_link).send(message(), PATIENT)
        assert (signed_in, mailbox.mails) == ([], []), "a stranger is not told the password"
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        Email(safe, stop_link).send(message(), PATIENT)
    assert (signed_in, len(mailbox.mails)) == ([b"secret"], 1)


@pytest.mark.parametrize("password, good", [("right", True), ("wrong", False)])
def test_sign_in(password: str, good: bool) -> None:
    def check(_server: object, _session: object, _env: object, _how: str, data: LoginPassword):  # type: ignore[no-untyped-def]
        return AuthResult(success=data.password == b"right", handled=False)

    with mail_server(authenticator=check, auth_require_tls=False) as (mailbox, port):
        carrier = Email(server(port, user="diary", password=password), stop_link)
        if good:
            carrier.send(message(), PATIENT)
        else:
            with pytest.raises(TemporaryError, match="mail_sign_in"):
                carrier.send(message(), PATIENT)
    assert len(mailbox.mails) == int(good)


@pytest.mark.parametrize("address", ["a@b.nl\r\nBcc: c@d.nl", "jé@example.org", "a b@c.nl"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(PermanentError, match="mail_bad_address"):
        mailer(9).send(message(), MailAddress(address))
