"""Real servers on loopback that stand for the outside world: a push service and a mail server."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid.utils import b64urldecode, b64urlencode

# A status that says: take the request and end the line without an answer.
HANG_UP = 0


@dataclass
class Request:
    """What came in, and on which line (the other side's port)."""

    path: str
    headers: dict[str, str]
    body: bytes
    line: int


class PushService(ThreadingHTTPServer):
    """Answers every POST with `status` (and `headers`, `content`); keeps what it received."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 201
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.received: list[Request] = []
        self.hang_up = False
        self.content = b""

    def endpoint(self, name: str = "a") -> str:
        return f"http://127.0.0.1:{self.server_port}/push/{name}"

    def answer(self, name: str, status: int, **headers: str) -> None:
        self.answers[f"/push/{name}"] = (
            status,
            {key.replace("_", "-"): value for key, value in headers.items()},
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The head and the body of an answer leave in two packets: without this each waits 40 ms.
    disable_nagle_algorithm = True
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.server.received.append(Request(self.path, headers, body, self.client_address[1]))
        status, extra = self.server.answers.get(self.path, (self.server.status, {}))
        if self.server.hang_up or status == HANG_UP:
            self.close_connection = True
            return
        self.send_response(status)
        for key, value in extra.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def push_service() -> Iterator[PushService]:
    with PushService() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def tls(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return the server's side of TLS for 127.0.0.1, and the file that makes others trust it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusted = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    return context, trusted


@dataclass
class Browser:
    """The receiving end of Web Push: the keys that a real browser would have made."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"0123456789abcdef"

    @property
    def p256dh(self) -> str:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return b64urlencode(point)

    @property
    def auth(self) -> str:
        return b64urlencode(self.secret)

    def decrypt(self, body: bytes) -> bytes:
        return http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )


def vapid_private_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return b64urlencode(key.private_numbers().private_value.to_bytes(32, "big"))


def vapid_claims(authorization: str) -> dict[str, Any]:
    """Return what the signed token of an Authorization header claims."""
    token = authorization.split("t=")[1].split(",")[0]
    claims: dict[str, Any] = json.loads(b64urldecode(token.split(".")[1].encode()))
    return claims


class Mailbox:
    """Handler of the mail server: keeps the bytes, or answers as told."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.rcpt_answer: str | None = None
        self.data_answer: str | None = None
        self.drop_after_data = False
        self.arrived = threading.Event()

    @property
    def contents(self) -> list[bytes]:
        return [bytes(mail.content or b"") for mail in self.mails]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answer is not None:
            return self.rcpt_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer is not None:
            return self.data_answer
        self.mails.append(envelope)
        self.arrived.set()
        if self.drop_after_data:
            assert server.transport is not None
            server.transport.abort()
        return "250 accepted"


class _AnyPort(Controller):
    """Listens on whatever port is free; the original knocks on the port it was told."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    controller = _AnyPort(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        controller.stop()
