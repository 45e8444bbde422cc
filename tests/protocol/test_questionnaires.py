"""Scoring the PROMs (S3 l.852-876): each rule by a worked example, and what holds for all."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.protocol.questionnaires.forms import Item, Questionnaire
from diary.protocol.questionnaires.known import QUESTIONNAIRES
from diary.protocol.questionnaires.scoring import AnswerError, ScaleScore, parse_answers, score
from tests.support.shared import absent, shared

REFERENCE = shared("data", "sf12v1_reference_50.csv")
FORMS = [pytest.param(form, id=name) for name, form in QUESTIONNAIRES.items()]


def scores(name: str, answers: dict[str, Any]) -> dict[str, ScaleScore]:
    form = QUESTIONNAIRES[name]
    return {one.scale.name: one for one in score(form, parse_answers(form, answers))}


def shown(name: str, answers: dict[str, Any]) -> dict[str, tuple[Fraction | None, str | None]]:
    found = scores(name, answers)
    bands = {key: one.scale.band(one.value) for key, one in found.items()}
    return {key: (one.value, (b := bands[key]) and b.text) for key, one in found.items()}


def filled(name: str, values: Iterable[object]) -> dict[str, Any]:
    """Answers in the order of the form; None is no answer."""
    form_items = QUESTIONNAIRES[name].items
    return {item.name: value for item, value in zip(form_items, values, strict=True)}


def test_the_nine_questionnaires_and_their_items() -> None:
    """S3 l.860-876."""
    counts = {name: len(form.items) for name, form in QUESTIONNAIRES.items()}
    assert counts == {
        "gpe": 1,
        "sf12": 12,
        "nrs": 1,
        "bpi": 11,
        "odi": 10,
        "ndi": 10,
        "hads": 14,
        "catastrophizing": 13,
        "psqi": 18,
    }


# The answers that the items allow (of PSQI only the frequencies), and the limits of the scores.
RANGES = {
    "gpe": ((1, 7), {"score": (1, 7)}),
    "nrs": ((0, 10), {"score": (0, 10)}),
    "bpi": ((0, 10), {"severity": (0, 10), "interference": (0, 10)}),
    "odi": ((0, 5), {"disability": (0, 100)}),
    "ndi": ((0, 5), {"disability": (0, 50)}),
    "hads": ((0, 3), {"anxiety": (0, 21), "depression": (0, 21)}),
    "catastrophizing": (
        (0, 4),
        {"rumination": (0, 16), "magnification": (0, 12), "helplessness": (0, 24)}
        | {"total": (0, 52)},
    ),
    "psqi": (
        (0, 3),
        dict.fromkeys(
            (
                *("latency_points", "c1_quality", "c2_latency", "c3_duration", "c4_efficiency"),
                *("c5_disturbances", "c6_medicine", "c7_day"),
            ),
            (0, 3),
        )
        | {"total": (0, 21)},
    ),
}


@pytest.mark.parametrize("name", RANGES)
def test_ranges(name: str) -> None:
    form, (answer, limits) = QUESTIONNAIRES[name], RANGES[name]
    own_range = form.items[4:] if name == "psqi" else form.items
    assert {(item.least, item.most) for item in own_range} == {answer}
    assert {scale.name: (scale.least, scale.most) for scale in form.scales} == limits


def test_where_each_band_begins() -> None:
    found = {
        f"{name} {scale.name}": [band.least for band in scale.bands]
        for name, form in QUESTIONNAIRES.items()
        for scale in form.scales
        if scale.bands
    }
    assert found == {
        "gpe score": [1, 3, 6],
        "odi disability": [0, 21, 41, 61, 81],
        "ndi disability": [0, 5, 15, 25, 35],
        "hads anxiety": [0, 8, 11],
        "hads depression": [0, 8, 11],
        "catastrophizing total": [0, 30],
        "psqi total": [0, 6],
    }


def test_ranges_of_psqi_and_sf12() -> None:
    times = [(item.least, item.most) for item in QUESTIONNAIRES["psqi"].items[:4]]
    assert times == [(0, 1439), (0, 1440), (0, 1439), (0, 24)]
    found = [item.most for item in QUESTIONNAIRES["sf12"].items]
    assert found == [5, 3, 3, 2, 2, 2, 2, 5, 6, 6, 6, 5]
    assert {item.least for item in QUESTIONNAIRES["sf12"].items} == {1}
    extremes = [(scale.least, scale.most) for scale in QUESTIONNAIRES["sf12"].scales]
    assert extremes == [
        (Fraction("9.94738"), Fraction("70.13284")),
        (Fraction("5.89058"), Fraction("72.28379")),
    ]


@pytest.mark.parametrize(
    "answer,band",
    [(1, "much improved"), (2, "much improved"), (3, "little changed"), (6, "much worse")],
)
def test_gpe(answer: int, band: str) -> None:
    """S3 l.860."""
    assert shown("gpe", {"effect": answer}) == {"score": (answer, band)}


def test_nrs() -> None:
    """S3 l.864; on paper it may hold halves (protocol.md, section 1)."""
    assert shown("nrs", {"pain": "7"}) == {"score": (7, None)}
    assert shown("nrs", {"pain": "7.5"}) == {"score": (Fraction(15, 2), None)}
    assert shown("nrs", {}) == {"score": (None, None)}


@pytest.mark.parametrize(
    "interference,expected",
    [
        ([8, 6, 4, 6, 2, 8, 1], Fraction(5)),
        ([8, 6, 4, 6, None, None, None], Fraction(6)),  # four of seven are enough
        ([8, 6, 4, None, None, None, None], None),
    ],
)
def test_bpi(interference: list[int | None], expected: Fraction | None) -> None:
    """S3 l.866: severity (8 + 3 + 6 + 5) / 4 = 5.5."""
    found = shown("bpi", filled("bpi", [8, 3, 6, 5, *interference]))
    assert found == {"severity": (Fraction(11, 2), None), "interference": (expected, None)}
    assert shown("bpi", {"worst": 8, "least": 3, "average": 6})["severity"] == (None, None)


SIXTEEN = [2, 1, 2, 1, 2, 2, 1, 2, 2]


@pytest.mark.parametrize(
    "last,expected",
    [
        (1, (Fraction(32), "moderate disability")),  # 16 of 50, the source's own example
        (None, (Fraction(1600, 45), "moderate disability")),  # 16 of 45: 35.5 %
        (0, (Fraction(30), "moderate disability")),
    ],
)
def test_odi(last: int | None, expected: tuple[Fraction, str]) -> None:
    """S3 l.868."""
    answers = [*SIXTEEN, last]
    if last is None:
        answers[0] = 3
    assert shown("odi", filled("odi", answers)) == {"disability": expected}
    answers[:2] = [None, None]  # type: ignore[list-item]
    assert shown("odi", filled("odi", answers)) == {"disability": (None, None)}


@pytest.mark.parametrize(
    "points,band",
    [
        (20, "minimal disability"),
        (21, "moderate disability"),
        (40, "moderate disability"),
        (41, "severe disability"),
        (61, "crippling disability"),
        (81, "bed-bound, or exaggerated"),
    ],
)
def test_odi_bands(points: int, band: str) -> None:
    (scale,) = QUESTIONNAIRES["odi"].scales
    found = scale.band(Fraction(points))
    assert found is not None
    assert found.text == band


@pytest.mark.parametrize(
    "answers,expected",
    [
        ([2, 2, 2, 2, 2, 2, 2, 2, 2, 2], (Fraction(20), "moderate disability")),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 4], (Fraction(4), "no disability")),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 5], (Fraction(5), "mild disability")),
        ([3, 3, 3, 3, 3, 3, 3, 3, None, None], (Fraction(30), "severe disability")),
        ([4, 4, 4, 4, 4, 4, 4, 3, 4, None], (Fraction(350, 9), "complete disability")),
        ([3, 3, 3, 3, 3, 3, 3, None, None, None], (None, None)),
    ],
)
def test_ndi(answers: list[int | None], expected: tuple[Fraction | None, str | None]) -> None:
    """S3 l.870: a missing section counts as the mean of the others."""
    assert shown("ndi", filled("ndi", answers)) == {"disability": expected}


def test_hads() -> None:
    """S3 l.872: anxiety on the odd items, depression on the even ones."""
    answers = [2, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 1]
    assert shown("hads", filled("hads", answers)) == {
        "anxiety": (11, "probable"),
        "depression": (7, "no disorder"),
    }
    answers = [2, 1, 2, 1, 2, 2, 2, None, None, None, None, None, None, 2]  # type: ignore[list-item]
    assert shown("hads", filled("hads", answers)) == {
        "anxiety": (14, "probable"),
        "depression": (Fraction(21, 2), "possible"),
    }
    assert shown("hads", {"a1": 3, "a2": 3, "a3": 3})["anxiety"] == (None, None)


def test_catastrophizing() -> None:
    """S3 l.874."""
    answers = [1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 4, 2, 4]
    found = shown("catastrophizing", filled("catastrophizing", answers))
    assert found == {
        "rumination": (3 + 4 + 0 + 4, None),
        "magnification": (1 + 2 + 4, None),
        "helplessness": (1 + 2 + 3 + 4 + 0 + 2, None),
        "total": (30, "clinically relevant"),
    }
    answers[0] = None  # type: ignore[call-overload]
    found = shown("catastrophizing", filled("catastrophizing", answers))
    assert (found["total"], found["helplessness"], found["rumination"][0]) == (
        (None, None),
        (None, None),
        11,
    )


BAD_NIGHTS = ("wakes", "bathroom", "pain", "cold", "hot", "dreams", "breathing", "snoring")
GOOD_SLEEPER = {
    "bed_time": 23 * 60,
    "minutes_to_sleep": 15,
    "rising_time": 7 * 60,
    "hours_asleep": 7,
    "not_asleep_in_30_minutes": 0,
    **dict.fromkeys(BAD_NIGHTS, 0),
    **dict.fromkeys(("quality", "medicine", "staying_awake", "enthusiasm"), 0),
}


@pytest.mark.parametrize(
    "changed,component,points",
    [
        ({}, "total", 0),
        ({"quality": 2}, "c1_quality", 2),
        ({"minutes_to_sleep": 16}, "c2_latency", 1),
        ({"minutes_to_sleep": 31}, "c2_latency", 1),
        ({"minutes_to_sleep": 61}, "c2_latency", 2),
        ({"minutes_to_sleep": 31, "not_asleep_in_30_minutes": 1}, "c2_latency", 2),
        ({"minutes_to_sleep": 61, "not_asleep_in_30_minutes": 2}, "c2_latency", 3),
        ({"hours_asleep": "6.99"}, "c3_duration", 1),
        ({"hours_asleep": 6}, "c3_duration", 1),
        ({"hours_asleep": "5.5"}, "c3_duration", 2),
        ({"hours_asleep": 5}, "c3_duration", 2),
        ({"hours_asleep": "4.9"}, "c3_duration", 3),
        ({"hours_asleep": "6.8"}, "c4_efficiency", 0),  # 6.8 of 8 hours: 85 %
        ({"hours_asleep": "6.79"}, "c4_efficiency", 1),
        ({"hours_asleep": 6}, "c4_efficiency", 1),  # 75 %
        ({"hours_asleep": "5.2"}, "c4_efficiency", 2),  # 65 %
        ({"hours_asleep": "5.1"}, "c4_efficiency", 3),
        ({"hours_asleep": 8}, "c4_efficiency", 0),
        ({"hours_asleep": "8.1"}, "c4_efficiency", None),  # longer asleep than in bed
        ({"rising_time": 23 * 60}, "c4_efficiency", None),
        ({"rising_time": 23 * 60, "hours_asleep": 0}, "c4_efficiency", None),
        ({"bed_time": 30, "hours_asleep": "6.5"}, "c4_efficiency", 0),
        ({"wakes": 1}, "c5_disturbances", 1),
        ({"wakes": 3, "bathroom": 3, "pain": 3}, "c5_disturbances", 1),
        ({"wakes": 3, "bathroom": 3, "pain": 3, "other_reason": 1}, "c5_disturbances", 2),
        (dict.fromkeys(BAD_NIGHTS[:6], 3), "c5_disturbances", 2),
        (
            dict.fromkeys(BAD_NIGHTS[:7], 3),
            "c5_disturbances",
            3,
        ),
        ({**dict.fromkeys(BAD_NIGHTS[:6], 3), "snoring": 1}, "c5_disturbances", 3),
        ({"medicine": 3}, "c6_medicine", 3),
        ({"enthusiasm": 1}, "c7_day", 1),
        ({"staying_awake": 1, "enthusiasm": 1}, "c7_day", 1),
        ({"staying_awake": 2, "enthusiasm": 1}, "c7_day", 2),
        ({"staying_awake": 3, "enthusiasm": 2}, "c7_day", 3),
        ({"quality": None}, "total", None),
        ({"hours_asleep": 9}, "total", None),
    ],
)
def test_psqi(changed: dict[str, Any], component: str, points: int | None) -> None:
    """S3 l.876."""
    assert scores("psqi", {**GOOD_SLEEPER, **changed})[component].value == points


def test_psqi_total_over_five_is_poor_sleep() -> None:
    """1 quality, 2 latency, 1 duration, 1 efficiency, 1 disturbances: 6."""
    bad = {"quality": 1, "minutes_to_sleep": 40, "not_asleep_in_30_minutes": 2}
    bad |= {"hours_asleep": 6, "pain": 3}
    assert shown("psqi", {**GOOD_SLEEPER, **bad})["total"] == (6, "poor sleep")
    assert shown("psqi", {**GOOD_SLEEPER, **bad, "pain": 0})["total"] == (5, "good sleep")


def reference() -> list[Any]:
    if not REFERENCE.is_file():
        return absent({})
    with REFERENCE.open(encoding="utf-8") as source:
        return [pytest.param(row, id=str(i)) for i, row in enumerate(csv.DictReader(source))]


@pytest.mark.parametrize("row", reference())
def test_sf12_agrees_with_the_reference_to_five_decimals(row: dict[str, str]) -> None:
    """S3 l.862; the weights have five decimals, so the scores do too, and agree exactly."""
    names = [item.name for item in QUESTIONNAIRES["sf12"].items]
    found = scores("sf12", {name: row[name] for name in names})
    assert found["pcs"].value == Fraction(row["PCS12_expected"])
    assert found["mcs"].value == Fraction(row["MCS12_expected"])


# Excellent health and no trouble at all, by the published constants and weights.
WELL = filled("sf12", [1, 3, 3, 2, 2, 2, 2, 1, 1, 1, 6, 5])


def test_sf12_of_a_healthy_person() -> None:
    """Nothing is taken off: the scores are the constants of the regression."""
    assert shown("sf12", WELL) == {
        "pcs": (Fraction("56.57706"), None),
        "mcs": (Fraction("60.75781"), None),
    }
    worse = scores("sf12", {**WELL, "bp2": 5, "gh1": 5})
    assert worse["pcs"].value == Fraction("56.57706") - Fraction("11.25544") - Fraction("8.37399")


@pytest.mark.parametrize("missing", WELL)
def test_sf12_with_an_answer_missing_has_no_score(missing: str) -> None:
    answers = {name: value for name, value in WELL.items() if name != missing}
    found = scores("sf12", answers)
    assert [(one.value, one.answered) for one in found.values()] == [(None, 11), (None, 11)]


@pytest.mark.parametrize(
    "answers,pointers",
    [
        ([], [""]),
        ({"pain": 11}, ["/pain"]),
        ({"pain": "7.25"}, ["/pain"]),
        ({"pain": "10.5"}, ["/pain"]),
        ({"pain": True}, ["/pain"]),
        ({"hurt": 3}, ["/hurt"]),
        ({"pain": -1, "hurt": 3}, ["/hurt", "/pain"]),
    ],
)
def test_answers_that_are_none(answers: object, pointers: list[str]) -> None:
    with pytest.raises(AnswerError) as error:
        parse_answers(QUESTIONNAIRES["nrs"], answers)
    assert [problem.pointer for problem in error.value.problems] == pointers
    assert len(str(error.value).splitlines()) == len(pointers)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_whole(form: Questionnaire) -> None:
    """Parts exist before they are used, sources name S3, bands rise within the scale."""
    known = [item.name for item in form.items]
    assert form.source.startswith("S3 l.")
    for scale in form.scales:
        assert set(scale.parts) <= set(known)
        assert 1 <= scale.needed <= len(scale.parts)
        least = [band.least for band in scale.bands]
        assert least == sorted(set(least))
        assert all(scale.least <= band <= scale.most for band in least)
        known.append(scale.name)
    assert len(known) == len(set(known))
    used = {part for scale in form.scales for part in scale.parts}
    assert {item.name for item in form.items} <= used


def answer_of(item: Item) -> st.SearchStrategy[object]:
    return st.none() | (
        st.decimals(item.least, item.most, places=2)
        if item.steps is None
        else st.integers(item.least * item.steps, item.most * item.steps).map(
            lambda steps: Fraction(steps, item.steps)
        )
    )


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(data=st.data())
def test_scores_stay_on_their_scale(form: Questionnaire, data: st.DataObject) -> None:
    answers = data.draw(st.fixed_dictionaries({i.name: answer_of(i) for i in form.items}))
    for one in score(form, parse_answers(form, answers)):
        if one.value is not None:
            assert one.scale.least <= one.value <= one.scale.most
            assert one.answered >= one.scale.needed
            assert (one.scale.band(one.value) is None) is (not one.scale.bands)
        else:
            assert one.scale.band(one.value) is None


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists), st.data())
def test_rubbish_is_a_problem_and_nothing_else(value: object, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(list(QUESTIONNAIRES.values())))
    item = data.draw(st.sampled_from(form.items))
    with suppress(AnswerError):
        score(form, parse_answers(form, {item.name: value}))
