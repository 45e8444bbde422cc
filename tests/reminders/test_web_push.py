"""Web Push against a local push service, decrypted with the browser's keys."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from py_vapid import Vapid

from diary.push_keys import key_hash, public_key
from diary.reminders.channels.base import (
    Message,
    OutcomeUnknownError,
    PermanentError,
    PushAddress,
    TemporaryError,
)
from diary.reminders.channels.web import retry_after
from diary.reminders.channels.web_push import WebPush
from diary.reminders.texts import reminder_words
from tests.reminders.servers import (
    Browser,
    push_service,
    vapid_claims,
    vapid_private_key,
)

NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
PROMPT = UUID("0f0e0d0c-0b0a-0908-0706-050403020100")
KEY = vapid_private_key()


def carrier(*hosts: str) -> WebPush:
    return WebPush([KEY], "mailto:beheer@example.org", hosts or ("127.0.0.1",))


def message(step: int = 0, night: bool = False) -> Message:
    return Message(
        prompt_id=PROMPT,
        step=step,
        words=reminder_words("nl", step, night=night),
        link="https://dagboek.example.org/",
        now=NOW,
        closes_at=NOW + timedelta(minutes=90),
    )


def address(endpoint: str, browser: Browser) -> PushAddress:
    return PushAddress(uuid4(), endpoint, browser.p256dh, browser.auth)


def test_what_a_phone_receives() -> None:
    browser = Browser()
    with push_service() as service:
        push = carrier()
        push.send(message(), address(service.endpoint("a"), browser))
        push.send(message(step=1, night=True), address(service.endpoint("b"), browser))
    first, second = service.received
    assert (first.path, second.path) == ("/push/a", "/push/b")
    assert first.headers["ttl"] == "5400", "the rest of the window, in seconds"
    assert first.headers["topic"] == PROMPT.hex
    assert len(first.headers["topic"]) <= 32
    assert first.headers["urgency"] == "high"
    assert first.headers["content-encoding"] == "aes128gcm"
    shown = json.loads(browser.decrypt(first.body))
    assert shown == {
        "title": "Dagboek",
        "body": "Het is tijd om uw dagboek in te vullen.",
        "tag": PROMPT.hex,
        "step": 0,
        "url": "https://dagboek.example.org/",
        "silent": False,
    }
    assert json.loads(browser.decrypt(second.body))["silent"] is True
    claims = vapid_claims(first.headers["authorization"])
    assert claims["sub"] == "mailto:beheer@example.org"
    assert claims["aud"] == service.endpoint().rsplit("/push", 1)[0]


def test_each_push_service_gets_its_own_signature() -> None:
    browser = Browser()
    with push_service() as one, push_service() as other:
        push = carrier()
        for service in (one, other):
            push.send(message(), address(service.endpoint(), browser))
        audiences = [
            vapid_claims(service.received[0].headers["authorization"])["aud"]
            for service in (one, other)
        ]
    assert audiences[0] != audiences[1]


def test_a_signature_is_used_for_an_hour_and_is_good_for_longer() -> None:
    browser = Browser()
    with push_service() as service:
        push = carrier()
        for minutes in (0, 59, 61):
            now = NOW + timedelta(minutes=minutes)
            later = replace(message(), now=now, closes_at=now + timedelta(hours=1))
            push.send(later, address(service.endpoint(), browser))
    first, same, anew = (request.headers["authorization"] for request in service.received)
    assert first == same != anew
    assert vapid_claims(first)["exp"] == int((NOW + timedelta(hours=12)).timestamp())
    assert Vapid.verify(first)


def test_after_a_rotation_each_phone_hears_the_key_that_it_subscribed_with() -> None:
    browser, newer = Browser(), vapid_private_key()
    of = {key: key_hash(public_key(key)) for key in (KEY, newer)}
    push = WebPush([newer, KEY], "mailto:beheer@example.org", ("127.0.0.1",))
    with push_service() as service:
        for number, made_with in enumerate((of[KEY], of[newer], None)):
            where = replace(address(service.endpoint(str(number)), browser), key_hash=made_with)
            push.send(message(), where)
        dropped = replace(address(service.endpoint(), browser), key_hash="0" * 16)
        with pytest.raises(PermanentError, match="push_key_dropped") as caught:
            push.send(message(), dropped)
    assert caught.value.gone
    used = [request.headers["authorization"].split("k=")[1] for request in service.received]
    assert used == [public_key(KEY), public_key(newer), public_key(KEY)], "unknown: the oldest"


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_gone(status: int) -> None:
    with push_service() as service:
        service.status = status
        with pytest.raises(PermanentError, match=f"push_{status}") as caught:
            carrier().send(message(), address(service.endpoint(), Browser()))
    assert caught.value.gone


@pytest.mark.parametrize(
    "status, wait, expected",
    [
        (429, "120", timedelta(seconds=120)),
        (503, "Tue, 10 Mar 2026 07:05:00 GMT", timedelta(minutes=5)),
        (500, None, None),
    ],
)
def test_busy(status: int, wait: str | None, expected: timedelta | None) -> None:
    with push_service() as service:
        service.answer("a", status, **({} if wait is None else {"Retry_After": wait}))
        with pytest.raises(TemporaryError, match=f"push_{status}") as caught:
            carrier().send(message(), address(service.endpoint("a"), Browser()))
    assert caught.value.retry_after == expected


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_refused_for_good_but_the_address_stays(status: int) -> None:
    with push_service() as service:
        service.status = status
        with pytest.raises(PermanentError, match=f"push_{status}") as caught:
            carrier().send(message(), address(service.endpoint(), Browser()))
    assert not caught.value.gone


def test_a_redirect_is_not_followed() -> None:
    with push_service() as elsewhere, push_service() as service:
        service.answer("a", 307, Location=elsewhere.endpoint())
        with pytest.raises(PermanentError, match="push_307"):
            carrier().send(message(), address(service.endpoint("a"), Browser()))
    assert elsewhere.received == []


def test_nobody_listens_and_a_line_that_breaks() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}/push/a"
        with pytest.raises(TemporaryError, match="push_no_connection"):
            carrier().send(message(), address(closed, Browser()))
    with push_service() as service:
        service.hang_up = True
        with pytest.raises(OutcomeUnknownError):
            carrier().send(message(), address(service.endpoint(), Browser()))
    assert len(service.received) == 1


@pytest.mark.parametrize(
    "p256dh, auth", [("", ""), ("AAAA", "AAAA"), ("é", "x"), ("A" * 87, "A" * 22)]
)
def test_keys_that_are_none(p256dh: str, auth: str) -> None:
    with push_service() as service:
        bad = PushAddress(uuid4(), service.endpoint(), p256dh, auth)
        with pytest.raises(PermanentError, match="push_bad_keys") as caught:
            carrier().send(message(), bad)
    assert caught.value.gone
    assert service.received == []


@pytest.mark.parametrize(
    "endpoint, good",
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://db5p.notify.windows.com/w/?token=x", True),
        ("https://FCM.googleapis.com:443/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://fcm.googleapis.com@evil.example/x", False),
        ("https://user@fcm.googleapis.com/x", False),
        ("https://notify.windows.com/x", False),
        ("https://127.0.0.1/x", False),
        ("http://169.254.169.254/latest", False),
        ("https://[::1/x", False),
        ("https://fcm.googleapis.com:99999/x", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_hosts_on_the_list(endpoint: str, good: bool) -> None:
    assert carrier("fcm.googleapis.com", "*.notify.windows.com").allowed(endpoint) is good


def test_a_host_that_is_not_on_the_list_is_never_contacted() -> None:
    elsewhere = carrier("web.push.apple.com")
    with (
        push_service() as service,
        pytest.raises(PermanentError, match="push_host_not_allowed"),
    ):
        elsewhere.send(message(), address(service.endpoint(), Browser()))
    assert service.received == []


@pytest.mark.parametrize("header", ["soon", "", "-5", "Tue, 99 Foo"])
def test_retry_after_that_says_nothing(header: str) -> None:
    assert retry_after(header, NOW) is None
