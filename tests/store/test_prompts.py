"""Prompts follow the plan: over clock changes, over changes of phases, and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.protocol.phases import PhaseKind
from diary.store import pathways, patients, prompts
from diary.store.database import Database
from diary.store.pathways import PathwayView, moments_as_rows
from diary.store.scope import Scope
from diary.store.tables import Pathway, Prompt, Reminder, ReminderState
from tests.store.diaries import add, count, entry, reread
from tests.support.clock import SettableClock
from tests.support.people import MOMENTS, Maker, People, enrolment

EVERY_HOUR = tuple(Moment(f"{hour:02}", time(hour), hour < 4) for hour in (3, *range(5, 24, 2)))


def lay_down(
    database: Database, clock: SettableClock, pathway: PathwayView, until: date, centre_id: UUID
) -> int:
    with database.write(Scope(centre_id), now=clock()) as unit:
        return prompts.materialise(unit, pathway, until)


def rows(database: Database, **values: object) -> list[Prompt]:
    with database.read(None, now=datetime(2026, 1, 1, tzinfo=UTC)) as unit:
        query = select(Prompt).filter_by(**values).order_by(col(Prompt.due_at))
        return list(unit.session.execute(query).scalars())


def test_from_this_window_to_the_last_day_asked(
    database: Database, clock: SettableClock, people: People
) -> None:
    # At noon the window of midday is open, that of the morning closed.
    pathway = people.patient.pathway
    assert lay_down(database, clock, pathway, date(2026, 3, 13), people.centre_id) == 4 + 5
    assert lay_down(database, clock, pathway, date(2026, 3, 13), people.centre_id) == 0
    made = rows(database)
    assert [p.moment for p in made[:4]] == ["midday", "evening", "bedtime", "night"]
    assert made[3].due_at.isoformat() == "2026-03-13T02:00:00+00:00"
    assert made[3].night
    # Five days later: what is past stays, and nothing is asked after the trial.
    clock.set("2026-03-18T12:00:00+01:00")
    assert lay_down(database, clock, pathway, date(2026, 3, 30), people.centre_id) == 4 + 5
    assert max(p.diary_day for p in rows(database)) == date(2026, 3, 19)


@pytest.mark.parametrize(
    "day,hours,night",
    [
        # 29 March 2026: 02:00 becomes 03:00, and a moment at 02:30 is asked at 03:30.
        (date(2026, 3, 28), 23, "2026-03-29T01:30:00+00:00"),
        # 25 October 2026: 03:00 becomes 02:00, and 02:30 is asked once, the first time.
        (date(2026, 10, 24), 25, "2026-10-25T00:30:00+00:00"),
    ],
)
def test_both_nights_of_a_clock_change(
    database: Database, clock: SettableClock, maker: Maker, day: date, hours: int, night: str
) -> None:
    clock.set(datetime.combine(day, time(6), UTC) - timedelta(days=2))
    centre_id, site_id = maker.centre()
    nurse = maker.member(centre_id, site_id)
    moments = (*DEFAULT_MOMENTS, Moment("night", time(2, 30), night=True))
    with database.write(nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, enrolment(site_id, moments=moments))
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
        pathways.start_phase(
            unit, pathway.id, PhaseKind.INTAKE, day - timedelta(days=1), day + timedelta(days=2)
        )
        pathway = pathways.pathway(unit, patient_id)
        assert pathway is not None
    assert lay_down(database, clock, pathway, day + timedelta(days=5), centre_id) == 4 * 5
    asked = rows(database, diary_day=day)
    assert [p.moment for p in asked] == ["morning", "midday", "evening", "bedtime", "night"]
    assert asked[-1].due_at.isoformat() == night
    after = rows(database, diary_day=day + timedelta(days=1))
    assert after[0].due_at - asked[0].due_at == timedelta(hours=hours)
    # Windows never overlap, and each moment is asked once a day.
    made = rows(database)
    assert all(a.closes_at <= b.opens_at for a, b in pairwise(made))
    assert len({(p.diary_day, p.moment) for p in made}) == 20


def test_what_is_open_and_what_comes_next(
    database: Database, clock: SettableClock, people: People
) -> None:
    lay_down(database, clock, people.patient.pathway, date(2026, 3, 13), people.centre_id)
    add(database, clock, people.patient, entry(clock()))
    with database.read(people.patient.scope, now=clock()) as unit:
        now = prompts.prompt_at(unit, people.patient.id)
        then = prompts.next_prompt(unit, people.patient.id)
    assert now is not None
    assert then is not None
    assert (now.moment, now.answered_at) == ("midday", clock())
    assert (then.moment, then.answered_at) == ("evening", None)
    clock.set("2026-03-12T15:10:00+01:00")
    with database.read(people.patient.scope, now=clock()) as unit:
        assert prompts.prompt_at(unit, people.patient.id) is None


def remind(database: Database, centre_id: UUID, when: datetime) -> None:
    """Plan a reminder for every prompt, as the ladder would when the time has come."""
    with database.write(Scope(centre_id), now=when) as unit:
        for prompt in unit.session.execute(select(Prompt)).scalars():
            unit.session.add(
                Reminder(
                    centre_id=centre_id,
                    id=prompt.id,
                    prompt_id=prompt.id,
                    patient_id=prompt.patient_id,
                    step=0,
                    channel="email",
                    send_at=prompt.due_at,
                    expires_at=prompt.closes_at,
                )
            )


def test_a_trial_that_ends_early_asks_no_more(
    database: Database, clock: SettableClock, people: People
) -> None:
    lay_down(database, clock, people.patient.pathway, date(2026, 3, 15), people.centre_id)
    remind(database, people.centre_id, clock())
    add(database, clock, people.patient, entry(clock()))
    trial = people.patient.pathway.phases[-1]
    with database.write(people.nurse.scope, now=clock()) as unit:
        pathways.end_phase(unit, trial.id, date(2026, 3, 12), 1)
    ended = reread(database, clock, people.patient)
    cancelled = [p for p in rows(database) if p.cancelled_at is not None]
    assert {p.diary_day for p in cancelled} == {date(2026, 3, day) for day in (13, 14, 15)}
    # Of the reminders that wait, only those of today are left; the answered one is cancelled.
    assert count(database, Reminder, state=ReminderState.PLANNED) == 3
    assert count(database, Reminder, state=ReminderState.CANCELLED, reason="answered") == 1
    assert count(database, Reminder) == 4
    assert lay_down(database, clock, ended, date(2026, 3, 15), people.centre_id) == 0


def test_a_plan_that_comes_back_revives_its_prompts(
    database: Database, clock: SettableClock, people: People
) -> None:
    before = people.patient.pathway
    lay_down(database, clock, before, date(2026, 3, 13), people.centre_id)
    ids = {p.id for p in rows(database)}
    none = replace(before, phases=())
    assert lay_down(database, clock, none, date(2026, 3, 13), people.centre_id) == 9
    assert lay_down(database, clock, before, date(2026, 3, 13), people.centre_id) == 9
    assert {p.id for p in rows(database, cancelled_at=None)} == ids


def test_a_moment_that_moves_takes_its_prompt_along(
    database: Database, clock: SettableClock, people: People
) -> None:
    lay_down(database, clock, people.patient.pathway, date(2026, 3, 12), people.centre_id)
    remind(database, people.centre_id, clock())
    add(database, clock, people.patient, entry(clock()))
    moved = tuple(
        replace(moment, time=time(20, 30)) if moment.name == "evening" else moment
        for moment in MOMENTS
        if moment.name != "night"
    )
    with database.write(people.product, now=clock()) as unit:
        unit.session.execute(
            update(Pathway)
            .where(col(Pathway.id) == people.patient.pathway.id)
            .values(moments=moments_as_rows(moved))
        )
    pathway = reread(database, clock, people.patient)
    # Evening moved, bedtime's window with it, the night is gone, the answered midday stays.
    assert lay_down(database, clock, pathway, date(2026, 3, 12), people.centre_id) == 3
    by_name = {p.moment: p for p in rows(database)}
    assert by_name["evening"].due_at.isoformat() == "2026-03-12T19:30:00+00:00"
    assert by_name["bedtime"].opens_at.isoformat() == "2026-03-12T20:15:00+00:00"
    assert by_name["night"].cancelled_at == clock()
    assert by_name["midday"].answered_at == clock()
    assert count(database, Reminder, state=ReminderState.PLANNED) == 0


def test_late_answers_stop_reminders_and_extra_ones_do_not(
    database: Database, clock: SettableClock, people: People
) -> None:
    clock.set("2026-03-12T06:30:00+01:00")
    lay_down(database, clock, people.patient.pathway, date(2026, 3, 12), people.centre_id)
    remind(database, people.centre_id, clock())
    clock.set("2026-03-12T11:00:00+01:00")
    add(database, clock, people.patient, entry(clock()))
    assert count(database, Prompt, answered_at=None) == 5
    add(database, clock, people.patient, entry(clock(), late=True))
    (answered,) = (p for p in rows(database) if p.answered_at is not None)
    assert answered.moment == "morning"
    assert count(database, Reminder, state=ReminderState.CANCELLED) == 1


def test_a_withdrawn_answer_frees_its_prompt_unless_another_stands(
    database: Database, clock: SettableClock, people: People
) -> None:
    lay_down(database, clock, people.patient.pathway, date(2026, 3, 12), people.centre_id)
    first, second = entry(clock(), 5), entry(clock(), 6)
    add(database, clock, people.patient, first, second)
    for one, left in ((first, 3), (second, 4)):
        back = entry(clock(), scores={}, replaces_id=one.id, withdrawn=True)
        add(database, clock, people.patient, back)
        assert count(database, Prompt, answered_at=None) == left
