"""The rows that a decision rests on: one form for the same facts, another hash for others."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from diary.protocol.basis import (
    as_decided,
    basis_hash,
    basis_of,
    canonical,
    known_case,
    row_changes,
)
from diary.protocol.cases import assess, parse_case
from diary.protocol.verdict_writing import verdict_to_json
from tests.protocol.building import AFTER, BEFORE, INTAKE, TRIAL, case, diary, paper, phone

ENTRIES = [
    {**entry, "id": f"e{number:02}"}
    for number, entry in enumerate(diary(BEFORE, 8) + diary(AFTER, "3.5"))
]
Change = Callable[[dict[str, Any]], None]


def hash_of(value: dict[str, Any]) -> str:
    return basis_hash(basis_of(parse_case(value))).hex()


def changed(change: Change) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(json.dumps(case(ENTRIES)))
    change(value)
    return value


def test_the_order_of_rows_and_the_hour_are_no_difference() -> None:
    seed = random.randrange(10**6)
    mixed = list(ENTRIES)
    random.Random(seed).shuffle(mixed)
    later = case(mixed, phases=[TRIAL, INTAKE], as_of="2026-03-25T23:59:00+01:00")
    assert hash_of(later) == hash_of(case(ENTRIES)), f"seed {seed}"


def test_the_form_is_the_documented_one() -> None:
    basis = basis_of(parse_case(case(ENTRIES[:1], patient={"birth_date": "1971-05-02"})))
    text = canonical(basis)
    assert text.startswith('{"attack_days":[],"attacks":[],"case":"diary-basis/1","entries":[{')
    assert '"finished":"2026-03-24"' in text
    assert "1971" not in text
    assert json.loads(text) == basis


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v["entries"].append(phone("2026-03-24 13:00", 3)), id="yesterday"),
        pytest.param(lambda v: v["entries"].pop(), id="gone"),
        pytest.param(lambda v: v["entries"][3].update(withdrawn=True), id="withdrawn"),
        pytest.param(lambda v: v["entries"][3]["scores"].update(leg=9), id="score"),
        pytest.param(lambda v: v["phases"][1].update(extended_to="2026-03-26"), id="phase"),
        pytest.param(
            lambda v: v["moments"].append({"name": "bedtime", "time": "22:00"}), id="plan"
        ),
        pytest.param(lambda v: v.update(med_table="cdc-2022"), id="table"),
        pytest.param(
            lambda v: v.update(quality_of_life=[{"on": "2026-03-25", "pcs": "40", "mcs": "50"}]),
            id="quality of life",
        ),
        pytest.param(
            lambda v: v.update(attack_days=[{"diary_day": "2026-03-24", "attacks": 0}]),
            id="attack day",
        ),
    ],
)
def test_whatever_a_verdict_could_know_changes_the_hash(change: Change) -> None:
    assert hash_of(changed(change)) != hash_of(case(ENTRIES))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v["entries"].append(phone("2026-03-25 08:00", 3)), id="today"),
        pytest.param(lambda v: v["entries"].append(paper("2026-04-01", "morning", 3)), id="later"),
        pytest.param(
            lambda v: v["phases"].append(
                {"kind": "follow_up", "first_day": "2026-03-26", "last_day": "2026-03-29"}
            ),
            id="planned phase",
        ),
        pytest.param(lambda v: v.update(implanted_on="2026-04-20"), id="implant"),
        pytest.param(
            lambda v: v.update(quality_of_life=[{"on": "2026-03-26", "pcs": "40", "mcs": "50"}]),
            id="later questionnaire",
        ),
    ],
)
def test_what_no_verdict_could_know_does_not(change: Change) -> None:
    assert hash_of(changed(change)) == hash_of(case(ENTRIES))


def test_the_known_case_has_the_same_verdicts() -> None:
    whole = parse_case(case([*ENTRIES, phone("2026-03-25 08:00", 9)], implanted_on="2026-04-20"))
    known = known_case(whole)
    assert len(known.entries) == len(whole.entries) - 1
    written = [verdict_to_json(verdict) for verdict in assess(whole).verdicts]
    assert written == [verdict_to_json(verdict) for verdict in assess(known).verdicts]


def test_what_changed_is_counted() -> None:
    now = changed(lambda v: v["entries"].append({**paper("2026-03-12", "morning", 3), "id": "x"}))
    now["entries"][0]["withdrawn"] = True
    del now["entries"][5]
    now["phases"][1]["extended_to"] = "2026-03-26"
    found = row_changes(basis_of(parse_case(case(ENTRIES))), basis_of(parse_case(now)))
    assert (found.added, found.gone, found.withdrawn) == (1, 1, 1)
    assert found.parts == ("phases",)


def test_a_phase_that_the_team_changed_since_is_as_it_was() -> None:
    then = parse_case(case(ENTRIES))
    now = parse_case(case(ENTRIES, phases=[INTAKE, {**TRIAL, "ended_on": "2026-03-17"}]))
    assert assess(now).verdicts[0].change != assess(then).verdicts[0].change
    again = as_decided(now, basis_of(then))
    assert assess(again).verdicts[0] == assess(then).verdicts[0]
