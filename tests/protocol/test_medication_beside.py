"""The medication beside a verdict (S3 l.188-192)."""

from __future__ import annotations

from typing import Any

import pytest

from diary.protocol.cases import assess, parse_case
from diary.protocol.result_writing import assessment_to_json
from tests.protocol.building import AFTER, BEFORE, TRIAL, case, diary


def taken(day: str, substance: str = "oxycodone", mg: str = "20", **more: object) -> dict[str, Any]:
    return {"diary_day": day, "substance": substance, "route": "oral", "mg": mg, **more}


def beside(medication: list[dict[str, Any]], **more: object) -> Any:
    entries = [*diary(BEFORE, 8), *diary(AFTER, 4)]
    found = assess(parse_case(case(entries, medication=medication, **more)))
    return assessment_to_json(found)["verdicts"][0]["medication"]


def test_less_pain_with_more_opioids_is_shown_as_it_is() -> None:
    """Pain -50 %, opioids +40 %: from 20 to 28 mg oxycodone, 30 to 42 mg of oral morphine."""
    before = [taken(day) for day in BEFORE]
    after = [taken(day, mg="28") for day in AFTER]
    found = beside([*before, *after])
    assert found["med_change"] == {"exact": "2/5", "shown": "+40.0 %"}
    assert found["baseline"] == {
        "days": 4,
        "logged_days": 4,
        "med_mg": "30",
        "as_needed_a_day": "0",
    }
    assert found["window"]["med_mg"] == "42"
    assert (found["table"], found["table_source"][-5:]) == ("nl-2019", "2016)")


def test_doses_as_needed_are_counted_a_logged_day() -> None:
    doses = [taken(BEFORE[0], "paracetamol", "500", as_needed=True) for _ in range(3)]
    found = beside([*doses, taken(BEFORE[2]), taken("2026-03-06"), taken("2026-03-15")])
    assert found["baseline"] == {
        "days": 4,
        "logged_days": 2,
        "med_mg": "15",
        "as_needed_a_day": "3/2",
    }
    assert found["window"] == {
        "days": 4,
        "logged_days": 0,
        "med_mg": None,
        "as_needed_a_day": None,
    }
    assert found["med_change"] is None


@pytest.mark.parametrize(
    "medication,change",
    [
        ([taken(BEFORE[0], "methadone"), taken(AFTER[0])], None),
        ([taken(BEFORE[0]), taken(AFTER[0], "methadone")], None),
        ([taken(BEFORE[0], "paracetamol"), taken(AFTER[0])], None),
        ([taken(BEFORE[0]), taken(AFTER[0], "paracetamol")], "-1"),
        ([taken(BEFORE[0]), taken(AFTER[3])], "0"),
    ],
    ids=["physician before", "physician after", "none before", "none after", "the same"],
)
def test_the_change_of_the_opioids(medication: list[dict[str, Any]], change: str | None) -> None:
    found = beside(medication)["med_change"]
    assert (found and found["exact"]) == change
    if change == "0":
        assert found["shown"] == "0.0 %"


def test_a_window_that_is_not_there_has_no_medication() -> None:
    found = beside([taken(BEFORE[0])], phases=[TRIAL])
    assert (found["baseline"], found["med_change"]) == (None, None)
    assert beside([]) is None
