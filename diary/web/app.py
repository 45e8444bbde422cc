"""The web application: `create_app` wires it; it never starts a scheduler."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from diary import assets
from diary.clock import Clock, utc_now
from diary.settings import Settings
from diary.store.database import Database
from diary.web import (
    admin,
    api,
    channels,
    errors,
    health,
    identity,
    language,
    patient,
    security,
    team,
)
from diary.web.context import TryOut, Wiring, wire

# A batch of three offline days is some 10 kB; a paper diary to import some 100 kB.
MAX_BODY = 1024 * 1024
YEAR = 365 * 24 * 3600


def create_app(
    settings: Settings,
    clock: Clock = utc_now,
    database: Database | None = None,
    try_out: TryOut | None = None,
) -> Flask:
    """Return the application for `settings`; `clock` and `database` are given by tests.

    `try_out` sends the test messages that patients ask for (`diary.reminders.trying`).
    """
    app = Flask(
        __name__,
        template_folder=str(assets.folder("templates")),
        static_folder=str(assets.folder("static")),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=MAX_BODY,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    wire(app, Wiring(settings, clock, database or settings.open_database(), try_out))
    identity.install(app)
    language.install(app)
    security.protect(app)
    errors.install(app)
    for room in (health, channels, patient, api, team, admin):
        app.register_blueprint(room.blueprint)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
