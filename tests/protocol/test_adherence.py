"""Adherence: by hand, and against a count that is as simple as can be."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from diary.protocol.adherence import Adherence, Reminding, Tally, adherence
from diary.protocol.cases import assess, parse_case
from tests.naive.days import days_between, instant, planned
from tests.naive.entries import read_entries
from tests.naive.strategies import cases
from tests.protocol.building import THREE, TRIAL, assessed, diary, paper, phone

DRAWN = settings(
    max_examples=40,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def of(entries: list[dict[str, Any]], **more: Any) -> Adherence:
    return adherence(assessed(entries, phases=[TRIAL], **more))


def test_asked_is_what_has_closed_or_is_answered_already() -> None:
    answered = [phone("2026-03-10 08:04", 5), phone("2026-03-10 17:30", 5)]
    found = of(answered, as_of="2026-03-10T17:31:00+01:00")
    (day,) = found.days
    # At 17:31 the evening's window is open still; its answer is in.
    assert (day.diary_day, day.tally, day.extra) == (date(2026, 3, 10), Tally(3, 2, 0), 0)
    assert found.by_moment == {
        "morning": Tally(1, 1, 0),
        "midday": Tally(1, 0, 0),
        "evening": Tally(1, 1, 0),
    }
    assert day.tally.on_time == Fraction(2, 3)
    assert day.tally.missing == 1


def test_afterwards_extra_and_withdrawn() -> None:
    found = of(
        [
            phone("2026-03-10 11:00", 5, kind="late"),
            phone("2026-03-10 13:00", 5),
            phone("2026-03-10 15:10", 5, kind="late", moment="midday"),
            phone("2026-03-10 16:00", 5),
            phone("2026-03-10 18:00", 5, withdrawn=True),
            phone("2026-03-10 16:30", 5, withdrawn=True),
        ],
        as_of="2026-03-11T04:00:00+01:00",
    )
    (day,) = found.days
    # The morning afterwards; midday in time, so that its late answer changes nothing.
    assert (day.tally, day.extra) == (Tally(3, 1, 1), 1)
    assert day.tally.answered == 2


def test_nothing_asked_has_no_share() -> None:
    found = of([], as_of="2026-03-10T09:59:00+01:00")
    assert (found.total, found.total.on_time, found.latency, found.days) == (
        Tally(), None, None, (),
    )  # fmt: skip
    assert found.by_channel == {}


def test_latency_is_the_nearest_rank_and_negative_before_the_moment() -> None:
    minutes = [-10, 0, 2, 3, 5, 8, 13, 21, 34, 55]
    days = [date(2026, 3, 10) + timedelta(days=number) for number in range(10)]
    answers = [
        phone(f"{day} {8 + minute // 60:02}:{minute % 60:02}", 5)
        for day, minute in zip(days, minutes, strict=True)
    ]
    latency = of([*answers, paper("2026-03-10", "evening", 5)]).latency
    assert latency is not None
    assert latency.count == 10
    assert latency.median == timedelta(minutes=5)
    assert latency.ninetieth == timedelta(minutes=34)


def test_a_channel_is_asked_before_the_answer_and_answered_when_it_was_the_last() -> None:
    entries = [
        phone("2026-03-10 08:10", 5),
        phone("2026-03-10 13:40", 5),
        phone("2026-03-10 17:50", 5),
        *diary(["2026-03-11"], 5, ["morning"]),
    ]
    first, second = date(2026, 3, 10), date(2026, 3, 11)
    at = [(first, "morning", "08:00", "push"), (first, "morning", "08:30", "mail")]
    at += [(first, "midday", "13:30", "mail"), (first, "midday", "13:00", "push")]
    at += [(first, "evening", "18:00", "push"), (second, "morning", "08:00", "push")]
    at += [(second, "midday", "13:00", "push"), (second, "midday", "13:30", "push")]
    reminders = [
        Reminding((day, moment), channel, instant(f"{day}T{clock}:00+01:00"))
        for day, moment, clock, channel in at
    ]
    case = assessed(entries, phases=[TRIAL], as_of="2026-03-11T15:00:00+01:00")
    assert adherence(case, reminders).by_channel == {
        # Morning, midday and, on paper, the next morning; the midday after that had no answer.
        "push": Tally(4, 2, 0),
        "mail": Tally(1, 1, 0),
        None: Tally(1, 1, 0),
    }


@DRAWN
@given(cases(), st.randoms())
def test_it_agrees_with_a_naive_count(case: dict[str, Any], random: Any) -> None:
    note(json.dumps(case))
    found = adherence(assess(parse_case(case)), _some_reminders(case, random))
    entries, site = read_entries(case), case["primary_site"]
    asked = in_time = late = extra = 0
    for phase in case["phases"]:
        last = phase.get("ended_on") or phase.get("extended_to") or phase["last_day"]
        for day in days_between(date.fromisoformat(phase["first_day"]), date.fromisoformat(last)):
            before = asked
            made = [entry for entry in entries.get(day, []) if site in entry["scores"]]
            for window in planned(case, day):
                kinds = {one["kind"] for one in made if one["moment"] == window["name"]}
                if kinds or window["closes"] <= instant(case["as_of"]):
                    asked += 1
                    in_time += "scheduled" in kinds
                    late += kinds == {"late"}
            if asked > before:
                extra += sum(entry["kind"] == "extra" for entry in made)
    assert found.total == (asked, in_time, late)
    assert sum(day.extra for day in found.days) == extra
    for parts in ([day.tally for day in found.days], list(found.by_moment.values())):
        assert tuple(map(sum, zip(*parts, strict=True))) == (found.total if parts else ())
    channels = found.by_channel.values()
    assert sum(tally.in_time for tally in channels) == in_time, "one channel had the answer"
    assert sum(tally.late for tally in channels) == late
    assert sum(tally.asked for tally in channels) >= asked
    assert all(one.diary_day < other.diary_day for one, other in pairwise(found.days))
    if found.latency is not None:
        assert found.latency.median <= found.latency.ninetieth
        assert found.latency.count <= in_time


def _some_reminders(case: dict[str, Any], random: Any) -> list[Reminding]:
    first = date.fromisoformat(case["phases"][0]["first_day"])
    names = [moment["name"] for moment in case.get("moments", THREE)]
    return [
        Reminding(
            (first + timedelta(days=random.randrange(14)), random.choice(names)),
            random.choice(["push", "mail", "sms"]),
            instant(case["as_of"]) - timedelta(minutes=random.randrange(20_000)),
        )
        for _ in range(random.randrange(40))
    ]
