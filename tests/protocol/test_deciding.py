"""What can be decided when, who has to be there (S3 l.172-178), and what departs from a verdict."""

from __future__ import annotations

from typing import Any

import pytest

from diary.protocol.cases import parse_case
from diary.protocol.deciding import (
    CHOICES,
    Decided,
    PatientSaid,
    Situation,
    choices,
    choices_beside,
    departs,
    lacking,
    situation,
)
from tests.protocol.building import AFTER, BEFORE, INTAKE, TRIAL, assessed, case, diary

TEAM = ("pain_specialist", "psychologist", "nurse")
OFF = {"kind": "switch_off", "first_day": "2026-03-24", "last_day": "2026-04-20"}


@pytest.mark.parametrize(
    "more,expected",
    [
        ({"phases": [INTAKE]}, Situation.INTAKE),
        ({"phases": []}, Situation.INTAKE),
        ({}, Situation.TRIAL),
        ({"as_of": "2026-03-09T12:00:00+01:00"}, Situation.INTAKE),
        ({"as_of": "2026-03-10T12:00:00+01:00"}, Situation.TRIAL),
        ({"implanted_on": "2026-03-25"}, Situation.IMPLANTED),
        ({"implanted_on": "2026-03-26"}, Situation.TRIAL),
        ({"phases": [INTAKE, TRIAL, OFF], "implanted_on": "2026-03-20"}, Situation.SWITCHED_OFF),
    ],
)
def test_where_a_pathway_stands(more: dict[str, Any], expected: Situation) -> None:
    parsed = parse_case(case([], **more))
    assert situation(parsed) is expected
    assert choices(parsed) == CHOICES[expected]


def test_a_system_that_is_on_again_is_an_implanted_one_too() -> None:
    ended = {**OFF, "first_day": "2026-03-20", "last_day": "2026-04-10", "ended_on": "2026-03-24"}
    found = choices(parse_case(case([], phases=[INTAKE, TRIAL, ended])))
    assert set(found) == {*CHOICES[Situation.SWITCHED_OFF], *CHOICES[Situation.IMPLANTED]}
    assert len(found) == len(set(found))


def test_every_choice_can_be_corrected_into_those_beside_it() -> None:
    for decided in Decided:
        assert decided in choices_beside(decided)
    assert choices_beside(Decided.IMPLANT) == CHOICES[Situation.TRIAL]


@pytest.mark.parametrize(
    "team,missing",
    [
        (TEAM, 0),
        (("neurosurgeon", "psychiatrist", "physician_assistant"), 0),
        ((*TEAM, "other"), 0),
        (("pain_specialist", "other", "nurse"), 1),
        (("nurse",), 2),
        ((), 3),
    ],
)
def test_the_team_has_one_of_each_part(team: tuple[str, ...], missing: int) -> None:
    """S3 l.172-178: a specialist, a psychologist or psychiatrist, and a nurse or the like."""
    assert len(lacking(Decided.IMPLANT, team, PatientSaid.NOT_ASKED)) == missing


@pytest.mark.parametrize("decided", [Decided.STAY_OFF, Decided.REMOVE])
def test_staying_off_and_removal_are_decided_with_the_patient(decided: Decided) -> None:
    """S3 l.261-263."""
    assert lacking(decided, TEAM, PatientSaid.AGREES) == ()
    for said in (PatientSaid.DISAGREES, PatientSaid.NOT_ASKED):
        assert len(lacking(decided, TEAM, said)) == 1


def test_an_implant_after_less_than_the_protocol_asks_departs() -> None:
    """S3 l.207."""
    reached = assessed(diary(BEFORE, 8) + diary(AFTER, 4))
    not_reached = assessed(diary(BEFORE, 8) + diary(AFTER, 5))
    assert not departs(Decided.IMPLANT, reached)
    assert departs(Decided.IMPLANT, not_reached)
    assert not departs(Decided.NO_IMPLANT, reached), "nobody has to have an implant"
    assert not departs(Decided.POSTPONE, not_reached)


def test_a_switch_off_leads_to_on_when_worse_and_off_when_not() -> None:
    """S3 l.245-263."""
    before = [f"2026-03-{day:02}" for day in range(20, 24)]
    after = [f"2026-03-{day:02}" for day in range(24, 28)]
    pre = {"kind": "pre_switch_off", "first_day": "2026-03-20", "last_day": "2026-03-23"}
    worse = assessed(
        diary(before, 3) + diary(after, 6), phases=[pre, OFF], as_of="2026-03-28T12:00:00+01:00"
    )
    assert not departs(Decided.SWITCH_ON, worse)
    assert departs(Decided.STAY_OFF, worse)
