"""500 due reminders over Web Push: claimed, sent and recorded, against pywebpush alone."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID, uuid4

import requests
import structlog
from cryptography.fernet import Fernet
from py_vapid import Vapid
from pywebpush import webpush
from sqlalchemy import delete
from sqlmodel import col

from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.reminders import planning
from diary.reminders.channels.web_push import WebPush
from diary.reminders.dispatch import Dispatcher
from diary.store import centres, migrations, pathways, patients, phones, subscriptions
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Channel, Reminder
from diary.store.vault import Vault
from tests.bench.measure import Result, at_least, seconds_of_both
from tests.reminders.servers import Browser, push_service, vapid_private_key
from tests.support.people import BIRTH_DATE, enrolment

NUMBER = 500
ROUNDS = 5
# 08:00 on the clock of every patient: all first moments are due.
NOW = datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
SUBJECT = "mailto:bench@example.org"


def run() -> Iterator[Result]:
    """Compare the rate of our dispatch with that of bare pywebpush, to the same endpoint."""
    browser, key = Browser(), vapid_private_key()
    with tempfile.TemporaryDirectory() as folder, _endpoint() as endpoint, _quiet():
        vault = Vault([Fernet.generate_key().decode()], "p" * 32)
        database = Database(f"sqlite:///{folder}/diary.db", vault)
        migrations.upgrade(database.engine)
        _fill(database, endpoint, browser)
        dispatcher = Dispatcher(
            database,
            Channel.WEB_PUSH,
            WebPush([key], SUBJECT, ("127.0.0.1",)),
            link="https://diary.example.org/",
            clock=lambda: NOW,
            worker="bench",
        )

        def ours() -> None:
            assert dispatcher.run() == NUMBER

        def floor() -> None:
            _bare(endpoint, browser, key)

        # What is sent stays sent; each round is planned anew, which is not what is measured.
        best = [float("inf"), float("inf")]
        for _ in range(ROUNDS):
            _plan(database)
            for index, seconds in enumerate(seconds_of_both(ours, floor, rounds=1)):
                best[index] = min(best[index], seconds)
        database.close()
    yield at_least(
        f"push dispatch, {NUMBER} due, per second", NUMBER / best[0], NUMBER / best[1], 0.7
    )


def _bare(endpoint: str, browser: Browser, key: str) -> None:
    session, vapid = requests.Session(), Vapid.from_string(private_key=key)
    for number in range(NUMBER):
        webpush(
            {
                "endpoint": f"{endpoint}/{number}",
                "keys": {"p256dh": browser.p256dh, "auth": browser.auth},
            },
            data='{"title": "Dagboek", "body": "Het is tijd om uw dagboek in te vullen."}',
            vapid_private_key=vapid,
            vapid_claims={"sub": SUBJECT},
            ttl=7200,
            timeout=5,
            requests_session=session,
        )


def _fill(database: Database, endpoint: str, browser: Browser) -> None:
    """Make the patients, each in a trial and with a phone that has Web Push."""
    with database.write(None, now=NOW) as unit:
        centre_id = centres.create_centre(unit, centres.NewCentre("Bench", "0", ("Bench",)))
    scope, codes = Scope(centre_id), []
    with database.write(scope, now=NOW) as unit:
        site_id = centres.sites(unit)[0].id
        for number in range(NUMBER):
            patient_id = patients.enrol(unit, enrolment(site_id, number=number))
            pathway = pathways.pathway(unit, patient_id)
            assert pathway is not None
            assert pathway.scale is Scale.NRS
            pathways.start_phase(unit, pathway.id, PhaseKind.TRIAL, NOW.date(), NOW.date())
            codes.append(phones.create_activation_code(unit, patient_id))
    with database.write(None, now=NOW) as unit:
        owners = [phones.activate(unit, code, BIRTH_DATE, str(uuid4())) for code in codes]
    with database.write(scope, now=NOW) as unit:
        for number, owner in enumerate(owners):
            assert owner is not None
            subscriptions.subscribe(
                unit, owner, f"{endpoint}/{number}", browser.p256dh, browser.auth
            )
    planning.materialise(database, NOW)


def _plan(database: Database) -> None:
    with database.write(None, now=NOW) as unit:
        unit.session.execute(delete(Reminder).where(col(Reminder.id) != UUID(int=0)))
    planning.plan_ladder(database, NOW)


@contextmanager
def _endpoint() -> Iterator[str]:
    """Run the push service in a process of its own, so that it takes no time of ours."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    try:
        yield str(here.recv())
    finally:
        here.send("stop")
        process.join()


def _serve(pipe: Connection) -> None:
    with push_service() as service:
        pipe.send(service.endpoint("bench"))
        pipe.recv()


@contextmanager
def _quiet() -> Iterator[None]:
    """Write the log as the worker does, but to nowhere."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        structlog.configure(
            processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
            logger_factory=structlog.PrintLoggerFactory(nowhere),
            cache_logger_on_first_use=False,
        )
        yield
    structlog.reset_defaults()
