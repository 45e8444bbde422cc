"""The first hour of the simulated month: everybody is enrolled, and phones are activated."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from diary.protocol.moments import DEFAULT_MOMENTS
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.store import pathways, patients, phones, reaching, reminding, subscriptions
from diary.store.database import Unit
from diary.store.pathway_reading import PathwayView
from diary.store.tables import Channel
from tests.month.lives import ZONE, Lives, custom, reach
from tests.reminders.world import BORN, World


@dataclass(frozen=True)
class Enrolled:
    """A patient of the month, as the store knows them."""

    patient_id: UUID
    pathway: PathwayView


def enrol(world: World, lives: Lives) -> list[Enrolled]:
    """Enrol the patients in a trial of the whole month; return them by number."""
    with world.database.write(world.scope, now=world.clock()) as unit:
        people = [_enrolled(unit, world.site_id, lives, n) for n in range(lives.patients)]
    for phone in range(2):
        having = [n for n in range(lives.patients) if reach(n).phones > phone]
        _subscribe(world, phone, having, people)
    return people


def _enrolled(unit: Unit, site_id: UUID, lives: Lives, number: int) -> Enrolled:
    ways = reach(number)
    email = f"p{number}@example.org" if ways.mail else None
    mobile = f"+316{number:08}" if ways.sms else None
    patient_id = patients.enrol(
        unit,
        patients.Enrolment(
            name=f"Patient {number}",
            hospital_number=str(number),
            birth_date=BORN,
            email=email,
            language="nl",
            timezone=ZONE,
            site_id=site_id,
            indication="fbss",
            scale=Scale.NRS,
            sites=("leg",),
            moments=DEFAULT_MOMENTS,
        ),
    )
    pathway = pathways.pathway(unit, patient_id)
    assert pathway is not None
    pathways.start_phase(unit, pathway.id, PhaseKind.TRIAL, lives.days[0], lives.days[-1])
    if mobile:
        reminding.set_channels(unit, pathway, email, mobile, ways.first)
        for channel in (Channel.EMAIL, Channel.SMS):
            reaching.resume(unit, patient_id, channel)
    own = custom(number)
    if own:
        reminding.set_custom(unit, pathway, own)
    return Enrolled(patient_id, pathway)


def _subscribe(world: World, phone: int, numbers: list[int], people: list[Enrolled]) -> None:
    database, now = world.database, world.clock()
    with database.write(world.scope, now=now) as unit:
        codes = [
            (number, phones.create_activation_code(unit, people[number].patient_id))
            for number in numbers
        ]
    with database.write(None, now=now) as unit:
        owners = [(n, phones.activate(unit, code, BORN, str(uuid4()))) for n, code in codes]
    with database.write(world.scope, now=now) as unit:
        for number, owner in owners:
            assert owner is not None
            endpoint = endpoint_of(number, phone)
            subscriptions.subscribe(unit, owner, endpoint, "p256dh", "auth")


def endpoint_of(number: int, phone: int) -> str:
    """Return where a push service reaches a phone of patient `number`."""
    return f"https://push.example.org/{number}/{phone}"
