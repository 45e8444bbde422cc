"""Writing an assessment as JSON: the output of `diary assess`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from diary.protocol.cases import Assessment
from diary.protocol.context_writing import (
    caution_to_json,
    follow_up_to_json,
    medication_to_json,
    opioids_to_json,
)
from diary.protocol.exact import exact_text
from diary.protocol.pathway import CASE_FORMAT
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import Answer, Bounds, Immpact, SensitivityRow, Verdict, Window


def assessment_to_json(assessment: Assessment) -> dict[str, Any]:
    """Return the JSON value of an assessment; exact numbers are "n" or "n/d"."""
    case = assessment.case
    return {
        "case": CASE_FORMAT,
        "protocol": case.protocol,
        "verdicts": [
            {
                **_verdict(verdict),
                "medication": medication_to_json(case, verdict.baseline, verdict.window),
            }
            for verdict in assessment.verdicts
        ],
        "opioids": opioids_to_json(case),
        "follow_up": follow_up_to_json(case.implanted_on, case.parameters),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule.value,
        "site": verdict.site,
        "primary": verdict.primary,
        "status": verdict.status.value,
        "baseline": _window(verdict.baseline),
        "window": _window(verdict.window),
        "change": _figure(verdict.change, shown_number),
        "reduction": _figure(
            verdict.reduction, lambda value: shown_percent(value, verdict.threshold)
        ),
        "bounds": _bounds(verdict.bounds),
        "robust": verdict.robust,
        "agree": verdict.agree,
        "depends_on": list(verdict.depends_on),
        "sensitivity": [_row(row) for row in verdict.sensitivity],
        "immpact": _immpact(verdict.immpact),
        "cautions": [caution_to_json(caution) for caution in verdict.cautions],
        "source": verdict.source,
    }


def _window(window: Window | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {
        "first_day": window.first_day.isoformat(),
        "last_day": window.last_day.isoformat(),
        "valid_days": window.valid_days,
        "score": _figure(window.score, shown_number),
        "bounds": _bounds(window.bounds),
        "planned": window.planned,
        "missing": window.missing,
        "used": [_answer(answer) for answer in window.used],
        "left_out": [_answer(answer) for answer in window.left_out],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    fields = {
        "id": answer.entry.id,
        "diary_day": answer.placement.diary_day.isoformat(),
        "moment": answer.placement.moment,
        "score": exact_text(answer.score),
        "reason": answer.reason and answer.reason.value,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _figure(value: Fraction | None, show: Callable[[Fraction], str]) -> dict[str, str] | None:
    return None if value is None else {"exact": exact_text(value), "shown": show(value)}


def _bounds(bounds: Bounds | None) -> list[str] | None:
    return None if bounds is None else [exact_text(bound) for bound in bounds]


def _row(row: SensitivityRow) -> dict[str, Any]:
    return {
        "mean": row.mean.value,
        "days": row.days.value,
        "late": row.late,
        "night": row.night,
        "status": row.status.value,
        "exact": None if row.exact is None else exact_text(row.exact),
    }


def _immpact(immpact: Immpact | None) -> dict[str, bool] | None:
    if immpact is None:
        return None
    return {
        "reached": immpact.reached,
        "by_reduction": immpact.by_reduction,
        "by_points": immpact.by_points,
    }
