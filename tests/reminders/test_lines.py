"""The lines of push and SMS: kept open, over TLS, through a proxy, and broken in mid-answer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from diary.reminders.channels.base import OutcomeUnknownError, TemporaryError
from diary.reminders.channels.web import LONGEST_ANSWER, Answer, Lines
from tests.reminders.servers import push_service, tls

PATIENCE = 5.0
BODY = b"{}"
OK = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the machine's own proxies and certificates out of it."""
    for name in (*PROXIES, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def answering(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give the port of a server that does `serve` with each line that comes in."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    serve(line)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def send(url: str) -> Answer:
    return Lines("push", connect=PATIENCE, read=PATIENCE).send("POST", url, BODY, {})


def message(line: socket.socket) -> bytes:
    """Return the whole request of `send`, which comes in more than one piece.

    Whoever answers and hangs up with a piece unread resets the line, and takes the answer along.
    """
    heard = b""
    while not heard.endswith(BODY):
        piece = line.recv(65_536)
        assert piece, heard
        heard += piece
    return heard


def test_a_line_is_kept_for_the_next_message_also_after_a_refusal() -> None:
    lines = Lines("push", connect=PATIENCE, read=PATIENCE)
    with push_service() as service:
        service.content = b'{"reason": "no"}'
        for status in (201, 503, 201):
            service.status = status
            assert lines.send("POST", service.endpoint(), b"{}", {}).status == status
    assert len({request.line for request in service.received}) == 1


def test_of_an_answer_without_an_end_only_the_start_is_read_and_the_line_is_given_up() -> None:
    lines = Lines("push", connect=PATIENCE, read=PATIENCE)
    with push_service() as service:
        service.content = b"x" * (2 * LONGEST_ANSWER)
        for _ in range(2):
            answer = lines.send("POST", service.endpoint(), b"{}", {})
            assert (answer.status, len(answer.content)) == (201, LONGEST_ANSWER)
    assert len({request.line for request in service.received}) == 2


def test_accepted_is_accepted_though_the_line_breaks_after_the_status() -> None:
    def half(line: socket.socket) -> None:
        message(line)
        line.sendall(OK.replace(b"Content-Length: 2", b"Content-Length: 99"))

    with answering(half) as port:
        assert send(f"http://127.0.0.1:{port}/").status == 201


def test_the_address_is_asked_for_as_it_stands() -> None:
    with push_service() as service:
        for path in ("push/a?token=%2Fx%3D&y=ü", ""):
            send(f"http://127.0.0.1:{service.server_port}/{path}".rstrip("/"))
    assert [request.path for request in service.received] == ["/push/a?token=%2Fx%3D&y=%C3%BC", "/"]


def test_the_proxy_of_the_environment_is_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def refuse(line: socket.socket) -> None:
        asked.append(line.recv(65_536))
        line.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with answering(refuse) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://name:word@127.0.0.1:{port}")
        with pytest.raises(TemporaryError, match="push_no_connection"):
            send("https://push.example.org/a")
    assert asked[0].startswith(b"CONNECT push.example.org:443 ")
    assert b"Proxy-Authorization: Basic bmFtZTp3b3Jk" in asked[0]


@pytest.fixture
def encrypted(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """Give the server's side of TLS, and the file that says whom to trust."""
    return tls(tmp_path)


def test_over_tls_only_to_who_can_be_trusted(
    encrypted: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = encrypted
    heard: list[bytes] = []

    def serve(line: socket.socket) -> None:
        try:
            with context.wrap_socket(line, server_side=True) as safe:
                heard.append(message(safe))
                safe.sendall(OK)
        except OSError:
            # Nobody came in: TLS was refused, or the line was gone before that was read.
            return

    with answering(serve) as port:
        url = f"https://127.0.0.1:{port}/"
        with pytest.raises(TemporaryError, match="push_no_connection"):
            send(url)
        assert heard == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        assert send(url).content == b"ok"


def _alert(line: socket.socket) -> None:
    line.recv(65_536)
    # TLS 1.2: a fatal alert, "handshake failure".
    line.sendall(bytes([21, 3, 3, 0, 2, 2, 40]))


def _no_tls(line: socket.socket) -> None:
    line.recv(65_536)
    line.sendall(OK)


def _hang_up(line: socket.socket) -> None:
    line.recv(65_536)


@pytest.mark.parametrize("serve", [_alert, _no_tls, _hang_up])
def test_before_the_message_has_left_it_surely_was_not_delivered(
    serve: Callable[[socket.socket], None],
) -> None:
    """So it is tried again; of what has left, nobody knows."""
    with answering(serve) as port, pytest.raises(TemporaryError, match="push_no_connection"):
        send(f"https://127.0.0.1:{port}/")


def test_tls_that_breaks_after_the_message_may_have_delivered_it(
    encrypted: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = encrypted

    def serve(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True, suppress_ragged_eofs=False) as safe:
            message(safe)
            # What is no TLS record, in the place of the answer.
            with socket.socket(fileno=safe.detach()) as bare:
                bare.sendall(OK)

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with answering(serve) as port, pytest.raises(OutcomeUnknownError, match="push_no_answer"):
        send(f"https://127.0.0.1:{port}/")
