"""A real server on loopback for browser and process tests, with a database and a clock of its own.

with LiveServer(make_app(database, clock)) as server:
    page.goto(server.url)
    server.stop()      # nobody answers
    server.start()     # the same address again
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from types import CodeType, TracebackType
from typing import Any, ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from pydantic import SecretStr
from werkzeug.routing import Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from diary.clock import Clock
from diary.reminders.trying import make_try_out
from diary.settings import Settings
from diary.store.database import Database
from diary.web.app import create_app
from tests.support.databases import PEPPER, VAULT_KEY


def vapid_key() -> str:
    """Return a new private key for Web Push, url-safe base64."""
    number = generate_private_key(SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


VAPID_KEY = vapid_key()


class _KnownTemplates(BytecodeCache):
    """The templates that were compiled before: each test has an application of its own."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._known[bucket.key, bucket.checksum] = bucket.code


class _KnownRule(Rule):
    """A route whose code was written before: that takes most of what making an application does."""

    _known: ClassVar[dict[tuple[str, str, bool], Callable[..., Any]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        key = self.rule, repr((self.subdomain, self.host, self.defaults)), append_unknown
        if key not in self._known:
            self._known[key] = super()._compile_builder(append_unknown)
        return self._known[key]


_TEMPLATES = _KnownTemplates()
Flask.url_rule_class = _KnownRule


def make_settings(database: Database, **changes: object) -> Settings:
    """Return settings that fit the databases of the tests."""
    values: dict[str, object] = {
        "database_url": database.engine.url.render_as_string(hide_password=False),
        "secret_key": SecretStr("a secret that signs nothing but tests"),
        "pepper": SecretStr(PEPPER),
        "vault_keys": (SecretStr(VAULT_KEY),),
        "vapid_private_keys": (SecretStr(VAPID_KEY),),
        "vapid_subject": "mailto:tests@example.nl",
        "push_hosts": ("127.0.0.1", "push.example.net"),
    }
    return Settings(**{**values, **changes})


def make_app(database: Database, clock: Clock, **changes: object) -> Flask:
    """Return the application on `database` with `clock`; `changes` are other settings."""
    settings = make_settings(database, **changes)
    app = create_app(settings, clock, database, make_try_out(settings))
    app.testing = False
    app.jinja_env.bytecode_cache = _TEMPLATES
    return app


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the output of a test is for the test."""


class LiveServer:
    """Serves `app` on a port of 127.0.0.1 (0: a free one), each request in a thread of its own."""

    def __init__(self, app: Flask, port: int = 0) -> None:
        self.app = app
        self.port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at the end; it stays the same after a stop."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer from now on."""
        assert self._server is None, "it runs"
        self._server = make_server(
            "127.0.0.1", self.port, self.app, threaded=True, request_handler=_Quiet
        )
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until somebody stops it, for ever if nobody does."""
        assert self._thread is not None
        self._thread.join()

    def stop(self) -> None:
        """Answer nobody from now on; the port stays ours to come back to."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()
