"""Signed texts that leave the house and come back: links, and references of SMS messages.

Made by the worker or the team, read by the web application; whoever changes a character gets
nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

# A signed request is good for so long.
FRESH = timedelta(minutes=5)
# An SMS gateway takes at most 32 letters and digits: an id of 16 bytes and a mark of 4.
MARK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose e-mails a link stops."""

    centre_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class Welcome:
    """Whose first sign-in a link is for, until when.

    `mark` is the fingerprint of the password that stood when it was made: once another is chosen,
    the link leads nowhere.
    """

    centre_id: UUID
    staff_id: UUID
    expires: datetime
    mark: str


class Signer:
    """Signs with `secret`, and reads what it signed; compares in constant time."""

    def __init__(self, secret: str) -> None:
        self._stops = URLSafeSerializer(secret, salt="stop-email", signer_kwargs=_SHA256)
        self._welcomes = URLSafeSerializer(secret, salt="welcome-staff", signer_kwargs=_SHA256)
        self._key = hashlib.sha256(b"sms-reference:" + secret.encode()).digest()

    def stop(self, stop: Stop) -> str:
        """Return what stands in the link that stops e-mails; it stays good for ever (RFC 8058)."""
        return str(self._stops.dumps([stop.centre_id.hex, stop.patient_id.hex]))

    def read_stop(self, token: str) -> Stop | None:
        """Return whose e-mails `token` stops, None when we did not make it."""
        try:
            centre_id, patient_id = self._stops.loads(token)
        except BadSignature:
            return None
        return Stop(UUID(centre_id), UUID(patient_id))

    def welcome(self, welcome: Welcome) -> str:
        """Return what stands in the link with which a colleague chooses the own password."""
        ids = [welcome.centre_id.hex, welcome.staff_id.hex]
        return str(self._welcomes.dumps([*ids, int(welcome.expires.timestamp()), welcome.mark]))

    def read_welcome(self, token: str) -> Welcome | None:
        """Return whom `token` welcomes, None when we did not make it; look at `expires` too."""
        try:
            centre_id, staff_id, expires, mark = self._welcomes.loads(token)
        except BadSignature:
            return None
        return Welcome(UUID(centre_id), UUID(staff_id), datetime.fromtimestamp(expires, UTC), mark)

    def reference(self, reminder_id: UUID) -> str:
        """Return what an SMS gateway calls a message when it reports on it: 32 letters, digits."""
        return base64.b32encode(reminder_id.bytes + self._mark(reminder_id)).decode()

    def read_reference(self, reference: str) -> UUID | None:
        """Return the reminder that `reference` is of, None when we did not make it."""
        try:
            content = base64.b32decode(reference)
        except ValueError:
            return None
        if len(content) != 16 + MARK_BYTES:
            return None
        reminder_id = UUID(bytes=content[:16])
        return reminder_id if hmac.compare_digest(content[16:], self._mark(reminder_id)) else None

    def _mark(self, reminder_id: UUID) -> bytes:
        return hmac.digest(self._key, reminder_id.bytes, "sha256")[:MARK_BYTES]


def is_signed(key: str, timestamp: str, content: bytes, signature: str, now: datetime) -> bool:
    """Tell whether `signature` is the HMAC-SHA256, in hex, of timestamp, newline and content.

    `timestamp` is in seconds since 1970, as text, and no more than five minutes from `now`.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    right = hmac.digest(key.encode(), timestamp.encode() + b"\n" + content, "sha256").hex()
    fresh = abs(now.timestamp() - int(timestamp)) <= FRESH.total_seconds()
    return hmac.compare_digest(right.encode(), signature.encode()) and fresh


_SHA256 = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
