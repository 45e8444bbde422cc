"""What channels over HTTP have in common: lines that stay open, and what an error means."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, Timeout
from urllib3.exceptions import HTTPError

from diary.reminders.channels.base import OutcomeUnknownError, PermanentError, TemporaryError

# More of an answer is not read: it holds an id and a status.
LONGEST_ANSWER = 64 * 1024
# As many threads may send to one server at a time and find their line kept for the next message.
LINES = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the HTTP status, its Retry-After header, the start of the content."""

    status: int
    retry_after: str | None
    content: bytes


class Lines:
    """Hands over small messages on lines that are kept open; any number of threads may.

    requests finds the way to each server, with the proxies and certificates that the environment
    names, and is asked that once: each message then goes over urllib3 alone. What requests does
    around it, per message, took longer than encrypting and sending it.

    No redirect is followed, which could lead past the list of hosts, and nothing is tried twice.
    `channel` ("push") begins the reasons of errors; `connect` and `read` are patience in seconds.
    """

    def __init__(self, channel: str, *, connect: float, read: float) -> None:
        self._channel = channel
        self._timeout = Timeout(connect=connect, read=read)
        self._pools: dict[tuple[str, str], HTTPConnectionPool] = {}
        self._lock = threading.Lock()

    def send(self, method: str, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Hand over one message; return whatever was answered.

        Raises TemporaryError when surely nothing was sent, OutcomeUnknownError when perhaps.
        """
        parts = urlsplit(url)
        pool = self._pool(url, (parts.scheme, parts.netloc))
        left = False

        def body() -> Iterator[bytes]:
            # Asked for once the server is there, trusted, and has the headers: until then nothing
            # can have been delivered, however it breaks.
            nonlocal left
            left = True
            yield content

        try:
            response = pool.urlopen(
                method,
                f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/",
                body=body(),
                headers={**headers, "Content-Length": str(len(content))},
                retries=False,
                redirect=False,
                timeout=self._timeout,
                preload_content=False,
            )
        except HTTPError as error:
            if left:
                raise OutcomeUnknownError(f"{self._channel}_no_answer") from error
            raise TemporaryError(f"{self._channel}_no_connection", silent=True) from error
        assert isinstance(response, HTTPResponse)
        try:
            read = response.read(LONGEST_ANSWER)
        except HTTPError:
            # The status was told: accepted is accepted, whatever else is said or is not.
            read = b""
        finally:
            # A line on which nothing more comes is in the pool again by now, and stays open.
            response.close()
        return Answer(response.status, response.headers.get("Retry-After"), read)

    def _pool(self, url: str, server: tuple[str, str]) -> HTTPConnectionPool:
        with self._lock:
            if server not in self._pools:
                self._pools[server] = _way_to(url)
            return self._pools[server]


def _way_to(url: str) -> HTTPConnectionPool:
    # Plain HTTP stays on this machine (tests, benchmarks): there is no proxy in between.
    environment = requests.Session().merge_environment_settings(url, {}, False, None, None)
    proxies = environment["proxies"] if url.startswith("https:") else {}
    pool = HTTPAdapter(pool_maxsize=LINES).get_connection_with_tls_context(
        requests.Request("POST", url).prepare(), environment["verify"], proxies
    )
    assert isinstance(pool, HTTPConnectionPool)
    return pool


def refusal(answer: Answer, channel: str, now: datetime) -> PermanentError | TemporaryError:
    """Return what it means that a server did not accept a message (status 300 or more)."""
    reason = f"{channel}_{answer.status}"
    busy = answer.status == HTTPStatus.TOO_MANY_REQUESTS
    if busy or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TemporaryError(reason, retry_after=retry_after(answer.retry_after, now))
    return PermanentError(reason)


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After header (seconds or an HTTP date) asks to wait, or None."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header), 86_400))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(until - now, timedelta(0))
