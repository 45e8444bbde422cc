"""One centre with patients in a trial, a clock that is turned by hand, and recording channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlmodel import col

from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.reminders.channels.base import Address, Carrier, MailAddress, Message, PushAddress
from diary.reminders.worker import Worker
from diary.store import centres, diary_writing, pathways, patients, phones, subscriptions
from diary.store.database import Database
from diary.store.diary_writing import NewEntry
from diary.store.scope import Scope
from diary.store.tables import Channel, Reminder, ReminderState
from tests.support.clock import SettableClock

# A Tuesday in winter time, an hour before the first window of the day opens.
MORNING = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 3, 10)
BORN = date(1961, 5, 2)
TEAM_LINK = "https://dagboek.example.org/team/"


Answer = Callable[[Message, Address], None]


@dataclass
class Recorder:
    """A channel that remembers what it carried; `answer` may raise."""

    sent: list[tuple[Message, Address]] = field(default_factory=list)
    answer: Answer | None = None

    def door(self, address: Address) -> str:
        return address.endpoint if isinstance(address, PushAddress) else "mail"

    def send(self, message: Message, address: Address) -> None:
        if self.answer is not None:
            self.answer(message, address)
        self.sent.append((message, address))

    @property
    def emails(self) -> list[str]:
        return [address.email for _, address in self.sent if isinstance(address, MailAddress)]


class World:
    """The store with a centre in it; everything goes through the real functions of the store."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SettableClock(MORNING)
        self.push = Recorder()
        self.mail = Recorder()
        self.text = Recorder()
        with database.write(None, now=self.clock()) as unit:
            self.centre_id = centres.create_centre(
                unit, centres.NewCentre("Centrum", "+31 10 0000000", ("Noord",))
            )
        self.scope = Scope(self.centre_id)
        with database.read(self.scope, now=self.clock()) as unit:
            self.site_id = centres.sites(unit)[0].id

    def at(self, hour: int, minute: int = 0) -> None:
        """Turn the clock to a UTC time of the same day; Amsterdam is an hour later."""
        self.clock.set(self.clock().replace(hour=hour, minute=minute))

    def patient(
        self,
        *,
        email: str | None = "jansje@example.org",
        pushes: tuple[str, ...] = (),
        moments: tuple[Moment, ...] = DEFAULT_MOMENTS,
        language: str = "nl",
        keys: tuple[str, str] = ("p256dh", "auth"),
        zone: str = "Europe/Amsterdam",
        first_day: date = FIRST_DAY,
    ) -> UUID:
        """Enrol a patient in a trial of ten days; `pushes` are endpoints of phones."""
        enrolment = patients.Enrolment(
            name="Jansje de Proef",
            hospital_number=str(uuid4()),
            birth_date=BORN,
            email=email,
            language=language,
            timezone=zone,
            site_id=self.site_id,
            indication="fbss",
            scale=Scale.NRS,
            sites=("leg",),
            moments=moments,
        )
        with self.database.write(self.scope, now=self.clock()) as unit:
            patient_id = patients.enrol(unit, enrolment)
            pathway = pathways.pathway(unit, patient_id)
            assert pathway is not None
            pathways.start_phase(
                unit, pathway.id, PhaseKind.TRIAL, first_day, first_day + timedelta(days=9)
            )
        for endpoint in pushes:
            self.subscribe(patient_id, endpoint, keys)
        return patient_id

    def subscribe(self, patient_id: UUID, endpoint: str, keys: tuple[str, str]) -> None:
        with self.database.write(self.scope, now=self.clock()) as unit:
            code = phones.create_activation_code(unit, patient_id)
        with self.database.write(None, now=self.clock()) as unit:
            owner = phones.activate(unit, code, BORN, token=str(uuid4()))
        assert owner is not None
        with self.database.write(owner.scope, now=self.clock()) as unit:
            subscriptions.subscribe(unit, owner, endpoint, *keys)

    def answer(self, patient_id: UUID, score: int = 5) -> None:
        """Let the patient answer now."""
        with self.database.write(self.scope, now=self.clock()) as unit:
            pathway = pathways.pathway(unit, patient_id)
            assert pathway is not None
            entry = NewEntry(uuid4(), measured_at=self.clock(), scores={"leg": Fraction(score)})
            (outcome,) = diary_writing.add_entries(unit, pathway, [entry], access_point="test")
            assert outcome.error is None

    def worker(
        self, name: str = "one", carriers: Mapping[Channel, Carrier] | None = None
    ) -> Worker:
        if carriers is None:
            carriers = {
                Channel.WEB_PUSH: self.push,
                Channel.EMAIL: self.mail,
                Channel.SMS: self.text,
            }
        link = "https://dagboek.example.org/"
        return Worker(
            self.database,
            carriers,
            link=link,
            team_link=TEAM_LINK,
            clock=self.clock,
            name=name,
        )

    def ledger(self) -> list[tuple[int, Channel, ReminderState, str | None]]:
        """Return every reminder as (step, channel, state, reason), in order of sending."""
        with self.database.read(None, now=self.clock()) as unit:
            rows = unit.session.execute(
                select(
                    col(Reminder.step),
                    col(Reminder.channel),
                    col(Reminder.state),
                    col(Reminder.reason),
                ).order_by(col(Reminder.send_at), col(Reminder.step), col(Reminder.channel))
            )
            return [(row.step, row.channel, row.state, row.reason) for row in rows]

    def states(self) -> list[ReminderState]:
        return [state for _, _, state, _ in self.ledger()]
