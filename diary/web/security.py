"""Headers, and the guard against requests that another site makes in somebody's name."""

from __future__ import annotations

from typing import IO
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

from diary.web.context import over_tls

POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "img-src 'self' data:",
    )
)
# A picture needs the styles that matplotlib writes into it, and nothing else at all.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(app: Flask) -> None:
    """Guard every request of `app` and give every answer its headers."""
    app.request_class = _Requests
    app.before_request(refuse_other_sites)
    app.before_request(refuse_nul)
    app.after_request(_add_headers)


def refuse_other_sites() -> None:
    """Refuse a changing request that the browser says comes from elsewhere (architecture 9).

    Sec-Fetch-Site decides where the browser sends it, Origin where it does not. With neither it is
    no browser, so there is no cookie of a person to abuse. No token: an entry that is sent after
    three days offline could not have a fresh one.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def refuse_nul() -> None:
    """Refuse an address with a NUL in it: no keyboard makes one.

    PostgreSQL fails on it wherever a text becomes part of a query.
    """
    if "\0" in request.path or _has_nul(request.args):
        abort(400)


class _Forms(FormDataParser):
    """Refuses a form with a NUL in it, when and where a form is read: receipts are read raw."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        found = super().parse(stream, mimetype, content_length, options)
        if _has_nul(found[1]):
            raise BadRequest
        return found


class _Requests(Request):
    form_data_parser_class = _Forms


def _has_nul(sent: MultiDict[str, str]) -> bool:
    return any("\0" in text for pair in sent.items(multi=True) for text in pair)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if over_tls():
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if request.endpoint != "static":
        # Pages hold health data: no shared or local cache keeps them unless a view says how.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
