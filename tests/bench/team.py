"""The list of 500 patients in the server, against one SELECT of the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlmodel import col

from diary.protocol.phases import PhaseKind
from diary.store import accounts, centres, diary_writing, migrations, pathways, patients
from diary.store.database import Database, Unit
from diary.store.diary_writing import NewEntry
from diary.store.tables import Pathway, Patient
from diary.store.vault import Vault
from diary.web.identity import TEAM_COOKIE
from tests.bench.measure import Result, seconds_of_both
from tests.support.clock import SettableClock
from tests.support.databases import PEPPER, VAULT_KEY
from tests.support.people import Maker, Member, enrolment
from tests.support.server import make_app

PATIENTS = 500
MOST_SECONDS, MOST_QUERIES = 0.150, 8
NOW = datetime.fromisoformat("2026-03-16T14:30:00+01:00")
INTAKE, TRIAL, TRIAL_DAYS = date(2026, 3, 2), date(2026, 3, 6), 14
HOURS = (8, 13, 18, 22)


def run() -> Iterator[Result]:
    """Ask for the list twice: the first time computes the verdicts, the rest is what is measured.

    The SELECT fetches the same sealed names; the list also opens them and draws every line.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/diary.db", Vault([VAULT_KEY], PEPPER))
        migrations.upgrade(database.engine)
        maker = Maker(database, SettableClock(NOW))
        nurse = maker.member(*maker.centre())
        _fill(maker, nurse)
        desk = _desk(maker, nurse)

        def ours() -> None:
            assert desk.get("/team/patients").status_code == 200

        def floor() -> None:
            with database.read(nurse.scope, now=NOW) as unit:
                rows = unit.session.execute(
                    select(col(Patient.name), col(Patient.hospital_number), col(Pathway.revision))
                    .join(Pathway, col(Pathway.patient_id) == col(Patient.id))
                    .where(nurse.scope.sees(col(Patient.centre_id), col(Patient.id)))
                )
                assert len(rows.all()) == PATIENTS

        ours()
        seconds = seconds_of_both(ours, floor)
        yield _result(*seconds, _queries(database, ours))
        database.close()


def _result(ours: float, floor: float, queries: int) -> Result:
    return Result(
        bench=f"team list, {PATIENTS} patients, {queries} queries",
        ours=float(f"{ours:.4g}"),
        floor=float(f"{floor:.4g}"),
        ratio=float(f"{ours / floor:.4g}"),
        goal=f"<= {MOST_SECONDS} s, <= {MOST_QUERIES} queries",
        ok=ours <= MOST_SECONDS and queries <= MOST_QUERIES,
    )


def _queries(database: Database, work: Callable[[], None]) -> int:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    work()
    event.remove(database.engine, "before_cursor_execute", note)
    return sum(not statement.startswith("BEGIN") for statement in statements)


def _fill(maker: Maker, nurse: Member) -> None:
    with maker.database.write(nurse.scope, now=NOW) as unit:
        site_id = centres.sites(unit)[0].id
        for number in range(PATIENTS):
            new = enrolment(site_id, name=f"Patient {number}", number=number)
            _patient(unit, patients.enrol(unit, new))


def _patient(unit: Unit, patient_id: UUID) -> None:
    found = pathways.pathway(unit, patient_id)
    assert found is not None
    trial_end = TRIAL + timedelta(days=TRIAL_DAYS - 1)
    pathways.start_phase(unit, found.id, PhaseKind.INTAKE, INTAKE, INTAKE + timedelta(days=3))
    pathways.start_phase(unit, found.id, PhaseKind.TRIAL, TRIAL, trial_end)
    found = pathways.pathway(unit, patient_id)
    assert found is not None
    entries = [
        NewEntry(uuid4(), measured_at=at, scores={"leg": Fraction(8 if at.day < TRIAL.day else 4)})
        for day in range((NOW.date() - INTAKE).days)
        for hour in HOURS
        for at in [NOW.replace(day=INTAKE.day + day, hour=hour, minute=5)]
    ]
    diary_writing.add_entries(unit, found, entries, access_point="bench")


def _desk(maker: Maker, nurse: Member) -> FlaskClient:
    with maker.database.write(None, now=NOW) as unit:
        secret = accounts.find_staff(unit, nurse.login)
        assert secret is not None
        accounts.start_session(unit, secret, "desk")
    client = make_app(maker.database, maker.clock).test_client()
    client.set_cookie(TEAM_COOKIE, "desk")
    return client
