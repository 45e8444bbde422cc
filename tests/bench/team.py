"""The list of 500 patients and their worklist, in the server, beside one SELECT of the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlmodel import col

from diary.protocol.phases import PhaseKind
from diary.store import (
    accounts,
    cases,
    centres,
    diary_writing,
    migrations,
    pathways,
    patients,
    prompts,
)
from diary.store.database import Database, Unit
from diary.store.diary_writing import NewEntry
from diary.store.patient_list import listed
from diary.store.tables import Pathway, Patient
from diary.store.vault import Vault
from diary.web.identity import TEAM_COOKIE
from tests.bench.measure import Result, seconds_of_both
from tests.support.clock import SettableClock
from tests.support.crowd import multiply
from tests.support.databases import PEPPER, VAULT_KEY
from tests.support.people import Maker, Member, enrolment
from tests.support.server import make_app

PATIENTS = 500
# So many are in the last four days of their trial, of which enough must be filled in.
IN_WINDOW = 50
MOST_SECONDS = 0.150
MOST_SECONDS_OF_A_PAGE = 0.120
# Whatever the number of patients; the worklist looks at a dozen sources more than the list.
MOST_QUERIES = {"/team/patients": 8, "/team/": 20}
NOW = datetime.fromisoformat("2026-03-16T14:30:00+01:00")
INTAKE, TRIAL = date(2026, 3, 2), date(2026, 3, 6)
TRIAL_DAYS, TRIAL_DAYS_IN_WINDOW = 18, 12
HOURS = (8, 13, 18, 22)


def run() -> Iterator[Result]:
    """Ask for each page often: the first time computes the verdicts, the rest is what is measured.

    The SELECT fetches the same sealed names; the pages also open them and draw every line.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/diary.db", Vault([VAULT_KEY], PEPPER))
        migrations.upgrade(database.engine)
        maker = Maker(database, SettableClock(NOW))
        nurse = maker.member(*maker.centre())
        _fill(maker, nurse)
        desk = _desk(maker, nurse)

        def floor() -> None:
            with database.read(nurse.scope, now=NOW) as unit:
                rows = unit.session.execute(
                    select(col(Patient.name), col(Patient.hospital_number), col(Pathway.revision))
                    .join(Pathway, col(Pathway.patient_id) == col(Patient.id))
                    .where(nurse.scope.sees(col(Patient.centre_id), col(Patient.id)))
                )
                assert len(rows.all()) == PATIENTS

        for path, most_queries in MOST_QUERIES.items():
            ours = partial(_open, desk, path)
            ours()
            seconds = seconds_of_both(ours, floor)
            yield _result(path, *seconds, _queries(database, ours), most_queries)
        yield _page(desk, database, nurse)
        database.close()


def _page(desk: FlaskClient, database: Database, nurse: Member) -> Result:
    """Ask for the page of one patient, which is without its chart; beside it the bare case."""
    with database.read(nurse.scope, now=NOW) as unit:
        patient_id = listed(unit)[0].id

    def floor() -> None:
        with database.read(nurse.scope, now=NOW) as unit:
            assert cases.case_of(unit, patient_id, NOW) is not None

    ours, bare = seconds_of_both(partial(_open, desk, f"/team/patients/{patient_id}"), floor)
    return Result(
        bench="page of one patient, 14 days of 4 entries, without the chart",
        ours=float(f"{ours:.4g}"),
        floor=float(f"{bare:.4g}"),
        ratio=float(f"{ours / bare:.4g}"),
        goal=f"<= {MOST_SECONDS_OF_A_PAGE} s",
        ok=ours <= MOST_SECONDS_OF_A_PAGE,
    )


def _open(desk: FlaskClient, path: str) -> None:
    assert desk.get(path).status_code == 200


def _result(path: str, ours: float, floor: float, queries: int, most_queries: int) -> Result:
    return Result(
        bench=f"{path}, {PATIENTS} patients, {queries} queries",
        ours=float(f"{ours:.4g}"),
        floor=float(f"{floor:.4g}"),
        ratio=float(f"{ours / floor:.4g}"),
        goal=f"<= {MOST_SECONDS} s, <= {most_queries} queries",
        ok=ours <= MOST_SECONDS and queries <= most_queries,
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
        for number, (times, days) in enumerate(
            ((PATIENTS - IN_WINDOW, TRIAL_DAYS), (IN_WINDOW, TRIAL_DAYS_IN_WINDOW))
        ):
            new = enrolment(site_id, name=f"Patient {number}", number=number)
            patient_id = patients.enrol(unit, new)
            _patient(unit, patient_id, days)
            multiply(unit, patient_id, times - 1)


def _patient(unit: Unit, patient_id: UUID, trial_days: int) -> None:
    found = pathways.pathway(unit, patient_id)
    assert found is not None
    trial_end = TRIAL + timedelta(days=trial_days - 1)
    pathways.start_phase(unit, found.id, PhaseKind.INTAKE, INTAKE, INTAKE + timedelta(days=3))
    pathways.start_phase(unit, found.id, PhaseKind.TRIAL, TRIAL, trial_end)
    found = pathways.pathway(unit, patient_id)
    assert found is not None
    for days in (-2, -1, 0):
        prompts.materialise(unit, found, NOW.date() + timedelta(days=days))
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
