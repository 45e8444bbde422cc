"""What channels over HTTP have in common: a careful session, and what an error means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests

from diary.reminders.channels.base import OutcomeUnknownError, PermanentError, TemporaryError

# Errors that come before a byte of the request has left.
NOT_SENT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.ProxyError,
)


class Session(requests.Session):
    """A session that follows no redirect and takes no password from a netrc file.

    A redirect would lead past the list of hosts; an entry in netrc would overwrite our own header.
    """

    def __init__(self) -> None:
        super().__init__()
        self.auth = _no_password
        self._environments: dict[str, Any] = {}

    def merge_environment_settings(
        self,
        url: str | bytes | None,
        proxies: Any,
        stream: bool | None,
        verify: Any,
        cert: Any,
    ) -> Any:
        """Read proxies and certificates from the environment once per host, not per message."""
        host = urlsplit(str(url)).netloc
        if host not in self._environments:
            self._environments[host] = super().merge_environment_settings(
                url, proxies, stream, verify, cert
            )
        return dict(self._environments[host])

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return None: a service that takes messages has no reason to redirect."""
        return None


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def refusal(
    reason: str, status: int, retry_header: str | None, now: datetime
) -> PermanentError | TemporaryError:
    """Return what it means that a server answered with `status`, 300 or more."""
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TemporaryError(reason, retry_after=retry_after(retry_header, now))
    return PermanentError(reason)


def broken_line(
    error: requests.RequestException, channel: str
) -> TemporaryError | OutcomeUnknownError:
    """Return what it means that no answer came: surely not sent, or perhaps."""
    if isinstance(error, NOT_SENT) or "NewConnectionError" in repr(error):
        return TemporaryError(f"{channel}_no_connection", silent=True)
    return OutcomeUnknownError(f"{channel}_no_answer")


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
