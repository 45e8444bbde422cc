"""SMS over any gateway that takes one HTTP request per message."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit
from uuid import uuid4

from diary.json_paths import pick
from diary.reminders.channels.base import Address, Message, MobileNumber, PermanentError
from diary.reminders.channels.web import Lines, refusal
from diary.signed import Signer
from diary.sms_body import writer

# Seconds to connect and to wait for the answer.
CONNECT, READ = 3.0, 10.0
# ITU-T E.164.
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
LONGEST_REF = 200
# Seconds: no gateway tries for less.
SHORTEST = 60


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Where and how to hand over a message (docs/channels.md).

    `body` is a JSON document or a form ("to={to}&text={text}") with places for {to} ("+316…"),
    {digits} ("316…"), {text}, {reference} and {seconds} (how long it is worth delivering).
    `id_path` says where the answer names the message; `accepted` is "path=value" for gateways
    that answer 200 to what they refuse.
    """

    url: str
    body: str
    method: Literal["POST", "PUT"] = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    id_path: str = ""
    accepted: str = ""


class Sms:
    """Sends the reminder as one short text with its link."""

    def __init__(self, gateway: SmsGateway, signer: Signer) -> None:
        self._gateway = gateway
        self._signer = signer
        self._write = writer(gateway.body)
        self._lines = Lines("sms", connect=CONNECT, read=READ)

    def door(self, address: Address) -> str:
        """Return the gateway's host."""
        return urlsplit(self._gateway.url).hostname or ""

    def send(self, message: Message, address: Address) -> str | None:
        """Send `message` to one number; see `Carrier.send`."""
        assert isinstance(address, MobileNumber)
        if not NUMBER.fullmatch(address.number):
            raise PermanentError("sms_bad_number")
        about = message.about.reminder_id if message.about else uuid4()
        kind, content = self._write(
            {
                "to": address.number,
                "digits": address.number.removeprefix("+"),
                "text": text(message),
                "reference": self._signer.reference(about),
                "seconds": str(max(int(message.rest.total_seconds()), SHORTEST)),
            }
        )
        answer = self._lines.send(
            self._gateway.method,
            self._gateway.url,
            content,
            {"Content-Type": kind, "Accept": "application/json"} | dict(self._gateway.headers),
        )
        if not 200 <= answer.status < 300:
            raise refusal(answer, "sms", message.now)
        return self._named(answer.content)

    def _named(self, content: bytes) -> str | None:
        """Return what the gateway calls the message that it accepted."""
        try:
            told = json.loads(content)
        except ValueError:
            # Accepted is accepted, whatever else it says.
            told = None
        path, _, wanted = self._gateway.accepted.partition("=")
        if path and told is not None and pick(told, path) != wanted:
            raise PermanentError("sms_not_accepted")
        ref = pick(told, self._gateway.id_path) if self._gateway.id_path else None
        return ref[:LONGEST_REF] if ref else None


def text(message: Message) -> str:
    """Return what the patient reads: one sentence that says nothing about health, and the link."""
    return f"{message.words.body} {message.link}"
