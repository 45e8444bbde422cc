"""SMS over any gateway that takes one HTTP request per message."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from diary.json_paths import pick
from diary.reminders.channels.base import Address, Message, MobileNumber, PermanentError
from diary.reminders.channels.web import Session, broken_line, refusal
from diary.signed import Signer
from diary.sms_body import writer

# Seconds to connect and to wait for the answer.
TIMEOUT = (3.0, 10.0)
# More of an answer is not read: it holds an id and a status.
LONGEST_ANSWER = 64 * 1024
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
        self._local = threading.local()

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
        try:
            with self._session().request(
                self._gateway.method,
                self._gateway.url,
                data=content,
                headers={"Content-Type": kind, "Accept": "application/json"}
                | dict(self._gateway.headers),
                timeout=TIMEOUT,
                stream=True,
            ) as answer:
                return self._read(message, answer)
        except requests.RequestException as error:
            raise broken_line(error, "sms") from error

    def _read(self, message: Message, answer: requests.Response) -> str | None:
        status = answer.status_code
        if not 200 <= status < 300:
            header = answer.headers.get("Retry-After")
            raise refusal(f"sms_{status}", status, header, message.now)
        try:
            told = json.loads(next(answer.iter_content(LONGEST_ANSWER), b""))
        except (ValueError, requests.RequestException):
            # Accepted is accepted, whatever else it says.
            told = None
        path, _, wanted = self._gateway.accepted.partition("=")
        if path and told is not None and pick(told, path) != wanted:
            raise PermanentError("sms_not_accepted")
        ref = pick(told, self._gateway.id_path) if self._gateway.id_path else None
        return ref[:LONGEST_REF] if ref else None

    def _session(self) -> Session:
        # One kept-alive session per thread: requests does not promise more.
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Session()
        return session


def text(message: Message) -> str:
    """Return what the patient reads: one sentence that says nothing about health, and the link."""
    return f"{message.words.body} {message.link}"
