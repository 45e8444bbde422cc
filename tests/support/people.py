"""The people of every access test: a patient, and four who may or may not look.

The patient Anna Bakker (leg and back, NRS, four moments and one at night) has finished her intake
(2 to 5 March 2026) and is on day 3 of her trial (10 to 19 March) on Thursday 12 March 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache
from uuid import UUID

import pytest
from argon2 import PasswordHasher

from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.store import accounts, centres, pathways, patients, phones
from diary.store.database import Database, Unit
from diary.store.pathways import PathwayView
from diary.store.patients import Enrolment
from diary.store.phones import PhoneOwner
from diary.store.scope import Scope
from diary.store.tables import Role
from tests.support.clock import SettableClock
from tests.support.databases import Rows, all_rows, put_back

NOON = datetime.fromisoformat("2026-03-12T12:00:00+01:00")
PASSWORD = "correct horse battery staple"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BIRTH_DATE = date(1971, 5, 2)
PIN = "13579"
PHASES = (
    (PhaseKind.INTAKE, date(2026, 3, 2), date(2026, 3, 5)),
    (PhaseKind.TRIAL, date(2026, 3, 10), date(2026, 3, 19)),
)
MOMENTS = (*DEFAULT_MOMENTS, Moment("night", time(3, 0), night=True))


@dataclass(frozen=True)
class Member:
    """A staff member who can sign in with `login`, PASSWORD and TOTP_SECRET."""

    id: UUID
    centre_id: UUID
    role: Role
    login: str

    @property
    def scope(self) -> Scope:
        """Return what this person may see."""
        return Scope(self.centre_id, self.role, staff_id=self.id)


@dataclass(frozen=True)
class Somebody:
    """A patient with an activated phone, which holds `token`."""

    id: UUID
    phone: PhoneOwner
    token: str
    pathway: PathwayView

    @property
    def scope(self) -> Scope:
        """Return what the patient may see."""
        return self.phone.scope


@dataclass(frozen=True)
class People:
    """One patient in trial, and who stands how to her.

    `nurse` treats her; `colleague` works in the same centre and does not; `stranger` is a nurse
    of another centre; `administrator` and `auditor` treat nobody. `other` is a patient of the
    colleague, in the same centre.
    """

    centre_id: UUID
    site_id: UUID
    patient: Somebody
    other: Somebody
    nurse: Member
    colleague: Member
    stranger: Member
    administrator: Member
    auditor: Member

    @property
    def product(self) -> Scope:
        """The scope of the product itself in this centre (worker, command line)."""
        return Scope(self.centre_id)

    @property
    def outsiders(self) -> dict[str, Scope]:
        """Return those who may not see the patient's diary, by name."""
        return {
            "colleague": self.colleague.scope,
            "stranger": self.stranger.scope,
            "administrator": self.administrator.scope,
            "auditor": self.auditor.scope,
            "other patient": self.other.scope,
        }

    @property
    def insiders(self) -> dict[str, Scope]:
        """Return those who may see it, by name."""
        return {"patient": self.patient.scope, "own nurse": self.nurse.scope}


@dataclass
class Maker:
    """Makes people in a database; every call from outside is one transaction."""

    database: Database
    clock: SettableClock
    numbers: dict[str, int] = field(default_factory=dict)
    _unit: Unit | None = None

    def centre(self, name: str = "Pijncentrum Noord") -> tuple[UUID, UUID]:
        """Make a centre with one site and return their ids."""
        with self._as(None) as unit:
            new = centres.NewCentre(name, "020 123 45 67", ("Hoofdlocatie",))
            centre_id = centres.create_centre(unit, new)
            return centre_id, centres.sites(replace(unit, scope=Scope(centre_id)))[0].id

    def member(self, centre_id: UUID, site_id: UUID, role: Role = Role.NURSE) -> Member:
        """Make a staff member."""
        login = f"{role.value}{self._next('staff')}"
        with self._as(Scope(centre_id)) as unit:
            new = accounts.NewStaff(
                site_id, login, login.title(), role, "nl", password_hash(), TOTP_SECRET
            )
            return Member(accounts.add_staff(unit, new), centre_id, role, login)

    def patient(self, by: Scope, site_id: UUID, name: str = "Anna Bakker") -> Somebody:
        """Enrol a patient, start intake and trial, and activate a phone."""
        number = self._next("patient")
        token = f"phone token {number}"
        with self._as(by) as unit:
            patient_id = patients.enrol(unit, enrolment(site_id, name=name, number=number))
            pathway_id = _pathway(unit, patient_id).id
            for kind, first, last in PHASES:
                pathways.start_phase(unit, pathway_id, kind, first, last)
            code = phones.create_activation_code(unit, patient_id)
            phone = phones.activate(replace(unit, scope=None), code, BIRTH_DATE, token)
            assert phone is not None
            return Somebody(patient_id, phone, token, _pathway(unit, patient_id))

    def people(self) -> People:
        """Make everybody of `People`."""
        with self._together():
            centre_id, site_id = self.centre()
            nurse = self.member(centre_id, site_id)
            colleague = self.member(centre_id, site_id)
            return People(
                centre_id=centre_id,
                site_id=site_id,
                patient=self.patient(nurse.scope, site_id),
                other=self.patient(colleague.scope, site_id, "Bram de Vries"),
                nurse=nurse,
                colleague=colleague,
                stranger=self.member(*self.centre("Pijncentrum Zuid")),
                administrator=self.member(centre_id, site_id, Role.ADMINISTRATOR),
                auditor=self.member(centre_id, site_id, Role.AUDITOR),
            )

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Make one transaction of many calls: it is three times as quick."""
        with self.database.write(None, now=self.clock()) as self._unit:
            yield
        self._unit = None

    @contextmanager
    def _as(self, scope: Scope | None) -> Iterator[Unit]:
        if self._unit is not None:
            yield replace(self._unit, scope=scope)
            return
        # Without a scope for the database's own lock: a phone is activated in the same breath.
        with self.database.write(None, now=self.clock()) as unit:
            yield replace(unit, scope=scope)

    def _next(self, kind: str) -> int:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]


def enrolment(
    site_id: UUID,
    *,
    name: str = "Anna Bakker",
    number: int = 1,
    moments: tuple[Moment, ...] = MOMENTS,
    timezone: str = "Europe/Amsterdam",
) -> Enrolment:
    """Return a form that is filled in right."""
    return Enrolment(
        name=name,
        hospital_number=f"{number:07}",
        birth_date=BIRTH_DATE,
        email=f"patient{number}@example.nl",
        language="nl",
        timezone=timezone,
        site_id=site_id,
        indication="fbss",
        scale=Scale.NRS,
        sites=("leg", "back"),
        moments=moments,
        pain_since=date(2024, 1, 1),
    )


@cache
def password_hash() -> str:
    """Return a real argon2id hash of PASSWORD, as cheap as it can be."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def _pathway(unit: Unit, patient_id: UUID) -> PathwayView:
    found = pathways.pathway(unit, patient_id)
    assert found is not None
    return found


@pytest.fixture
def clock() -> SettableClock:
    """Give a clock that stands at noon of Thursday 12 March 2026 in Amsterdam."""
    return SettableClock(NOON)


@pytest.fixture
def maker(database: Database, clock: SettableClock) -> Maker:
    """Give what makes more centres, members and patients in `database`."""
    return Maker(database, clock)


@pytest.fixture(scope="session")
def _kept() -> dict[datetime, tuple[People, dict[str, int], Rows]]:
    return {}


@pytest.fixture
def people(maker: Maker, _kept: dict[datetime, tuple[People, dict[str, int], Rows]]) -> People:
    """Give a patient in trial, those who treat her and those who do not, in `database`.

    They are made once; every later test gets the same rows put back, which is much quicker.
    """
    now = maker.clock()
    if now not in _kept:
        made = maker.people()
        _kept[now] = made, dict(maker.numbers), all_rows(maker.database)
        return made
    made, numbers, rows = _kept[now]
    maker.numbers.update(numbers)
    put_back(maker.database, rows)
    return made
