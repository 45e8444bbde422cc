"""SMS through a gateway on loopback: what leaves, what an answer means, and how long a text is."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest

from diary.cli.init import write_settings
from diary.reminders.channels import sms as sms_module
from diary.reminders.channels.base import (
    About,
    ChannelError,
    Message,
    MobileNumber,
    OutcomeUnknownError,
    PermanentError,
    TemporaryError,
)
from diary.reminders.channels.sms import Sms, SmsGateway, text
from diary.reminders.links import link_to
from diary.reminders.texts import reminder_words
from diary.reminders.wiring import make_carriers
from diary.settings import load
from diary.signed import Signer
from diary.sms_body import writer
from diary.store.reminders import Claim
from diary.store.tables import Channel
from tests.reminders.servers import PushService, push_service
from tests.reminders.test_email import UNSAID

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
REMINDER = UUID("0f0e0d0c-0b0a-0908-0706-050403020100")
SIGNER = Signer("a secret of tests")
PATIENT = MobileNumber("+31612345678")
BODY = '{"to": ["{digits}"], "body": "{text}", "reference": "{reference}", "type": 1}'
GSM_7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def message(language: str = "nl", step: int = 0, body: str | None = None) -> Message:
    words = reminder_words(language, step, night=False)
    if body is not None:
        words = replace(words, body=body)
    claim = Claim(
        reminder_id=REMINDER,
        centre_id=uuid4(),
        prompt_id=uuid4(),
        patient_id=uuid4(),
        channel=Channel.SMS,
        step=step,
        attempts=1,
        closes_at=NOW + timedelta(hours=2),
        expires_at=NOW + timedelta(hours=2),
        language=language,
        night=False,
    )
    link = link_to("https://dagboek.ziekenhuis.example/score", claim)
    about = About(claim.centre_id, claim.patient_id, REMINDER)
    return Message(claim.prompt_id, step, words, link, NOW, claim.closes_at, about)


def gateway(service: PushService, **changes: str) -> Sms:
    values = {"url": service.endpoint("sms"), "body": BODY, "id_path": "id"} | changes
    headers = {"Authorization": "AccessKey secret"}
    return Sms(SmsGateway(**values, headers=headers), SIGNER)  # type: ignore[arg-type]


def test_what_a_gateway_receives() -> None:
    with push_service() as service:
        service.content = b'{"id": "e8077d80", "status": "sent"}'
        asked = message()
        assert gateway(service).send(asked, PATIENT) == "e8077d80"
    (request,) = service.received
    assert request.headers["authorization"] == "AccessKey secret"
    assert request.headers["content-type"] == "application/json"
    sent = json.loads(request.body)
    assert sent == {
        "to": ["31612345678"],
        "body": text(asked),
        "reference": SIGNER.reference(REMINDER),
        "type": 1,
    }
    assert asked.link.endswith(f"/score?p={asked.prompt_id.hex}&s=0&c=sms")


def presets() -> list[str]:
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("number", [0, 1])
def test_the_presets_of_the_document_can_be_used(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "diary.env"
    write_settings(file, "sqlite://", "https://dagboek.example.org", "a@example.org")
    file.write_text(file.read_text() + presets()[number])
    monkeypatch.setenv("DIARY_SETTINGS", str(file))
    settings = load()
    asked = message()
    with push_service() as service:
        service.content = b'{"id": "x", "messages": [{"messageErrorCode": 0}]}'
        sent = settings.model_copy(update={"sms_url": service.endpoint()})
        make_carriers(sent)[Channel.SMS].send(asked, PATIENT)
    (request,) = service.received
    body = json.loads(request.body)
    for value in (text(asked), settings.signer.reference(REMINDER), "31612345678"):
        assert value in request.body.decode()
    assert not re.search(r"\{\w+\}", request.body.decode()), "no place is left open"
    if "validity" in body:
        assert body["validity"] == 7200


HOSTILE = 'a"}, {"to": "{to} & {reference}=1\n+€%00\\'


@pytest.mark.parametrize("kind", ["json", "form"])
def test_no_text_gets_out_of_its_own_place(kind: str) -> None:
    body = BODY if kind == "json" else "to={to}&body={text}&empty=&reference={reference}"
    asked = message(body=HOSTILE)
    with push_service() as service:
        gateway(service, body=body).send(asked, PATIENT)
    content = service.received[0].body
    if kind == "json":
        assert json.loads(content)["body"] == text(asked)
    else:
        assert parse_qs(content.decode(), strict_parsing=True, keep_blank_values=True) == {
            "to": ["+31612345678"],
            "body": [text(asked)],
            "empty": [""],
            "reference": [SIGNER.reference(REMINDER)],
        }


@pytest.mark.parametrize("body", ["", "{", "hello", '{"to": "{to}"}', "text={text}", "{to}{text}"])
def test_a_template_that_cannot_work_is_refused_at_once(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        writer(body)


@pytest.mark.parametrize(
    "status, content, error, reason",
    [
        (400, b"", PermanentError, "sms_400"),
        (401, b"", PermanentError, "sms_401"),
        (307, b"", PermanentError, "sms_307"),
        (429, b"", TemporaryError, "sms_429"),
        (502, b"", TemporaryError, "sms_502"),
        (200, b'{"code": 103}', PermanentError, "sms_not_accepted"),
    ],
)
def test_refusals(status: int, content: bytes, error: type[ChannelError], reason: str) -> None:
    with push_service() as service:
        service.content = content
        service.answer("sms", status, Retry_After="90", Location="http://127.0.0.1:1/x")
        with pytest.raises(error) as caught:
            gateway(service, accepted="code=0").send(message(), PATIENT)
    assert caught.value.reason == reason
    if isinstance(caught.value, TemporaryError):
        assert caught.value.retry_after == timedelta(seconds=90)
    assert len(service.received) == 1


@pytest.mark.parametrize("content", [b"OK 12", b"", b"[]", b'{"id": {"x": 1}, "code": 0}'])
def test_accepted_is_accepted_whatever_else_it_says(content: bytes) -> None:
    with push_service() as service:
        service.content = content
        assert gateway(service).send(message(), PATIENT) is None


def test_nobody_listens_a_line_that_breaks_and_an_answer_that_never_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = SmsGateway(f"http://127.0.0.1:{taken.getsockname()[1]}/", BODY)
        with pytest.raises(TemporaryError, match="sms_no_connection"):
            Sms(closed, SIGNER).send(message(), PATIENT)
    with push_service() as service:
        service.hang_up = True
        with pytest.raises(OutcomeUnknownError, match="sms_no_answer"):
            gateway(service).send(message(), PATIENT)
    monkeypatch.setattr(sms_module, "READ", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        slow = SmsGateway(f"http://127.0.0.1:{mute.getsockname()[1]}/", BODY)
        with pytest.raises(OutcomeUnknownError, match="sms_no_answer"):
            Sms(slow, SIGNER).send(message(), PATIENT)


@pytest.mark.parametrize("number", ["", "0612345678", "+316", "+3161234567890123", "+31 6", "x"])
def test_a_number_that_is_none_is_never_dialled(number: str) -> None:
    with push_service() as service, pytest.raises(PermanentError, match="sms_bad_number"):
        gateway(service).send(message(), MobileNumber(number))
    assert service.received == []


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("language", ["nl", "en", "de", "pl", "tr", "ar"])
def test_a_text_is_neutral_and_one_message_long_where_the_language_allows(
    language: str, step: int
) -> None:
    said = text(message(language, step))
    assert [word for word in UNSAID if word in said.lower().replace("/score?", "")] == []
    if language in {"nl", "en", "de"}:
        assert set(said) <= set(GSM_7)
        assert len(said) <= 160
    # In other alphabets a message is 70 characters, or 67 for each of several.
    assert len(said) <= 3 * 67


def test_a_reference_is_32_letters_and_digits_that_only_we_can_make() -> None:
    reference = SIGNER.reference(REMINDER)
    assert reference.isalnum()
    assert len(reference) == 32
    assert SIGNER.read_reference(reference) == REMINDER
    assert Signer("another secret").read_reference(reference) is None
    changed = [reference[:at] + "A" + reference[at + 1 :] for at in range(32)]
    assert {SIGNER.read_reference(one) for one in changed if one != reference} == {None}
    for wrong in ("", "A", reference.lower(), reference + "A" * 8, "é" * 32, "=" * 32):
        assert SIGNER.read_reference(wrong) is None
