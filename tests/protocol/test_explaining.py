"""Why: the paragraph beside every verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from diary.protocol.cases import Assessment, assess, parse_case
from diary.protocol.explaining.why import explain
from diary.protocol.result_text import assessment_to_text
from diary.protocol.result_writing import assessment_to_json
from diary.protocol.scales import Scale
from diary.protocol.speaking import ENGLISH
from diary.protocol.verdicts import Rule
from diary.speakers import speaker
from tests.naive.strategies import cases
from tests.protocol import test_attacks, test_switch_off
from tests.protocol.building import AFTER, BEFORE, diary, paper, verdict
from tests.protocol.test_switch_off import off, off_day

judged_off, judged_attacks = test_switch_off.judged, test_attacks.judged
HALVED = [*diary(BEFORE, 8), *diary(AFTER, 4)]
ONE_LESS = [*diary(BEFORE, 8), *diary(AFTER, 3)]


def own(**parameters: object) -> dict[str, object]:
    return {"name": "own", "parameters": parameters}


TOLD: dict[str, tuple[Callable[[], Any], str]] = {
    "reached": (
        lambda: verdict(ONE_LESS),
        "Pain before: 8.0. Last 4 days: 3.0. That is 62.5 % less; 50 % less is needed. So the "
        "trial reached what the protocol asks. No measurement is missing. All 8 ways of computing "
        "give the same verdict. No single measurement would have turned the verdict, had it been "
        "1 point different. The scores of the last days together could have been 12.0 points "
        "higher before it turned.",
    ),
    "reached, missing": (
        lambda: verdict([*ONE_LESS[1:-1]]),
        "2 measurements are missing; even in the worst case it is 51.1 % less, so the verdict "
        "stands.",
    ),
    "reached, one missing, not robust": (
        lambda: verdict(HALVED[:-1]),
        "1 measurement is missing: in the worst case it is 43.8 % less and in the best 54.2 % "
        "less, so the verdict could have been another.",
    ),
    "reached, no slack": (
        lambda: verdict(HALVED),
        "Each of 24 measurements would alone have turned the verdict, had it been 1 point "
        "different. The scores of the last days together could not have been higher.",
    ),
    "one turns": (
        # Only the last day's second measurement weighs enough, and its first cannot be higher.
        lambda: verdict(
            [
                *diary(BEFORE[:1], 8),
                *diary(BEFORE[1:], 9)[:-1],
                paper(BEFORE[3], "evening", 8),
                *diary(AFTER[:3], 4),
                paper(AFTER[3], "morning", 10),
                paper(AFTER[3], "midday", 0),
            ]
        ),
        "One measurement would alone have turned the verdict: that of 19 March, had it been 1 "
        "instead of 0.",
    ),
    "not reached": (
        lambda: verdict([*diary(BEFORE, 8), *diary(AFTER, 5)[1:]]),
        "That is 37.5 % less; 50 % less is needed. So the trial did not reach what the protocol "
        "asks. 1 measurement is missing; even in the best case it is 42.7 % less, so the verdict "
        "stands.",
    ),
    "slack of what is not reached": (
        lambda: verdict([*diary(BEFORE, 8), *diary(AFTER, 5)]),
        "The scores of the last days together had to be 12.0 points lower to turn it.",
    ),
    "more pain": (
        lambda: verdict([*diary(BEFORE, 5), *diary(AFTER, 6)]),
        "Last 4 days: 6.0. That is 20.0 % more; 50 % less is needed.",
    ),
    "as much pain": (
        lambda: verdict([*diary(BEFORE, 5), *diary(AFTER, 5)]),
        "That is the same; 50 % less is needed.",
    ),
    "nothing can turn it": (
        lambda: verdict(
            [*diary(BEFORE, 10), *diary(AFTER, 5)],
            protocol={**own(reduction_needed=0), "deviates_from": {"reduction_needed": "a test"}},
        ),
        "No other scores of the last days alone could have turned it. The centre's own protocol "
        "own departs from S3: reduction_needed is 0 instead of 0.5 (S3 l.207). "
        "Its reason: “a test”.",
    ),
    "running": (
        lambda: verdict(HALVED, as_of="2026-03-19T12:00:00+01:00"),
        "Pain before: 8.0. The trial is still running, so this is provisional.",
    ),
    "too little": (
        lambda: verdict(HALVED[:-2]),
        "Pain before: 8.0. There is too little to judge by. Last days with too few measurements: "
        "1 of 4. All 8 ways of computing give the same verdict.",
    ),
    "two scales": (
        lambda: verdict([*HALVED[:-1], paper(AFTER[3], "evening", 40, scale="vas")]),
        "Pain before: 8.0. There are measurements on two scales, and scales are never converted: "
        "so there is no verdict.",
    ),
    "no pain before": (
        lambda: verdict([*diary(BEFORE, 0), *diary(AFTER, 4)]),
        "Pain before: 0.0. Last 4 days: 4.0. The baseline score is 0, so there is no reduction to "
        "compute.",
    ),
    "millimetres": (
        lambda: verdict([*diary(BEFORE, 80), *diary(AFTER, 30)], scale="vas"),
        "Pain before: 80.0 mm. Last 4 days: 30.0 mm.",
    ),
    "depends": (
        lambda: verdict([*HALVED[:-1], paper(AFTER[3], "evening", 9, kind="late")]),
        "Not every way of computing agrees: it depends on whether measurements made afterwards "
        "count.",
    ),
    "off, worse": (
        lambda: judged_off(off([6] * 28)[1:]),
        "Pain with the system on: 3.0. With it off, 4 May to 7 May: 6.0. That is 3.0 points more; "
        "it is worse when it is more than 2 points more. On 7 May the limit was crossed: by the "
        "protocol the system is switched on again and the treatment goes on. 1 measurement is "
        "missing; even in the best case it is 2.5 points more, so the verdict stands. All 8 ways "
        "of computing give the same verdict.",
    ),
    "off, not worse": (
        lambda: judged_off(off([3] * 20 + [6] + [2] * 7)[:-1]),
        "That is 1.0 points less; it is worse when it is more than 2 points more. Quality of life "
        "(SF-12) before and after: physical 40.1 and 40.1, mental 50 and 51. In 28 days the pain "
        "did not become worse and the quality of life did not fall: by the protocol the system "
        "stays off. Team and patient decide about removal. 1 measurement is missing; even in the "
        "worst case it is 0.3 points less, so the verdict stands. All 8 ways of computing give the "
        "same verdict. On 1 day the mean of that day alone was above the limit: 24 May.",
    ),
    "off, two notices and a gap": (
        lambda: judged_off(off({1: 6, 2: 6, 3: 3, **dict.fromkeys(range(5, 29), 3)})),
        "On 2 days the mean of that day alone was above the limit, first on 4 May. Evenings that "
        "could not be judged: 4 of 25. A worsening there would not have been seen.",
    ),
    "off, undecided": (
        lambda: judged_off(
            off([3] * 28),
            quality_of_life=[test_switch_off.SF12[0], {"on": off_day(22), "pcs": 30, "mcs": 50}],
        ),
        "physical 40.1 and 30, mental 50 and 50. The pain did not become worse, but the quality of "
        "life (SF-12) fell. S3 does not say what follows then: team and patient decide.",
    ),
    "off, running": (
        lambda: judged_off(off([3] * 28), as_of="2026-05-14T12:00:00+02:00"),
        "That is the same; it is worse when it is more than 2 points more. 10 days off are over; "
        "without a worsening the protocol judges after 28.",
    ),
    "off, too little": (
        lambda: judged_off(off([3] * 28), days=10),
        "There is too little to judge by. The system is off for 10 days; without a worsening the "
        "protocol judges only after 28.",
    ),
    "off, two scales": (
        lambda: judged_off([*off([3] * 28)[:-1], paper(off_day(28), "evening", 30, scale="vas")]),
        "Pain with the system on: 3.0. There are measurements on two scales",
    ),
    "off, millimetres": (
        lambda: judged_off(off([45] * 3 + [46]), before=30, scale="vas"),
        "That is 15.3 mm more; it is worse when it is more than 15 mm more.",
    ),
    "attacks, reached": (
        lambda: judged_attacks([1] * 28, [0] * 9 + [1] * 18 + [None]),
        "Before: 7.0 attacks a week (28 of 28 days confirmed). In the trial: 4.7 attacks a week "
        "(27 of 28 days confirmed). That is 33.3 % less; 30 % less is needed. So the trial reached "
        "what the protocol asks. Short period: 27 confirmed trial days, fewer than 28, so the "
        "frequency is uncertain. It may be 34 % to 125 % of what it was (exact 95 % interval).",
    ),
    "off, the quality of life of answers, with five decimals": (
        lambda: judged_off(
            off([3] * 28),
            quality_of_life=[
                {"on": off_day(0), "pcs": "41.23456", "mcs": "50.25"},
                {"on": off_day(22), "pcs": "41.21999", "mcs": "50.25001"},
            ],
        ),
        "physical 41.23 and 41.22, mental 50.3 and 50.3. The pain did not become worse, but",
    ),
    "attacks, not reached": (
        lambda: judged_attacks([1] * 28, [1] * 28),
        "That is the same; 30 % less is needed. So the trial did not reach what the protocol asks.",
    ),
    "attacks, running": (
        lambda: judged_attacks([1] * 28, [1] * 28, as_of="2026-02-04T12:00:00+01:00"),
        "In the trial: 7.0 attacks a week (2 of 2 days confirmed). The trial is still running, so "
        "this is provisional.",
    ),
    "attacks, none before": (
        lambda: judged_attacks([0] * 28, [1] * 28),
        "There was no attack in the intake phase, so there is no reduction to compute.",
    ),
    "attacks, too little": (
        lambda: judged_attacks([1] * 28, [None] * 28),
        "Before: 7.0 attacks a week (28 of 28 days confirmed). There is too little to judge by. "
        "Trial days that were confirmed: 0 of 28; 80 % is needed.",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_every_outcome_is_told(name: str) -> None:
    found, expected = TOLD[name]
    assert expected in explain(found())


def test_numbers_and_dates_are_those_of_the_language() -> None:
    dutch = speaker("nl")
    assert dutch.number(Fraction(-37, 8)) == "\N{MINUS SIGN}4,6"
    assert dutch.percent(Fraction(4995, 10_000), Fraction(1, 2)) == "49,95 %"
    assert dutch.plain(Fraction(5, 2)) == "2,5"
    assert (dutch.day(date(2026, 3, 2)), ENGLISH.day(date(2026, 12, 31))) == (
        "2 maart",
        "31 December",
    )
    assert speaker("en").day(date(2026, 3, 2)) == ENGLISH.day(date(2026, 3, 2)) == "2 March"
    assert [ENGLISH.with_unit(number, Scale.NRS) for number in ("1", "1.0", "2")] == [
        "1 point",
        "1.0 points",
        "2 points",
    ]


def _all(found: Assessment) -> list[Any]:
    return [*found.verdicts, *([found.attacks] if found.attacks else [])]


@settings(
    max_examples=60,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_every_case_can_be_told_and_its_figures_are_those_of_the_verdict(
    case: dict[str, Any],
) -> None:
    found = assess(parse_case(case))
    for one, written in zip(_all(found), assessment_to_json(found)["verdicts"], strict=True):
        told = explain(one)
        assert "%(" not in told
        assert told.endswith(".")
        for key in ("reduction", "change"):
            figure = written[key] and written[key]["shown"].lstrip("\N{MINUS SIGN}")
            judged = (key == "reduction") is (one.rule is not Rule.SWITCH_OFF_WORSENING)
            if figure and judged and "That is the same" not in told:
                assert figure in told
        for window in (written["baseline"], written["window"]):
            score = window and window.get("score")
            assert not score or score["shown"] in told
    assert assessment_to_text(found)
