"""The reference data beside the checkout. Tests that need it are skipped, visibly, without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_REASON = "the reference data is not beside this repository"


def shared(*parts: str) -> Path:
    """Return the path of a file in the nearest folder `shared`; it need not exist.

    Beside the checkout, or beside the place from where a copy of the tests runs (make mutants).
    """
    near = [folder / "shared" for folder in Path(__file__).resolve().parents[3:5]]
    return next(filter(Path.is_dir, near), near[0]).joinpath(*parts)


def absent(*values: Any) -> list[Any]:
    """Return one parameter set that is skipped, to stand in for those that are not there."""
    return [pytest.param(*values, id="absent", marks=pytest.mark.skip(reason=_REASON))]


def reference_cases() -> list[Any]:
    """Return a parameter set (case, expected) for each reference case, named as there."""
    if not shared("cases").is_dir():
        return absent({}, {})
    cases, expected, names = (
        shared("cases", name).read_text(encoding="utf-8").splitlines()
        for name in ("cases.jsonl", "expected.jsonl", "names.txt")
    )
    return [
        pytest.param(json.loads(case), json.loads(result), id=name)
        for case, result, name in zip(cases, expected, names, strict=True)
    ]
