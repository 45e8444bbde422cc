"""`POST /api/v1/entries` of one entry, against bare Flask with one INSERT."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4

from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import text

from diary.store import migrations
from diary.store.database import Database
from diary.web.identity import PHONE_COOKIE
from tests.bench.measure import Result, at_least, seconds_of_both
from tests.support.clock import SettableClock
from tests.support.databases import VAULT
from tests.support.people import Maker
from tests.support.server import make_app

NUMBER = 100
# The clock of the tests' people: their trial is under way.
NOW = "2026-03-12T13:05:00+01:00"


def run() -> Iterator[Result]:
    """Compare the rates, both through Flask's test client, one request after the other."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SettableClock(datetime.fromisoformat(NOW))
        database = Database(f"sqlite:///{folder}/diary.db", VAULT)
        migrations.upgrade(database.engine)
        patient = Maker(database, clock).people().patient
        phone = make_app(database, clock).test_client()
        phone.set_cookie(PHONE_COOKIE, patient.token)
        ours, floor = seconds_of_both(
            _posting(phone, "/api/v1/entries"), _posting(_bare(database).test_client(), "/")
        )
        yield at_least("POST /api/v1/entries (requests/s)", NUMBER / ours, NUMBER / floor, 0.5)
        database.close()


def _posting(client: FlaskClient, path: str) -> Callable[[], None]:
    def post() -> None:
        for _ in range(NUMBER):
            entry = {"id": str(uuid4()), "measured_at": NOW, "scores": {"leg": 6, "back": 4}}
            answer = client.post(path, json={"sent_at": NOW, "entries": [entry]})
            assert answer.get_json()["results"][0]["status"] == "stored", answer.get_json()

    return post


def _bare(database: Database) -> Flask:
    """Return the least that could keep an entry: no sign-in, no rules, no log."""
    app = Flask("floor")
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE floor (id TEXT PRIMARY KEY, body TEXT)"))

    @app.post("/")
    def keep() -> object:
        entry = request.get_json()["entries"][0]
        with database.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.execute(
                text("INSERT INTO floor VALUES (:id, :body)"),
                {"id": entry["id"], "body": str(entry)},
            )
            connection.commit()
        return jsonify(results=[{"id": entry["id"], "status": "stored"}])

    return app
