"""Which channels the settings set up, and what the demo prints."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

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
