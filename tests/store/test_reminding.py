"""Each patient's own ladder, quiet hours, channels, pauses and moments, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.protocol.reminding import LADDER, NO_FIRST, Quiet, Step
from diary.store import (
    consents,
    missed,
    pathways,
    pauses,
    prompts,
    reaching,
    reminders,
    reminding,
)
from diary.store.centre_settings import Custom
from diary.store.database import Database, Unit
from diary.store.errors import Conflict, NotFound, Refused
from diary.store.tables import Centre, Channel, Patient, Purpose, Reminder, ReminderState
from tests.store.diaries import add, entry
from tests.support.clock import SettableClock
from tests.support.people import People

T = TypeVar("T")
PUSH, EMAIL, SMS = Channel.WEB_PUSH, Channel.EMAIL, Channel.SMS
DAY = date(2026, 3, 12)
THRICE = (Step(timedelta(0), False), Step(timedelta(minutes=10), False), LADDER[1])


class Desk:
    """The nurse, the worker and a clock that is turned by hand."""

    def __init__(self, database: Database, clock: SettableClock, people: People) -> None:
        self.database, self.clock, self.people = database, clock, people
        with database.write(people.product, now=clock()) as unit:
            prompts.materialise(unit, people.patient.pathway, DAY)

    def as_nurse(self, act: Callable[[Unit], T]) -> T:
        with self.database.write(self.people.nurse.scope, now=self.clock()) as unit:
            return act(unit)

    def as_patient(self, act: Callable[[Unit], T]) -> T:
        with self.database.write(self.people.patient.scope, now=self.clock()) as unit:
            return act(unit)

    def custom(self, own: Custom | None) -> None:
        self.as_nurse(lambda unit: reminding.set_custom(unit, self.people.patient.pathway, own))

    def channels(
        self, email: str | None, mobile: str | None, fallback: Channel | None = None
    ) -> None:
        found = self.people.patient.pathway
        agreed = {Purpose.EMAIL: True, Purpose.SMS: True}
        self.as_nurse(lambda unit: consents.record(unit, found, agreed, date(2026, 3, 1)))
        self.as_nurse(lambda unit: reminding.set_channels(unit, found, email, mobile, fallback))

    def pause(self, first_day: date = date(2026, 3, 14)) -> None:
        found = self.people.patient.pathway
        self.as_nurse(lambda unit: pauses.pause(unit, found, first_day, "Ziekenhuis"))

    def plan(self, at: str) -> list[tuple[int, Channel]]:
        """Plan at a time of Amsterdam on 12 March; return what is new, as (step, channel)."""
        self.clock.set(f"2026-03-12T{at}:00+01:00")
        before = Counter(self.ledger())
        with self.database.write(None, now=self.clock()) as unit:
            reminders.plan_ladder(unit)
        return [(step, channel) for step, channel, _ in Counter(self.ledger()) - before]

    def fail(self) -> None:
        """Let everything that is planned be tried, and fail for good."""
        with self.database.write(None, now=self.clock()) as unit:
            for claimed in reminders.claim(unit, "w", 99):
                reminders.record(unit, claimed, ReminderState.FAILED, "no_address")

    def ledger(self) -> list[tuple[int, Channel, ReminderState]]:
        with self.database.read(None, now=self.clock()) as unit:
            rows = unit.session.execute(
                select(col(Reminder.step), col(Reminder.channel), col(Reminder.state)).order_by(
                    col(Reminder.send_at), col(Reminder.step), col(Reminder.channel)
                )
            )
            return [(step, channel, state) for step, channel, state in rows]


@pytest.fixture
def desk(database: Database, clock: SettableClock, people: People) -> Desk:
    clock.set("2026-03-12T05:30:00+01:00")
    return Desk(database, clock, people)


def test_a_ladder_of_ones_own_counts_from_the_next_step_on(desk: Desk) -> None:
    desk.channels("a@example.nl", "06 1234 5678")
    assert desk.plan("08:00") == [(0, EMAIL)]
    desk.custom(Custom(THRICE, None))
    assert desk.plan("08:10") == [(1, EMAIL)]
    assert desk.plan("08:30") == [(2, SMS)]
    assert desk.plan("08:31") == []
    desk.custom(Custom(THRICE[:1], None))
    assert [desk.plan("13:00"), desk.plan("13:30")] == [[(0, EMAIL)], []]
    desk.custom(None)
    assert desk.plan("18:00") == [(0, EMAIL)]
    assert desk.plan("18:30") == [(1, SMS)]


def test_the_centres_ladder_and_quiet_hours_hold_for_who_has_none(desk: Desk) -> None:
    ladder = [{"after": 0, "channel": "other"}, {"after": 20, "channel": "first"}]
    with desk.database.write(None, now=desk.clock()) as unit:
        unit.session.execute(
            update(Centre)
            .where(col(Centre.id) == desk.people.centre_id)
            .values(ladder=ladder, quiet_from="21:00", quiet_until="07:00")
        )
    desk.channels("a@example.nl", "+31612345678")
    assert desk.plan("08:00") == [(0, SMS)]
    assert desk.plan("08:20") == [(1, EMAIL)]
    assert desk.plan("22:00") == []
    # No quiet hours for this patient: they are asked at bedtime too.
    desk.custom(Custom(LADDER, None))
    found = desk.as_nurse(lambda unit: reminding.reminding(unit, desk.people.patient.pathway))
    assert (found.used.quiet, found.centre.quiet) == (None, Quiet(time(21), time(7)))
    assert desk.plan("22:01") == [(0, EMAIL)]


@pytest.mark.parametrize(
    "fallback, stopped, order",
    [
        (None, None, [EMAIL, SMS]),
        (SMS, None, [SMS, EMAIL]),
        (SMS, SMS, [EMAIL]),
        (None, EMAIL, [SMS]),
    ],
)
def test_what_fails_passes_on_through_every_channel_once(
    desk: Desk, fallback: Channel | None, stopped: Channel | None, order: list[Channel]
) -> None:
    desk.channels("a@example.nl", "+31612345678", fallback)
    if stopped:
        desk.as_patient(lambda unit: reaching.stop(unit, desk.people.patient.id, stopped))
    tried = []
    for minute in range(5):
        tried += desk.plan(f"08:0{minute}")
        desk.fail()
    assert tried == [(0, channel) for channel in order]


def test_nothing_passes_on_into_the_quiet_hours(desk: Desk) -> None:
    desk.channels("a@example.nl", "+31612345678")
    desk.custom(Custom(LADDER[:1], Quiet(time(8, 10), time(9))))
    assert desk.plan("08:00") == [(0, EMAIL)]
    desk.clock.set("2026-03-12T08:09:00+01:00")
    desk.fail()
    assert desk.plan("08:10") == []


def test_nothing_is_sent_in_a_pause_which_ends_early_or_by_itself(desk: Desk) -> None:
    desk.plan("08:00")
    desk.pause()
    assert desk.ledger() == [(0, EMAIL, ReminderState.CANCELLED)]
    assert desk.plan("08:30") == []
    with desk.database.read(desk.people.patient.scope, now=desk.clock()) as unit:
        found = pauses.running(unit, desk.people.patient.id)
        assert found is not None
        assert (found.reason, found.by_team) == ("Ziekenhuis", True)
        assert found.until_at == datetime(2026, 3, 14, 3, 0, tzinfo=UTC)
        assert prompts.prompt_at(unit, desk.people.patient.id) is not None
    assert desk.as_patient(lambda unit: pauses.resume(unit, desk.people.patient.pathway))
    # The first one was cancelled; the second one still has its time.
    assert desk.plan("08:31") == [(1, EMAIL)]
    desk.pause(date(2026, 3, 13))
    assert desk.plan("13:00") == []
    with desk.database.write(desk.people.product, now=desk.clock()) as unit:
        prompts.materialise(unit, desk.people.patient.pathway, date(2026, 3, 13))
    desk.clock.set("2026-03-13T08:00:00+01:00")
    with desk.database.write(None, now=desk.clock()) as unit:
        assert reminders.plan_ladder(unit) == 1


def test_a_pause_wins_from_a_reminder_that_is_on_its_way_out(desk: Desk) -> None:
    desk.plan("08:00")
    with desk.database.write(None, now=desk.clock()) as unit:
        (claimed,) = reminders.claim(unit, "w", 9)
    desk.pause()
    with desk.database.glance() as connection:
        assert not reminders.still_wanted(connection, claimed, desk.clock())
    with desk.database.read(None, now=desk.clock()) as unit:
        assert reminders.why_not_wanted(unit, claimed) == "paused"


def test_a_pause_has_a_day_at_which_it_ends(desk: Desk) -> None:
    for wrong in (DAY, date(2026, 3, 11), date(2026, 5, 12)):
        with pytest.raises(Refused):
            desk.pause(wrong)
    desk.pause(date(2026, 5, 11))
    desk.clock.advance(minutes=1)
    desk.pause()
    with desk.database.read(desk.people.nurse.scope, now=desk.clock()) as unit:
        listed = pauses.pauses_of(unit, [desk.people.patient.id, desk.people.other.id])
        first, second = listed.pop(desk.people.patient.id)
    assert (first.end, second.end, listed) == (desk.clock(), second.until_at, {})


def test_two_missed_in_a_row(desk: Desk) -> None:
    def row(at: str) -> list[int]:
        desk.clock.set(f"2026-03-12T{at}:00+01:00")
        with desk.database.read(desk.people.nurse.scope, now=desk.clock()) as unit:
            return [one.count for one in missed.missed_in_a_row(unit)]

    assert [row("10:00"), row("14:59"), row("15:00"), row("20:00")] == [[], [], [2], [3]]
    desk.clock.set("2026-03-12T22:00:00+01:00")
    add(desk.database, desk.clock, desk.people.patient, entry(desk.clock()))
    assert row("22:01") == []
    stranger = desk.people.stranger.scope
    with desk.database.read(stranger, now=desk.clock()) as unit:
        assert missed.missed_in_a_row(unit) == []


def test_what_falls_in_a_pause_is_not_missed(desk: Desk) -> None:
    desk.clock.set("2026-03-12T12:00:00+01:00")
    desk.pause()
    desk.clock.set("2026-03-12T23:59:00+01:00")
    with desk.database.read(desk.people.nurse.scope, now=desk.clock()) as unit:
        assert missed.missed_in_a_row(unit) == []


@pytest.mark.parametrize(
    "email, mobile, fallback, field",
    [
        ("anna", None, None, "email"),
        ("a" * 200 + "@example.nl", None, None, "email"),
        (None, "12345678", None, "mobile"),
        (None, "+31", None, "mobile"),
        (None, None, PUSH, "fallback"),
    ],
)
def test_channels_that_are_none_are_refused(
    desk: Desk, email: str | None, mobile: str | None, fallback: Channel | None, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        desk.channels(email, mobile, fallback)
    assert list(refused.value.fields) == [field]


def test_what_the_patient_stopped_stays_so_for_another_address_too(desk: Desk) -> None:
    found = desk.people.patient.pathway
    desk.channels("a@example.nl", "0031 6-12345678")
    desk.as_patient(lambda unit: reaching.stop(unit, desk.people.patient.id, EMAIL))
    desk.channels("a@example.nl", "+31612345678", SMS)
    now = desk.as_nurse(lambda unit: reminding.reminding(unit, found))
    assert (now.email_off_at, now.mobile, now.fallback) == (desk.clock(), "+31612345678", SMS)
    stopped_at = desk.clock()
    desk.clock.advance(hours=1)
    desk.channels("b@example.nl", None)
    now = desk.as_nurse(lambda unit: reminding.reminding(unit, found))
    assert (now.email_off_at, now.email, now.mobile) == (stopped_at, "b@example.nl", None)
    desk.as_patient(lambda unit: reaching.resume(unit, desk.people.patient.id, EMAIL))
    desk.channels("c@example.nl", None)
    now = desk.as_nurse(lambda unit: reminding.reminding(unit, found))
    assert (now.email_off_at, now.email) == (None, "c@example.nl"), "consent is written down"


def test_an_address_that_is_put_right_stays_on_that_the_patient_turned_on(desk: Desk) -> None:
    """Who turns a channel on consents by doing so; no row of a consent says it."""
    found, own = desk.people.patient.pathway, desk.people.patient.id

    def keep(mobile: str) -> datetime | None:
        desk.as_nurse(lambda unit: reminding.set_channels(unit, found, None, mobile, None))
        return desk.as_nurse(lambda unit: reaching.stopped_at(unit, own, SMS))

    assert keep("+31612345678") == reaching.NEVER_ASKED
    desk.as_patient(lambda unit: reaching.resume(unit, own, SMS))
    assert keep("+31687654321") is None


def test_a_yes_that_was_there_already_turns_on_what_waits_for_it(desk: Desk) -> None:
    found, own = desk.people.patient.pathway, desk.people.patient.id
    desk.channels(None, "+31612345678")
    yes = {Purpose.SMS: True}
    for _again in range(2):
        desk.as_nurse(lambda unit: consents.record(unit, found, yes, date(2026, 3, 11)))
        assert desk.as_nurse(lambda unit: reaching.stopped_at(unit, own, SMS)) is None
        # As two colleagues at once could leave it.
        with desk.database.write(desk.people.nurse.scope, now=desk.clock()) as unit:
            row = unit.session.get_one(Patient, (desk.people.centre_id, own))
            row.sms_off_at = reaching.NEVER_ASKED


def test_moments_change_before_the_first_day_only(desk: Desk) -> None:
    """An earlier day keeps being judged by what was asked on it."""
    moments = (replace(DEFAULT_MOMENTS[0], time=time(9)), Moment("evening", time(19)))
    own = desk.people.patient.pathway
    with pytest.raises(Refused) as refused:
        desk.as_nurse(lambda unit: reminding.set_moments(unit, own, moments, own.revision))
    assert refused.value.code == "moments_fixed"
    # The day before the first one.
    desk.clock.set(datetime.combine(own.phases[0].first_day, time(3, 59), own.zone).isoformat())
    with desk.database.write(desk.people.product, now=desk.clock()) as unit:
        prompts.materialise(unit, own, own.phases[0].first_day)
    for few in (moments[:1], (moments[0], moments[0])):
        with pytest.raises(Refused):
            desk.as_nurse(lambda unit, few=few: reminding.set_moments(unit, own, few, own.revision))
    desk.as_nurse(lambda unit: reminding.set_moments(unit, own, moments, own.revision))
    with pytest.raises(Conflict):
        desk.as_nurse(lambda unit: reminding.set_moments(unit, own, moments, own.revision))
    with desk.database.read(desk.people.nurse.scope, now=desk.clock()) as unit:
        found = pathways.pathway(unit, own.patient_id)
        assert found is not None
        assert (found.moments, found.revision) == (moments, own.revision + 1)
        asked = prompts.next_prompt(unit, own.patient_id)
    assert asked is not None
    assert (asked.moment, asked.due_at.astimezone(own.zone).time()) == ("morning", time(9))


@pytest.mark.parametrize("who", ["colleague", "stranger", "patient"])
def test_the_ladder_and_the_moments_are_for_who_treats_the_patient(desk: Desk, who: str) -> None:
    own = desk.people.patient.pathway
    scope = getattr(desk.people, who).scope
    acts: list[Callable[[Unit], object]] = [
        lambda unit: reminding.set_custom(unit, own, None),
        lambda unit: reminding.set_moments(unit, own, DEFAULT_MOMENTS, own.revision),
    ]
    if who != "patient":
        acts += [
            lambda unit: reminding.set_channels(unit, own, None, None, None),
            lambda unit: reminding.reminding(unit, own),
            lambda unit: pauses.pause(unit, own, date(2026, 3, 14)),
            lambda unit: pauses.resume(unit, own),
        ]
        with desk.database.read(scope, now=desk.clock()) as unit:
            assert pauses.running(unit, own.patient_id) is None
    for act in acts:
        with (
            pytest.raises(NotFound),
            desk.database.write(scope, now=desk.clock()) as unit,
        ):
            act(unit)


def test_a_ladder_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.custom(Custom(THRICE[1:], None))
    assert refused.value.fields == {"ladder": NO_FIRST}


def test_the_last_reminder_knows_what_the_day_still_needs(desk: Desk) -> None:
    """Two moments make a day; the fifth one is in the night."""

    def needed(at: str, plan: str) -> list[int | None]:
        desk.plan(plan)
        desk.plan(at)
        with desk.database.write(None, now=desk.clock()) as unit:
            return [claimed.needed for claimed in reminders.claim(unit, "w", 9)]

    assert [needed("08:00", "07:59"), needed("08:30", "08:29")] == [[None], [2]]
    assert [needed("13:00", "12:59"), needed("13:30", "13:29")] == [[None], [2]]
    desk.clock.set("2026-03-12T13:40:00+01:00")
    add(desk.database, desk.clock, desk.people.patient, entry(desk.clock()))
    assert [needed("18:00", "17:59"), needed("18:30", "18:29")] == [[None], [1]]
    add(desk.database, desk.clock, desk.people.patient, entry(desk.clock()))
    assert [needed("22:00", "21:59"), needed("22:30", "22:29")] == [[None], [None]]
