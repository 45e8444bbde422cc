"""What holds for every diary whatsoever."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.protocol.cases import Case, assess, parse_case
from diary.protocol.entries import Entry, Kind
from diary.protocol.moments import Moment
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.result_writing import assessment_to_json
from diary.protocol.scales import Scale
from diary.protocol.verdicts import Status, Verdict
from tests.naive.strategies import cases as naive_cases

ZONE = ZoneInfo("Europe/Amsterdam")
# Around the night of 29 March, in which the clock jumps over 02:30.
FIRST = date(2026, 3, 21)
MOMENTS = (
    Moment("morning", time(8)),
    Moment("noon", time(12)),
    Moment("evening", time(20)),
    Moment("night", time(2, 30), night=True),
)
PHASES = (
    Phase(PhaseKind.INTAKE, FIRST, FIRST + timedelta(days=4)),
    Phase(PhaseKind.TRIAL, FIRST + timedelta(days=5), FIRST + timedelta(days=13)),
)
QUICK = settings(
    max_examples=60, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


# What became of a planned measurement: mostly answered in time, now and then something else.
FATES = (
    *("phone",) * 13,
    *("paper", "paper", "missing", "late", "early", "extra", "twice", "withdrawn", "other scale"),
)


def answers(day: date, moment: Moment, fate: str, score: int) -> list[Entry]:
    """The entries that one planned measurement left behind."""
    scores = {"leg": Fraction(score)}
    if fate == "missing":
        return []
    if fate == "paper":
        return [Entry(f"{day}{moment.name}", None, day, moment.name, scores, source="paper")]
    at = datetime.combine(day + timedelta(days=moment.night), moment.time, ZONE)
    at += timedelta(minutes=score - 5)
    entry = Entry(None, at, None, None, scores)
    if fate == "late":
        return [replace(entry, moment=moment.name, kind=Kind.LATE)]
    if fate == "early":
        return [replace(entry, measured_at=at - timedelta(minutes=59 + score))]
    if fate == "extra":
        return [entry, replace(entry, measured_at=at + timedelta(hours=2), kind=Kind.EXTRA)]
    if fate == "twice":
        return [entry, replace(entry, scores={"leg": Fraction(10 - score)})]
    if fate == "withdrawn":
        return [replace(entry, withdrawn=True)]
    return [entry] if fate == "phone" else [replace(entry, scale=Scale.VAS)]


@st.composite
def cases(draw: Any) -> Case:
    """A diary of two weeks; one byte each tells the fate and the score of a measurement."""
    moments = draw(st.sampled_from([MOMENTS, MOMENTS[:3]]))
    odd = draw(st.sampled_from([22, 22, 22, 21, 15]))  # how many of the fates may happen
    places = [(FIRST + timedelta(days=day), moment) for day in range(14) for moment in moments]
    codes = draw(st.binary(min_size=len(places), max_size=len(places)))
    finished = draw(st.sampled_from([14, 14, 14, 12, 9, 5, 2]))
    return Case(
        as_of=datetime.combine(FIRST, time(12), ZONE) + timedelta(days=finished),
        scale=Scale.NRS,
        phases=PHASES,
        moments=moments,
        entries=tuple(
            entry
            for (day, moment), code in zip(places, codes, strict=True)
            for entry in answers(day, moment, FATES[code // 11 % odd], _relieved(day, code % 11))
        ),
    )


def _relieved(day: date, score: int) -> int:
    """Less pain in the trial than before, so that about half of the trials succeed."""
    return max(score - 4, 0) if day >= PHASES[1].first_day else score


CASES = cases()


def verdict(case: Case) -> Verdict:
    (found,) = assess(case).verdicts
    return found


@QUICK
@given(CASES, st.integers())
def test_the_order_of_entries_never_matters(case: Case, seed: int) -> None:
    shuffled = list(case.entries)
    random.Random(seed).shuffle(shuffled)
    assert verdict(replace(case, entries=tuple(shuffled))) == verdict(case)


@QUICK
@given(naive_cases(), st.randoms(use_true_random=False))
def test_the_order_of_a_file_never_matters(case: dict[str, Any], rng: random.Random) -> None:
    shuffled = dict(case)
    for name in ("entries", "attack_days", "quality_of_life"):
        shuffled[name] = rng.sample(case.get(name, []), len(case.get(name, [])))
    one, other = (assessment_to_json(assess(parse_case(value))) for value in (case, shuffled))
    assert one["verdicts"] == other["verdicts"]


@QUICK
@given(CASES)
def test_scores_and_bounds_stay_on_the_scale_and_in_order(case: Case) -> None:
    found = verdict(case)
    for window in (found.baseline, found.window):
        if window is None or window.bounds is None:
            continue
        low, high = window.bounds
        assert 0 <= low <= high <= 10
        assert (low == high) is (window.missing == 0)
        if window.score is not None:
            assert low <= window.score <= high
        assert len(window.used) == window.planned - window.missing
    if found.bounds is not None:
        worst, best = found.bounds
        assert worst <= best <= 1
        if found.reduction is not None:
            assert worst <= found.reduction <= best


@QUICK
@given(CASES, st.integers(0))
def test_a_missing_entry_never_narrows_bounds(case: Case, pick: int) -> None:
    before = verdict(case)
    windows = [window for window in (before.baseline, before.window) if window is not None]
    used = [answer for window in windows for answer in window.used]
    if not used:
        return
    gone = used[pick % len(used)]
    # Everything of that moment goes, lest a second answer steps in with another score.
    placed = assess(case).placed
    rest = tuple(entry for entry, place in placed if place != gone.placement)
    after = verdict(replace(case, entries=rest))
    for one, other in ((before.baseline, after.baseline), (before.window, after.window)):
        if one is None or one.bounds is None:
            continue
        assert other is not None
        assert other.bounds is not None
        if one.planned == other.planned:  # else night measurements are no longer in both windows
            assert other.bounds[0] <= one.bounds[0] <= one.bounds[1] <= other.bounds[1]


@QUICK
@given(CASES)
def test_the_default_row_is_the_verdict(case: Case) -> None:
    found = verdict(case)
    (row,) = [
        row
        for row in found.sensitivity
        if (row.mean, row.days, row.late) == ("day", "calendar", False) and row.night is not False
    ]
    assert row.status is found.status
    assert row.exact == found.reduction
    if found.change is not None and found.reduction is not None:
        assert found.baseline is not None
        assert found.baseline.score is not None
        assert found.reduction == -found.change / found.baseline.score
    assert len(found.sensitivity) in (8, 16)
    assert found.agree is (found.depends_on == ())


@QUICK
@given(CASES)
def test_what_is_decided_keeps_to_the_threshold(case: Case) -> None:
    found = verdict(case)
    decided = found.status in (Status.REACHED, Status.NOT_REACHED)
    if decided:
        assert found.reduction is not None
        assert (found.reduction >= Fraction(1, 2)) is (found.status is Status.REACHED)
    assert decided or not found.robust


@QUICK
@given(CASES)
def test_extra_late_and_withdrawn_entries_change_no_verdict(case: Case) -> None:
    kept = tuple(
        entry
        for entry, place in assess(case).placed
        if place.kind is Kind.SCHEDULED and not entry.withdrawn
    )
    one, other = verdict(case), verdict(replace(case, entries=kept))
    assert (one.status, one.reduction, one.bounds) == (other.status, other.reduction, other.bounds)
