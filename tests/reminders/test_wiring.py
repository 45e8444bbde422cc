"""Which channels the settings set up, and what the demo prints."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import ValidationError

from diary.cli.init import write_settings
from diary.reminders.channels.base import MailAddress, Message, MobileNumber, PushAddress
from diary.reminders.channels.console import Console
from diary.reminders.channels.email import Email
from diary.reminders.channels.sms import Sms
from diary.reminders.channels.web_push import WebPush
from diary.reminders.texts import reminder_words
from diary.reminders.wiring import make_carriers
from diary.settings import Settings, load
from diary.store.tables import Channel
from tests.reminders.world import MORNING


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    path = tmp_path / "diary.env"
    write_settings(path, "sqlite://", "https://diary.example.org", "a@example.org")
    monkeypatch.setenv("DIARY_SETTINGS", str(path))
    return load()


def kinds(settings: Settings, **changes: object) -> dict[Channel, type]:
    carriers = make_carriers(settings.model_copy(update=changes))
    return {channel: type(carrier) for channel, carrier in carriers.items()}


def test_channels_follow_from_the_settings(settings: Settings) -> None:
    assert kinds(settings) == {Channel.WEB_PUSH: WebPush}
    assert kinds(settings, smtp_host="mail") == {Channel.WEB_PUSH: WebPush, Channel.EMAIL: Email}
    assert kinds(settings, demo=True, smtp_host="mail") == dict.fromkeys(Channel, Console)


def test_an_sms_gateway_is_set_up_by_its_address(settings: Settings) -> None:
    body = '{"to": "{to}", "text": "{text}"}'
    assert kinds(settings, sms_url="https://sms.example.org", sms_body=body) == {
        Channel.WEB_PUSH: WebPush,
        Channel.SMS: Sms,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"SMS_URL": "http://sms.example.org", "SMS_BODY": "to={to}&text={text}"},
        {"SMS_URL": "https://sms.example.org", "SMS_BODY": "to={to}"},
        {"SMS_HEADERS": "[]"},
        {"SMS_HEADERS": '{"a": 1}'},
        {"SMS_HEADERS": "{"},
    ],
)
def test_a_gateway_that_cannot_work_stops_the_start(
    settings: Settings, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(f"DIARY_{name}", value)
    with pytest.raises(ValidationError):
        load()


def test_keys_for_push_are_a_list_and_one_may_have_its_old_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIARY_VAPID_PRIVATE_KEYS", "newer, older")
    assert load().push_keys == ("newer", "older")
    monkeypatch.delenv("DIARY_VAPID_PRIVATE_KEYS")
    file = Path(os.environ["DIARY_SETTINGS"])
    file.write_text(file.read_text().replace("VAPID_PRIVATE_KEYS", "VAPID_PRIVATE_KEY"))
    assert load().push_keys == settings.push_keys


def test_the_demo_prints_and_shows_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    words = reminder_words("en", 1, night=False)
    message = Message(uuid4(), 1, words, "https://diary.example.org/score", MORNING, MORNING)
    Console().send(message, MailAddress("a@example.org"))
    Console().send(message, PushAddress(uuid4(), "https://push.example.org/secret", "", ""))
    Console().send(message, MobileNumber("+31612345678"))
    said = "Diary: You can still fill it in now. https://diary.example.org/score"
    assert capsys.readouterr().out.splitlines() == [
        f"[e-mail, step 2] {said}",
        f"[push, step 2] {said}",
        f"[sms, step 2] {said}",
    ]


@pytest.mark.parametrize("language, title", [("nl", "Dagboek"), ("en", "Diary"), ("xx", "Dagboek")])
def test_words_in_the_patients_language(language: str, title: str) -> None:
    assert reminder_words(language, 0, night=True).title == title
