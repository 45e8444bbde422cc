"""Case files (`diary-case/1`): a stored diary out, and a file in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.case_text import parse_case_text
from diary.protocol.case_writing import case_to_json
from diary.protocol.days import day_start
from diary.protocol.entries import Entry
from diary.protocol.moments import Plan
from diary.protocol.pathway import Case
from diary.protocol.reading import Problem


def write_case(case: Case) -> bytes:
    """Return the canonical case file: UTF-8, every default written out, entries in time order."""
    value = case_to_json(in_time_order(case))
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def in_time_order(case: Case) -> Case:
    """Return `case` with its entries in time order, those on paper at the time of their moment.

    An answer to a moment that is not in the plan any more comes at the start of its day. The order
    is the same whatever database the diary comes from.
    """

    def when(entry: Entry) -> tuple[datetime, str]:
        if entry.measured_at is not None:
            return entry.measured_at, entry.id or ""
        assert entry.diary_day is not None, "an entry has measured_at, or diary_day and moment"
        planned = {one.moment.name: one.utc for one in case.plan.day(entry.diary_day)}
        at = planned.get(entry.moment or "") or day_start(entry.diary_day, case.zone)
        return at, entry.id or ""

    return replace(case, entries=tuple(sorted(case.entries, key=when)))


def is_ahead(entry: Entry, plan: Plan, now: datetime) -> bool:
    """Return whether an entry tells of a time, or of a moment that opens, after `now`."""
    if entry.measured_at is not None:
        return entry.measured_at > now
    assert entry.diary_day is not None, "an entry has measured_at, or diary_day and moment"
    day = plan.day(entry.diary_day)
    return any(one.opens_utc > now for one in day if one.moment.name == entry.moment)


def read_case(
    data: bytes, *, skip_bad: bool = False, now: datetime | None = None
) -> tuple[Case, Sequence[Problem]]:
    """Return the case in a file, and the problems of the entries that were left out.

    Raises CaseError with every problem; with `skip_bad` only when there are others than with
    single entries. With `now` an entry that lies ahead of it is a problem too.
    """
    problems: Sequence[Problem] = ()
    try:
        case = parse_case_text(data)
    except CaseError as error:
        bad = {_entry_at_fault(problem) for problem in error.problems}
        if not skip_bad or None in bad:
            raise
        case, problems = parse_case(_without(data, bad)), error.problems
    if now is None:
        return case, problems
    left_out = {_entry_at_fault(problem) for problem in problems}
    # Where each entry that was read stands in the file.
    places = (n for n in count() if n not in left_out)
    read = list(zip(case.entries, places, strict=False))
    ahead = [
        Problem(f"/entries/{n}", "has not come yet")
        for entry, n in read
        if is_ahead(entry, case.plan, now)
    ]
    if ahead and not skip_bad:
        raise CaseError(ahead)
    kept = tuple(entry for entry, _ in read if not is_ahead(entry, case.plan, now))
    return replace(case, entries=kept), [*problems, *ahead]


def _entry_at_fault(problem: Problem) -> int | None:
    """Return the number of the entry that a pointer such as "/entries/3/scores" leads to."""
    parts = problem.pointer.split("/")
    return int(parts[2]) if parts[1:2] == ["entries"] and len(parts) > 2 else None


def _without(data: bytes, bad: set[int | None]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(data.decode("utf-8-sig"), parse_float=str)
    value["entries"] = [entry for n, entry in enumerate(value["entries"]) if n not in bad]
    return value
