"""The demo's diaries are believable, current, and have the verdicts they are there to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.exchange.demo import people as names
from diary.exchange.demo.diaries import ZONE, make_case
from diary.exchange.demo.making import make_demo
from diary.exchange.demo.stories import SHORTEST_DIARY, STORIES, Story
from diary.protocol.case_reading import parse_case
from diary.protocol.case_writing import case_to_json
from diary.protocol.cases import assess
from diary.protocol.days import diary_day_of
from diary.protocol.entries import Kind
from diary.protocol.flags import FlagKind, flags
from diary.protocol.scales import Source
from diary.protocol.verdicts import Status
from diary.store import accounts, alarms, cases, centres, patient_list, phones
from diary.store.database import Database
from diary.store.scope import Scope
from diary.store.tables import Role

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOW = datetime(2026, 3, 20, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@given(
    days=st.integers(SHORTEST_DIARY, 60),
    hours=st.integers(0, 365 * 24),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=8, deadline=None)
def test_every_story_can_be_told_at_any_time(
    story: Story, days: int, hours: int, seed: int
) -> None:
    now = NOW + timedelta(hours=hours)
    case = make_case(story, seed=str(seed), now=now, days=days)
    assert parse_case(case_to_json(case)) == case, "it is a case that anybody may import"
    assert all(entry.measured_at is None or entry.measured_at <= now for entry in case.entries)
    today = diary_day_of(now, ZONE)
    if story.ended is None and story.day:
        assert case.phases[-1].first_day <= today <= case.phases[-1].end
    placements = assess(case).placements
    for entry, place in zip(case.entries, placements, strict=True):
        assert (entry.kind, entry.moment, entry.diary_day) == (
            place.kind,
            place.moment,
            place.diary_day,
        )


def test_the_same_seed_gives_the_same_diary_and_another_seed_another() -> None:
    first, same, other = (
        make_case(STORIES[0], seed=seed, now=NOW, days=17) for seed in ("1", "1", "2")
    )
    assert first == same
    assert first.entries != other.entries


def test_diaries_look_like_diaries() -> None:
    diaries = [
        make_case(STORIES[i % len(STORIES)], seed=f"1/{i}", now=NOW, days=17) for i in range(60)
    ]
    entries = [entry for case in diaries for entry in case.entries]
    kinds = {kind: sum(entry.kind is kind for entry in entries) for kind in Kind}
    assert kinds[Kind.SCHEDULED] > 10 * kinds[Kind.LATE] > 0
    assert kinds[Kind.EXTRA] > 0
    assert 0.02 < sum(entry.source is Source.PAPER for entry in entries) / len(entries) < 0.15
    mornings, middays = (
        [float(e.scores["leg"]) for e in entries if e.moment == moment and "leg" in e.scores]
        for moment in ("morning", "midday")
    )
    assert sum(mornings) / len(mornings) > sum(middays) / len(middays) + 0.3


def test_names_differ() -> None:
    assert len({names.name(number) for number in range(260)}) == 260


def test_the_demo_in_the_store(database: Database) -> None:
    with database.write(None, now=NOW) as unit:
        first = make_demo(unit, number=len(STORIES), days=17, seed=1, hasher=CHEAP)
    with database.write(None, now=NOW) as unit:
        second = make_demo(unit, number=2, days=11, seed=1, hasher=CHEAP)
    assert {member.login for member in first.staff}.isdisjoint(m.login for m in second.staff)
    seen = {}
    for member in first.staff:
        with database.read(None, now=NOW) as unit:
            secret = accounts.find_staff(unit, member.login)
        assert secret is not None
        with database.read(secret.scope, now=NOW) as unit:
            seen[member.login] = len(patient_list.listed(unit))
    every = len(STORIES)
    assert seen == {"verpleegkundige": every, "arts": every, "beheerder": 0, "collega": 0}
    assert {member.role for member in first.staff} == {
        Role.NURSE,
        Role.CLINICIAN,
        Role.ADMINISTRATOR,
    }
    patient = first.patients[0]
    with database.write(None, now=NOW) as unit:
        owner = phones.activate(unit, patient.activation_code, patient.birth_date, "token")
    assert owner is not None
    assert owner.patient_id == patient.id


def test_patients_fill_in_more_than_their_pain(sqlite_database: Database) -> None:
    with sqlite_database.write(None, now=NOW) as unit:
        made = make_demo(unit, number=4, days=17, seed=1, hasher=CHEAP)
        centre = centres.all_centres(unit)[0]
    scope = Scope(centre.id)
    with sqlite_database.read(scope, now=NOW) as unit:
        ids = [patient.id for patient in made.patients]
        found = cases.cases_of(unit, ids, NOW)
        urgent = [alarm.patient_id for alarm in alarms.open_alarms(unit)]
    assert urgent == [ids[1]], "one of them has just reported a fever"
    assert any(case.medication for case in found.values())
    assert any(entry.as_needed for case in found.values() for entry in case.medication)


def test_a_switch_off_is_judged_with_the_questionnaires_that_were_typed_over(
    sqlite_database: Database,
) -> None:
    with sqlite_database.write(None, now=NOW) as unit:
        made = make_demo(unit, number=len(STORIES), days=17, seed=1, hasher=CHEAP)
        centre = centres.all_centres(unit)[0]
    found = {}
    for patient in made.patients:
        if patient.story.startswith("switched off"):
            with sqlite_database.read(Scope(centre.id), now=NOW) as unit:
                case = cases.case_of(unit, patient.id, NOW)
            assert case is not None
            verdict = next(v for v in assess(case).verdicts if v.switch_off and v.primary)
            pair = verdict.switch_off and verdict.switch_off.quality_of_life
            found[patient.story] = (verdict.status, pair is not None, flags(assess(case))[:1])
    assert found["switched off, worse"][0] is Status.REACHED
    status, has_pair, asked = found["switched off, not worse"]
    assert (status, has_pair) == (Status.NOT_REACHED, True)
    assert [flag.kind for flag in asked] != [FlagKind.SF12_AFTER]
