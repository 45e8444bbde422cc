"""Case files (`diary-case/1`): a stored diary out, and a file in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.case_text import parse_case_text
from diary.protocol.case_writing import case_to_json
from diary.protocol.entries import Entry
from diary.protocol.pathway import Case
from diary.protocol.reading import Problem


def write_case(case: Case) -> bytes:
    """Return the canonical case file: UTF-8, every default written out, entries in time order."""
    value = case_to_json(in_time_order(case))
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def in_time_order(case: Case) -> Case:
    """Return `case` with its entries in time order, those on paper at the time of their moment.

    The order is the same whatever database the diary comes from.
    """

    def when(entry: Entry) -> tuple[datetime, str]:
        if entry.measured_at is not None:
            return entry.measured_at, entry.id or ""
        assert entry.diary_day is not None, "an entry has measured_at, or diary_day and moment"
        planned = {one.moment.name: one.utc for one in case.plan.day(entry.diary_day)}
        return planned[str(entry.moment)], entry.id or ""

    return replace(case, entries=tuple(sorted(case.entries, key=when)))


def read_case(data: bytes, *, skip_bad: bool = False) -> tuple[Case, Sequence[Problem]]:
    """Return the case in a file, and the problems of the entries that were left out.

    Raises CaseError with every problem; with `skip_bad` only when there are others than with
    single entries.
    """
    try:
        return parse_case_text(data), ()
    except CaseError as error:
        bad = {_entry_at_fault(problem) for problem in error.problems}
        if not skip_bad or None in bad:
            raise
        return parse_case(_without(data, bad)), error.problems


def _entry_at_fault(problem: Problem) -> int | None:
    """Return the number of the entry that a pointer such as "/entries/3/scores" leads to."""
    parts = problem.pointer.split("/")
    return int(parts[2]) if parts[1:2] == ["entries"] and len(parts) > 2 else None


def _without(data: bytes, bad: set[int | None]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(data.decode("utf-8-sig"), parse_float=str)
    value["entries"] = [entry for n, entry in enumerate(value["entries"]) if n not in bad]
    return value
