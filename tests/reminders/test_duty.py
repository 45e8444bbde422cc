"""Urgent items reach who is on duty: once over each channel, without a word about whom or what."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest

from diary.protocol.phases import PhaseKind
from diary.reminders.channels.base import (
    Address,
    Message,
    MobileNumber,
    OutcomeUnknownError,
    PermanentError,
    TemporaryError,
)
from diary.reminders.duty import DutyRound
from diary.store import accounts, diary_writing, events, pathways, patients
from diary.store.database import Database
from diary.store.diary_writing import NewEntry
from diary.store.scope import Scope
from diary.store.tables import Channel, Role
from diary.store.worklist import duty, marks
from diary.store.worklist.items import ItemKind
from tests.reminders.world import TEAM_LINK, Recorder, World
from tests.store.diaries import event


@pytest.fixture
def world(database: Database) -> World:
    """A centre with a mailbox and a phone of who is on duty."""
    world = World(database)
    with database.write(world.scope, now=world.clock()) as unit:
        duty.set_contact(unit, duty.DutyContact("dienst@example.org", "+31612345678"))
    return world


class Team:
    """The round with a mail server and an SMS gateway that remember."""

    def __init__(self, world: World) -> None:
        self.mail, self.sms = Recorder(), Recorder()
        self.round = DutyRound(
            world.database,
            {Channel.EMAIL: self.mail, Channel.SMS: self.sms},
            link=TEAM_LINK,
            clock=world.clock,
        )

    @property
    def sent(self) -> tuple[int, int]:
        """How many messages went out by e-mail and by SMS."""
        self.round.run()
        return len(self.mail.sent), len(self.sms.sent)


def report(world: World, patient_id: UUID) -> UUID:
    """Let the patient report a fever now; return the id of the report."""
    new = event("symptoms", world.clock(), {"symptoms": ["fever"]})
    with world.database.write(world.scope, now=world.clock()) as unit:
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        events.add_events(unit, pathway, [new], access_point="test")
    return new.id


def test_an_alarm_goes_out_once_over_each_channel_and_says_nothing(world: World) -> None:
    team = Team(world)
    patient_id = world.patient()
    assert team.sent == (0, 0)
    report(world, patient_id)
    assert team.sent == (1, 1)
    assert team.sent == (1, 1)
    message, address = team.sms.sent[0]
    assert address == MobileNumber("+31612345678")
    assert message.link == TEAM_LINK
    said = " ".join([message.words.title, message.words.body, message.words.subject])
    assert "Jansje" not in said
    assert "koorts" not in said.casefold()
    report(world, patient_id)
    assert team.sent == (2, 2)


def test_what_somebody_took_is_not_sent_any_more(world: World) -> None:
    team = Team(world)
    patient_id = world.patient()
    event_id = report(world, patient_id)
    with world.database.write(world.scope, now=world.clock()) as unit:
        new = accounts.NewStaff(world.site_id, "n", "N", Role.NURSE, "nl", "x", "x")
        staff_id = accounts.add_staff(unit, new)
        patients.relate(unit, staff_id, patient_id)
    nurse = Scope(world.centre_id, Role.NURSE, staff_id=staff_id)
    with world.database.write(nurse, now=world.clock()) as unit:
        marks.take(unit, (patient_id, ItemKind.ALARM, str(event_id)), 0)
    assert team.sent == (0, 0)


def test_without_anybody_on_duty_nothing_is_sent(world: World) -> None:
    with world.database.write(world.scope, now=world.clock()) as unit:
        duty.set_contact(unit, duty.DutyContact())
    report(world, world.patient())
    assert Team(world).sent == (0, 0)


@pytest.mark.parametrize("error", [TemporaryError("mail_451"), OutcomeUnknownError("x"), OSError()])
def test_a_failure_that_may_pass_is_tried_again(world: World, error: Exception) -> None:
    team = Team(world)
    report(world, world.patient())

    def fail(_message: Message, _address: Address) -> None:
        raise error

    team.mail.answer = fail
    assert team.sent == (0, 1)
    team.mail.answer = None
    assert team.sent == (0, 1)
    world.clock.advance(minutes=2)
    assert team.sent == (1, 1)
    world.clock.advance(minutes=10)
    assert team.sent == (1, 1)


def test_a_refusal_is_not_repeated_and_ten_failures_are_enough(world: World) -> None:
    team = Team(world)
    report(world, world.patient())
    tries = []

    def refuse(_message: Message, _address: Address) -> None:
        raise PermanentError("mail_550")

    def fail(_message: Message, _address: Address) -> None:
        tries.append(1)
        raise TemporaryError("sms_503")

    team.mail.answer, team.sms.answer = refuse, fail
    for _ in range(15):
        team.round.run()
        world.clock.advance(minutes=2)
    team.mail.answer = None
    assert team.sent[0] == 0
    assert len(tries) == duty.MOST_ATTEMPTS


def test_a_claim_of_a_worker_that_died_is_sent_by_another(world: World) -> None:
    team = Team(world)
    report(world, world.patient())
    with world.database.write(world.scope, now=world.clock()) as unit:
        assert len(duty.claim(unit, [Channel.EMAIL, Channel.SMS])) == 2
    assert team.sent == (0, 0)
    world.clock.advance(minutes=5)
    assert team.sent == (1, 1)


def test_worse_while_off_goes_out_when_the_day_is_over(world: World) -> None:
    team = Team(world)
    patient_id = world.patient()
    _switched_off_and_worse(world, patient_id)
    assert team.sent == (1, 1)
    world.clock.set(world.clock() + timedelta(days=1))
    assert team.sent == (1, 1)


def _switched_off_and_worse(world: World, patient_id: UUID) -> None:
    """Switch the system off from 25 March on; four days of it were much worse."""
    off = date(2026, 3, 25)
    world.clock.set(datetime(2026, 3, 29, 12, tzinfo=UTC))
    with world.database.write(world.scope, now=world.clock()) as unit:
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        kinds = ((PhaseKind.PRE_SWITCH_OFF, -4, -1), (PhaseKind.SWITCH_OFF, 0, 27))
        for kind, first, last in kinds:
            days = (off + timedelta(days=first), off + timedelta(days=last))
            pathways.start_phase(unit, pathway.id, kind, *days, reason="Nodig?")
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        entries = [
            NewEntry(
                uuid4(),
                measured_at=datetime.combine(off + timedelta(days=day), time(hour, 5), UTC),
                scores={"leg": Fraction(3 if day < 0 else 8)},
            )
            for day in range(-4, 4)
            for hour in (7, 12, 17, 21)
        ]
        diary_writing.add_entries(unit, pathway, entries, access_point="test")
