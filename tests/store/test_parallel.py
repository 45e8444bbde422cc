"""Many at once: one row, one winner, never an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import text

from diary.protocol.pathway import Case
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.store import (
    audit,
    event_reading,
    importing,
    pathways,
    patients,
    prompts,
    relations,
    reminders,
    staffing,
    untreated,
)
from diary.store.database import Database
from diary.store.diary_writing import Outcome
from diary.store.errors import Conflict, Refused
from diary.store.tables import DiaryEvent, EntryRow, Prompt, Reminder, ScoreRow
from tests.store.diaries import add, add_events, count, diary_of, entry, event, reread
from tests.support.clock import SettableClock
from tests.support.people import Maker, Member, People, enrolment

T = TypeVar("T")
THREADS = 8


def at_once(jobs: Iterable[Callable[[], T]]) -> list[T]:
    """Run all jobs in eight threads and return what they gave, in order."""
    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


def test_the_same_batch_a_hundred_times(
    database: Database, clock: SettableClock, people: People
) -> None:
    batch = [entry("2026-03-12T08:00:00+01:00"), entry("2026-03-12T11:30:00+01:00", 3)]
    answers = at_once([lambda: add(database, clock, people.patient, *batch)] * 100)
    assert [[outcome.id for outcome in answer] for answer in answers] == [
        [one.id for one in batch]
    ] * 100
    words = Counter(tuple(outcome.status.value for outcome in answer) for answer in answers)
    assert words == {("stored", "stored"): 1, ("duplicate", "duplicate"): 99}
    assert count(database, EntryRow) == count(database, ScoreRow) == 2
    assert reread(database, clock, people.patient).revision == (people.patient.pathway.revision + 1)
    with database.read(people.product, now=clock()) as unit:
        assert audit.verify(unit) == []


def test_the_same_events_a_hundred_times(
    database: Database, clock: SettableClock, people: People
) -> None:
    began = clock().isoformat()
    start = event("attack", clock(), {"started_at": began, "ended_at": None, "intensity": None})
    stops = [
        event(
            "attack",
            clock(),
            {"started_at": began, "ended_at": began, "intensity": number},
            replaces_id=start.id,
        )
        for number in range(2)
    ]
    answers = at_once(
        [
            lambda number=number: add_events(
                database, clock, people.patient, start, stops[number % 2]
            )
            for number in range(100)
        ]
    )
    words = Counter(outcome.status.value for answer in answers for outcome in answer)
    # One of the two stops wins, and its fifty copies agree; those of the other are refused.
    assert words == {"stored": 2, "duplicate": 148, "rejected": 50}
    assert count(database, DiaryEvent) == 2


def test_batches_in_another_order_do_not_block_each_other(
    database: Database, clock: SettableClock, people: People
) -> None:
    batch = [entry(f"2026-03-12T{hour:02}:00:00+01:00") for hour in range(5, 12)]
    orders = [batch, batch[::-1], batch[3:] + batch[:3]] * 8
    answers = at_once(
        [lambda order=order: add(database, clock, people.patient, *order) for order in orders]
    )
    stored = [o.id for answer in answers for o in answer if o.status.value == "stored"]
    assert sorted(stored) == sorted(one.id for one in batch)
    assert count(database, EntryRow) == len(batch)


def test_one_id_of_two_patients_goes_to_one_of_them(
    database: Database, clock: SettableClock, people: People
) -> None:
    for _ in range(5):
        new = entry(clock())
        answers = at_once(
            lambda who=who, new=new: add(database, clock, who, new)[0]
            for who in [people.patient, people.other] * 4
        )
        assert count(database, EntryRow, id=new.id) == 1
        winners = {
            "patient" if index % 2 == 0 else "other"
            for index, answer in enumerate(answers)
            if answer.status.value != "rejected"
        }
        assert len(winners) == 1


def test_two_corrections_of_one_entry(
    database: Database, clock: SettableClock, people: People
) -> None:
    first = entry(clock())
    add(database, clock, people.patient, first)
    rivals = [entry(clock(), score, replaces_id=first.id) for score in range(8)]
    answers: list[Outcome] = at_once(
        lambda rival=rival: add(database, clock, people.patient, rival)[0] for rival in rivals
    )
    words = Counter(answer.status.value for answer in answers)
    assert words == {"stored": 1, "rejected": 7}
    (winner,) = (a.id for a in answers if a.status.value == "stored")
    (stands,) = (view for view in diary_of(database, clock, people.patient) if view.stands)
    assert stands.id == winner
    assert stands.scores == {
        "leg": Fraction(next(i for i, r in enumerate(rivals) if r.id == winner))
    }


def test_many_changes_of_one_evening_are_all_kept_and_one_stands(
    database: Database, clock: SettableClock, people: People
) -> None:
    day = clock().date()
    answers = [{"sleep": number, "activity": None, "goal": None} for number in range(9)]
    first = event("evening", clock(), answers[0], diary_day=day)
    add_events(database, clock, people.patient, first)
    changes = [
        event("evening", clock(), body, diary_day=day, replaces_id=first.id) for body in answers[1:]
    ]
    told = at_once(
        lambda one=one: add_events(database, clock, people.patient, one)[0] for one in changes
    )
    assert {one.status.value for one in told} == {"stored"}
    assert count(database, DiaryEvent) == 9
    with database.read(people.patient.scope, now=clock()) as unit:
        pathway_id = people.patient.pathway.id
        stands = event_reading.standing(unit, [pathway_id])[pathway_id]
    assert len(stands) == 1


def test_the_log_of_a_centre_is_one_chain(
    database: Database, clock: SettableClock, people: People
) -> None:
    both = [people.patient, people.other] * 12
    at_once(lambda who=who: add(database, clock, who, entry(clock())) for who in both)
    with database.read(people.product, now=clock()) as unit:
        assert audit.verify(unit) == []
        numbers = unit.session.execute(text("SELECT count(*), max(number) FROM access_log")).one()
    assert tuple(numbers) == (24, 24)


def test_prompts_are_laid_down_once(
    database: Database, clock: SettableClock, people: People
) -> None:
    def lay_down() -> int:
        with database.write(people.product, now=clock()) as unit:
            return prompts.materialise(unit, people.patient.pathway, date(2026, 3, 15))

    made = at_once([lay_down] * 8)
    assert sorted(made)[:7] == [0] * 7
    assert max(made) == count(database, Prompt)


@pytest.mark.parametrize("workers", [2, 4])
def test_a_reminder_is_claimed_by_one_worker(
    database: Database, clock: SettableClock, people: People, workers: int
) -> None:
    clock.set("2026-03-12T12:59:00+01:00")
    for somebody in (people.patient, people.other):
        with database.write(people.product, now=clock()) as unit:
            prompts.materialise(unit, somebody.pathway, date(2026, 3, 12))

    def plan() -> int:
        with database.write(None, now=clock()) as unit:
            return reminders.plan_ladder(unit)

    assert sum(at_once([plan] * workers)) == count(database, Reminder) == 2
    clock.set("2026-03-12T13:00:00+01:00")

    def claim(worker: str) -> list[reminders.Claim]:
        with database.write(None, now=clock()) as unit:
            return reminders.claim(unit, worker, 1)

    jobs = [lambda name=f"worker {i}": claim(name) for i in range(workers)] * 4
    claimed = [one.reminder_id for claims in at_once(jobs) for one in claims]
    assert len(claimed) == len(set(claimed)) == 2


def test_eight_who_change_one_phase_at_once(
    database: Database, clock: SettableClock, people: People
) -> None:
    """One of them does; each other is told what the phase is now, and nothing is overwritten."""
    own = people.patient.pathway
    trial = own.phases[1]

    def extend(number: int) -> str:
        try:
            with database.write(people.nurse.scope, now=clock()) as unit:
                last = trial.last_day + timedelta(days=7 + number)
                pathways.extend_phase(unit, trial.id, last, trial.version)
        except Conflict as conflict:
            return f"{conflict.values['end']}"
        return f"{last}"

    def plan(number: int) -> str:
        try:
            with database.write(people.nurse.scope, now=clock()) as unit:
                day = date(2026, 5, 1) + timedelta(days=number)
                kind = PhaseKind.FOLLOW_UP
                pathways.start_phase(
                    unit, own.id, kind, day, day, phases_version=own.phases_version + 1
                )
        except Conflict as conflict:
            return f"{conflict.values['end']}"
        return f"{day}"

    for change, count_of in ((extend, 2), (plan, 3)):
        said = at_once([partial(change, number) for number in range(THREADS)])
        now = reread(database, clock, people.patient)
        assert set(said) == {f"{now.phases[-1].end}"}
        assert len(now.phases) == count_of
    assert [phase.version for phase in now.phases] == [1, 2, 1]


def test_eight_imports_into_one_empty_diary(
    database: Database, clock: SettableClock, people: People
) -> None:
    with database.write(people.nurse.scope, now=clock()) as unit:
        patient_id = patients.enrol(unit, enrolment(people.site_id, number=900))
    phase = Phase(PhaseKind.INTAKE, date(2026, 3, 2), date(2026, 3, 8))
    case = Case(as_of=clock(), scale=Scale.NRS, phases=(phase,))

    def import_() -> str:
        try:
            with database.write(people.nurse.scope, now=clock()) as unit:
                importing.store_case(unit, patient_id, case)
        except Refused as refused:
            return refused.code
        return "stored"

    assert Counter(at_once([import_] * THREADS)) == {"stored": 1, "not_empty": THREADS - 1}


ROUNDS = 8


@pytest.mark.parametrize("how", ["both leave", "one is let go", "both are let go"])
def test_two_who_go_at_once_do_not_leave_a_patient_alone(
    maker: Maker, database: Database, clock: SettableClock, people: People, how: str
) -> None:
    def leave(member: Member) -> bool:
        with database.write(member.scope, now=clock()) as unit:
            relations.leave(unit, patient.id)
        return True

    def let_go(member: Member) -> bool:
        with database.write(people.administrator.scope, now=clock()) as unit:
            staffing.deactivate(unit, member.id)
        return True

    def tried(go: Callable[[Member], bool], member: Member) -> bool:
        try:
            return go(member)
        except Refused:
            return False

    for _ in range(ROUNDS):
        first, second = (maker.member(people.centre_id, people.site_id) for _ in range(2))
        patient = maker.patient(first.scope, people.site_id)
        with database.write(first.scope, now=clock()) as unit:
            patients.relate(unit, second.id, patient.id)
        ways = {
            "both leave": (leave, leave),
            "one is let go": (let_go, leave),
            "both are let go": (let_go, let_go),
        }[how]
        jobs = [partial(tried, go, who) for go, who in zip(ways, (first, second), strict=True)]
        assert sorted(at_once(jobs)) == [False, True]
        with database.read(people.administrator.scope, now=clock()) as unit:
            assert untreated.untreated(unit) is None
