"""Headers, and the guard against requests that another site makes in somebody's name."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

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
    app.before_request(refuse_other_sites)
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


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if over_tls():
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if request.endpoint != "static":
        # Pages hold health data: no shared or local cache keeps them unless a view says how.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
