"""Web Push (RFC 8030, 8291, 8292) to a patient's phone."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from http import HTTPStatus
from urllib.parse import urlsplit

from py_vapid import Vapid
from pywebpush import WebPusher

from diary.push_keys import key_hash, public_key
from diary.reminders.channels.base import Address, Message, PermanentError, PushAddress
from diary.reminders.channels.web import Lines, refusal

# Seconds to connect and to wait for the answer: one dead push service must not hold up the rest.
CONNECT, READ = 3.0, 5.0
# A push service takes a signature for at most a day (RFC 8292).
SIGNATURE_LIVES, SIGNED_ANEW = timedelta(hours=12), timedelta(hours=1)
# RFC 8291: what a browser gives is an uncompressed P-256 point and a secret.
POINT_BYTES, UNCOMPRESSED, SECRET_BYTES = 65, 4, 16
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class WebPush:
    """Sends encrypted notifications, only to push services on the list (no request forgery).

    `hosts` are names or patterns ("*.push.apple.com"); an endpoint must be https, unless its host
    is loopback, which only stands on the list in tests and benchmarks. `private_keys` are our own,
    newest first: each message is signed with the key that its subscription was made with.
    """

    def __init__(self, private_keys: Sequence[str], subject: str, hosts: Sequence[str]) -> None:
        self._signers = {
            key_hash(public_key(key)): _Signer(Vapid.from_string(private_key=key), subject)
            for key in private_keys
        }
        # What was subscribed before keys were told apart was subscribed with the oldest.
        self._oldest = list(self._signers)[-1]
        self._hosts = tuple(host.lower() for host in hosts)
        self._lines = Lines("push", connect=CONNECT, read=READ)

    def send(self, message: Message, address: Address) -> None:
        """Send `message` to one phone; see `Carrier.send`."""
        assert isinstance(address, PushAddress)
        if not self.allowed(address.endpoint):
            raise PermanentError("push_host_not_allowed")
        if not _are_keys(address):
            raise PermanentError("push_bad_keys", gone=True)
        signer = self._signers.get(address.key_hash or self._oldest)
        if signer is None:
            # We threw away the only key that this phone listens to.
            raise PermanentError("push_key_dropped", gone=True)
        try:
            content = _pusher(address).encode(payload(message).encode())["body"]
        except ValueError as error:
            # 65 bytes that are no point on the curve.
            raise PermanentError("push_bad_keys", gone=True) from error
        answer = self._lines.send(
            "POST",
            address.endpoint,
            content,
            {
                "Authorization": signer.authorization(address.endpoint, message.now),
                "Content-Encoding": "aes128gcm",
                "TTL": str(int(message.rest.total_seconds())),
                "Topic": message.prompt_id.hex,
                "Urgency": "high",
            },
        )
        if answer.status in GONE:
            raise PermanentError(f"push_{answer.status}", gone=True)
        if not 200 <= answer.status < 300:
            raise refusal(answer, "push", message.now)

    def door(self, address: Address) -> str:
        """Return the push service's host."""
        assert isinstance(address, PushAddress)
        return urlsplit(address.endpoint).hostname or ""

    def allowed(self, endpoint: str) -> bool:
        """Return whether `endpoint` is at a push service on the list."""
        try:
            parts = urlsplit(endpoint)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.password is not None:
            return False
        if not any(fnmatchcase(host, pattern) for pattern in self._hosts):
            return False
        loopback = host in {"127.0.0.1", "localhost", "::1"}
        return loopback or (parts.scheme == "https" and port in {None, 443})


class _Signer:
    """Signs for each push service once an hour: a signature is good for more than one message."""

    def __init__(self, vapid: Vapid, subject: str) -> None:
        self._vapid = vapid
        self._subject = subject
        self._signed: dict[str, tuple[datetime, str]] = {}

    def authorization(self, endpoint: str, now: datetime) -> str:
        """Return the header that tells the push service at `endpoint` who we are (RFC 8292)."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        signed_at, header = self._signed.get(audience, (None, ""))
        if signed_at is None or not timedelta(0) <= now - signed_at < SIGNED_ANEW:
            expiry = int((now + SIGNATURE_LIVES).timestamp())
            claims = {"sub": self._subject, "aud": audience, "exp": expiry}
            header = str(self._vapid.sign(claims)["Authorization"])
            self._signed[audience] = now, header
        return header


def _are_keys(address: PushAddress) -> bool:
    """Tell whether the keys are base64 of an uncompressed point and of a 16-byte secret."""
    try:
        point, secret = (
            base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
            for key in (address.p256dh.rstrip("="), address.auth.rstrip("="))
        )
    except ValueError:
        return False
    return len(point) == POINT_BYTES and point[0] == UNCOMPRESSED and len(secret) == SECRET_BYTES


def _pusher(address: PushAddress) -> WebPusher:
    keys = {"p256dh": address.p256dh, "auth": address.auth}
    return WebPusher({"endpoint": address.endpoint, "keys": keys})


def payload(message: Message) -> str:
    """Return the JSON that the service worker shows; nothing in it is about health."""
    return json.dumps(
        {
            "title": message.words.title,
            "body": message.words.body,
            "tag": message.prompt_id.hex,
            "step": message.step,
            "url": message.link,
            "silent": message.words.silent,
        },
        ensure_ascii=False,
    )
