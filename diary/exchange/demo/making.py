"""The demo's centre into the store: staff, patients and their diaries."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pyotp
from argon2 import PasswordHasher

from diary.exchange.demo import people
from diary.exchange.demo.besides import fill_in_besides
from diary.exchange.demo.deciding import decided
from diary.exchange.demo.diaries import ZONE, make_case
from diary.exchange.demo.filled_in import typed_over
from diary.exchange.demo.stories import STORIES, Story
from diary.exchange.imports import store_new
from diary.protocol.days import diary_day_of
from diary.protocol.pathway import Case
from diary.store import accounts, centres, consents, pathways, patients, phones
from diary.store.accounts import NewStaff
from diary.store.centres import NewCentre
from diary.store.database import Unit
from diary.store.errors import Refused
from diary.store.patients import Enrolment
from diary.store.scope import Scope
from diary.store.tables import Purpose, Role

ACCESS_POINT = "diary demo-data"
CENTRE = NewCentre("Demonstratiecentrum", "010 000 00 00", ("Locatie Noord", "Locatie Zuid"))
# Log-in, name, role, and whether the demo's patients are theirs.
STAFF = (
    ("verpleegkundige", "Vera Verpleegkundige", Role.NURSE, True),
    ("arts", "Arend Arts", Role.CLINICIAN, True),
    ("beheerder", "Bea Beheerder", Role.ADMINISTRATOR, False),
    ("collega", "Cor Collega", Role.NURSE, False),
)


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """An invented patient, with what connects a phone; `phase` is the kind of the latest one."""

    id: UUID
    name: str
    story: str
    phase: str
    primary_site: str
    activation_code: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """An invented member of staff, with what signs in."""

    role: str
    name: str
    login: str
    password: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class Demo:
    """Everybody whom the demo made."""

    patients: tuple[DemoPatient, ...]
    staff: tuple[DemoStaff, ...]


def make_demo(
    unit: Unit,
    *,
    number: int,
    days: int,
    seed: int,
    hasher: PasswordHasher = PasswordHasher(),  # noqa: B008 - it holds parameters only
) -> Demo:
    """Make a centre of its own with `number` patients; the unit has no scope.

    Passwords, code secrets and activation codes are random, whatever the seed: they are real.
    """
    centre_id = centres.create_centre(unit, CENTRE)
    inside = unit.enter(Scope(centre_id))
    sites = [site.id for site in centres.sites(inside)]
    staff = [_member(inside, hasher, sites[0], *member) for member in STAFF]
    treating = [staff_id for staff_id, _, treats in staff if treats]
    made = []
    for index in range(number):
        story = STORIES[index % len(STORIES)]
        case = make_case(story, seed=f"{seed}/{index}", now=unit.now, days=days)
        made.append(_patient(inside, index, story, case, sites[index % 2], treating, seed))
    return Demo(tuple(made), tuple(member for _, member, _ in staff))


def _member(
    unit: Unit,
    hasher: PasswordHasher,
    site_id: UUID,
    login: str,
    name: str,
    role: Role,
    treats: bool,
) -> tuple[UUID, DemoStaff, bool]:
    password, secret = secrets.token_urlsafe(9), pyotp.random_base32()
    hashed = hasher.hash(password)
    for taken in range(1, 100):
        own = login if taken == 1 else f"{login}{taken}"
        try:
            new = NewStaff(site_id, own, name, role, CENTRE.language, hashed, secret)
            staff_id = accounts.add_staff(unit, new)
        except Refused:
            continue
        return staff_id, DemoStaff(role.value, name, own, password, secret), treats
    raise Refused("login_taken", "There are a hundred demo centres already.")


def _patient(
    unit: Unit,
    index: int,
    story: Story,
    case: Case,
    site_id: UUID,
    treating: list[UUID],
    seed: int,
) -> DemoPatient:
    rng = Random(f"{seed}/{index}/person")  # noqa: S311 - believable, not secret
    today = diary_day_of(unit.now, ZONE)
    born = people.birth_date(rng, today)
    name = people.name(index)
    patient_id = patients.enrol(
        unit,
        Enrolment(
            name=name,
            hospital_number=f"DEMO{index + 1:04}",
            birth_date=born,
            # ".invalid" reaches nobody, for ever (RFC 2606); every fourth has no e-mail.
            email=None if index % 4 == 3 else f"patient{index + 1}@demo.invalid",
            language="en" if index % 6 == 5 else "nl",
            timezone=ZONE.key,
            site_id=site_id,
            indication=story.indication,
            scale=story.scale,
            sites=story.sites,
            moments=story.moments,
            pain_since=today - timedelta(days=rng.randint(400, 4000)),
        ),
    )
    for staff_id in treating:
        patients.relate(unit, staff_id, patient_id)
    _agree(unit, patient_id, treating[0], min(today, case.phases[0].first_day))
    store_new(unit, patient_id, case, access_point=ACCESS_POINT)
    fill_in_besides(unit, patient_id, story, case, f"{seed}/{index}/besides")
    if case.implanted_on is not None:
        # Before the decisions, which rest on it.
        typed_over(unit, patient_id, case, treating[0])
        decided(unit, patient_id, case, treating[-1])
    return DemoPatient(
        id=patient_id,
        name=name,
        story=story.name,
        phase=case.phases[-1].kind.value,
        primary_site=case.primary_site,
        activation_code=phones.create_activation_code(unit, patient_id),
        birth_date=born,
    )


def _agree(unit: Unit, patient_id: UUID, staff_id: UUID, said_on: date) -> None:
    """Let the patient agree to the diary, and to e-mail."""
    scope = Scope(unit.within.centre_id, Role.NURSE, staff_id=staff_id)
    pathway = pathways.pathway(unit, patient_id)
    assert pathway is not None
    said = dict.fromkeys((Purpose.DATA, Purpose.EMAIL), True)
    consents.record(replace(unit, scope=scope), pathway, said, said_on)
