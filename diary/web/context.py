"""What a request needs from the application: store, clock and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, request

from diary.clock import Clock
from diary.settings import Settings
from diary.store.database import Database, Unit
from diary.store.scope import Scope
from diary.store.subscriptions import Subscription, Tried

_KEY = "diary"


# Sends a test message to a phone or an e-mail address, in a language, at a moment.
TryOut = Callable[[Subscription | str, str, datetime], Tried]


@dataclass(frozen=True, slots=True)
class Wiring:
    """What `create_app` was given; without `try_out` no test message can be sent."""

    settings: Settings
    clock: Clock
    database: Database
    try_out: TryOut | None = None


def wire(app: Flask, wiring: Wiring) -> None:
    """Attach the wiring to a Flask application."""
    app.extensions[_KEY] = wiring


def wiring() -> Wiring:
    """Return the wiring of the application at hand."""
    found = current_app.extensions[_KEY]
    assert isinstance(found, Wiring)
    return found


def now() -> datetime:
    """Return the present instant of the injected clock."""
    return wiring().clock()


@contextmanager
def reading(scope: Scope | None) -> Iterator[Unit]:
    """Open a reading transaction on behalf of `scope`."""
    with wiring().database.read(scope, now=now()) as unit:
        yield unit


@contextmanager
def writing(scope: Scope | None) -> Iterator[Unit]:
    """Open a writing transaction on behalf of `scope`."""
    with wiring().database.write(scope, now=now()) as unit:
        yield unit


def access_point() -> str:
    """Return where the request came in, for the access log: the route, never the query."""
    return f"{request.method} {request.url_rule.rule if request.url_rule else 'unknown'}"


def over_tls() -> bool:
    """Tell whether people reach this over TLS, also where a proxy in front speaks it for us."""
    return request.is_secure or wiring().settings.base_url.startswith("https:")
