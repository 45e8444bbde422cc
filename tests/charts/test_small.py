"""Sparklines and the chart in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from xml.etree import ElementTree

from diary.charts.alt import alt_text
from diary.charts.data import DayMean
from diary.charts.sparkline import sparkline
from tests.charts.examples import patient

DAY = date(2026, 3, 2)


def means(*scores: int | None) -> list[DayMean]:
    return [
        DayMean(DAY + timedelta(days=index), Fraction(score))
        for index, score in enumerate(scores)
        if score is not None
    ]


def paths(svg: str) -> list[str]:
    namespace = "" if "xmlns" not in svg else "{http://www.w3.org/2000/svg}"
    return [e.get("d") or "" for e in ElementTree.fromstring(svg).iter(f"{namespace}path")]


def test_a_missing_day_leaves_a_gap() -> None:
    (path,) = paths(sparkline(means(8, 7, None, 4), 10, "x"))
    assert path.count("M") == 2
    assert path.count("L") == 1


def test_high_pain_is_high_and_the_threshold_is_dashed() -> None:
    threshold, path = paths(sparkline(means(10, 0), 10, "x", threshold=5))
    top, bottom = (int(point.split()[1].split("h")[0]) for point in path[1:].split("L"))
    middle = int(threshold.split()[1].split("H")[0])
    assert top < middle < bottom


def test_it_has_a_label_that_cannot_break_out_and_no_style() -> None:
    svg = sparkline(means(8), 10, 'a "b" <c>')
    assert ElementTree.fromstring(svg).get("aria-label") == 'a "b" <c>'
    assert "style" not in svg
    assert paths(sparkline([], 10, "none")) == []


def test_weeks_of_silence_take_little_room() -> None:
    late = DayMean(DAY + timedelta(days=60), Fraction(4))
    (path,) = paths(sparkline([*means(8, 8, 8), late], 10, "x"))
    second_last, last = (
        int(p.split()[0]) for p in path.replace("M", "L").removeprefix("L").split("L")[-2:]
    )
    assert last - second_last < 400


def plain(message: str) -> str:
    return message


def test_alt_text_tells_what_the_picture_tells() -> None:
    data = patient(missing=0.2)
    baseline, trial = data.windows
    text = alt_text(data, plain, "nl")
    assert baseline.shown is not None
    assert trial.shown is not None
    for number in (baseline.shown, trial.shown):
        assert number.replace(".", ",") in text
    assert "Of 56 planned" in text
    assert "2 maart 2026" in text


def test_alt_text_says_what_is_not_there_yet() -> None:
    data = replace(patient(), points=(), windows=(), threshold=None)
    text = alt_text(data, plain, "en")
    assert "no weighted score yet" in text
    assert "no measurements yet" in text
