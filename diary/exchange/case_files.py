"""Case files (`diary-case/1`): a stored diary out, and a file in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.case_text import parse_case_text
from diary.protocol.case_writing import case_to_json
from diary.protocol.pathway import Case
from diary.protocol.reading import Problem


def write_case(case: Case) -> bytes:
    """Return the canonical case file: UTF-8, every default written out, a stable order."""
    return (json.dumps(case_to_json(case), ensure_ascii=False, indent=2) + "\n").encode()


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
