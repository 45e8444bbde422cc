"""The application on a database of the test, and browsers (without JavaScript) of its people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.protocol.scales import Scale
from diary.store import pathways, patients, phones
from diary.store.database import Database
from diary.store.pathways import PathwayView
from diary.web.identity import PHONE_COOKIE
from tests.support.clock import SettableClock
from tests.support.people import BIRTH_DATE, PIN, People, Somebody, enrolment
from tests.support.server import make_app

PhoneOf = Callable[[Somebody], FlaskClient]


def squeeze(html: str) -> str:
    """Return `html` without the white space between tags and text, which no reader sees."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", html)


class PhoneBrowser(FlaskClient):
    """A browser whose owner has a PIN, and fills it in wherever it is asked for."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Ask for a page; with the PIN when it is behind that."""
        answer = super().open(*args, **options)
        if answer.status_code != 303 or not answer.location.startswith("/pin?next=/"):
            return answer
        # Right after connecting it can wait.
        if answer.location == "/pin?next=/":
            return answer
        page = super().open(answer.location)
        own = re.search('name="owner" value="([^"]+)"', page.text)
        assert own is not None
        form = {"pin": PIN, "again": PIN, "owner": own[1]}
        assert super().open("/pin", method="POST", data=form).status_code == 303
        return super().open(*args, **options)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give a SQLite database; what matters on both is tested with both, by name."""
    return sqlite_database


@pytest.fixture
def app(database: Database, clock: SettableClock) -> Flask:
    """Give the application."""
    found = make_app(database, clock)
    found.test_client_class = PhoneBrowser
    return found


@pytest.fixture
def nobody(app: Flask) -> FlaskClient:
    """Give a browser that is signed in nowhere."""
    return app.test_client()


@pytest.fixture
def phone_of(app: Flask) -> PhoneOf:
    """Give what opens the browser on somebody's phone."""

    def open_phone(somebody: Somebody) -> FlaskClient:
        client = app.test_client()
        client.set_cookie(PHONE_COOKIE, somebody.token)
        return client

    return open_phone


@pytest.fixture
def vas(
    people: People, database: Database, clock: SettableClock, phone_of: PhoneOf
) -> tuple[FlaskClient, PathwayView]:
    """Give the phone of a patient who answers on the line, for one pain site."""
    new = replace(enrolment(people.site_id, number=77), scale=Scale.VAS, sites=("leg",))
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, new)
        code = phones.create_activation_code(unit, patient_id)
        pathway = pathways.pathway(unit, patient_id)
    with database.write(None, now=clock()) as unit:
        owner = phones.activate(unit, code, BIRTH_DATE, "vas token")
    assert owner is not None
    assert pathway is not None
    return phone_of(Somebody(patient_id, owner, "vas token", pathway)), pathway
