"""Writing a verdict as JSON; exact numbers are "n" or "n/d", what is not known is null."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from diary.protocol.attacks import AttackCount, AttackVerdict
from diary.protocol.context_writing import caution_to_json
from diary.protocol.exact import exact_text
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import (
    Answer,
    Bounds,
    Immpact,
    QualityOfLifePair,
    SensitivityRow,
    Stability,
    SwitchOff,
    Verdict,
    Window,
)


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """Return the JSON value of a verdict on pain, with its whole working."""
    return {
        "rule": verdict.rule.value,
        "site": verdict.site,
        "primary": verdict.primary,
        "status": verdict.status.value,
        "baseline": _window(verdict.baseline),
        "window": _window(verdict.window),
        "change": _figure(
            verdict.change, lambda value: shown_number(value, verdict.change_threshold)
        ),
        "reduction": _figure(
            verdict.reduction, lambda value: shown_percent(value, verdict.threshold)
        ),
        "bounds": _bounds(verdict.bounds),
        "robust": verdict.robust,
        "agree": verdict.agree,
        "depends_on": list(verdict.depends_on),
        "sensitivity": [_row(row) for row in verdict.sensitivity],
        "immpact": _immpact(verdict.immpact),
        "stability": _stability(verdict.stability),
        **({} if verdict.switch_off is None else _switch_off(verdict.switch_off)),
        "cautions": [caution_to_json(caution) for caution in verdict.cautions],
        "source": verdict.source,
    }


def attack_verdict_to_json(verdict: AttackVerdict) -> dict[str, Any]:
    """Return the JSON value of the verdict on attacks."""
    return {
        "rule": verdict.rule.value,
        "site": None,
        "primary": False,
        "status": verdict.status.value,
        "baseline": _count(verdict.baseline),
        "window": _count(verdict.window),
        "change": _figure(verdict.change, shown_number),
        "reduction": _figure(
            verdict.reduction, lambda value: shown_percent(value, verdict.threshold)
        ),
        "bounds": None,
        "rate_ratio_interval": _bounds(verdict.interval),
        "cautions": [caution_to_json(caution) for caution in verdict.cautions],
        "source": verdict.source,
    }


def _count(count: AttackCount | None) -> dict[str, Any] | None:
    if count is None:
        return None
    return {
        "first_day": count.first_day.isoformat(),
        "last_day": count.last_day.isoformat(),
        "days": count.days,
        "confirmed_days": count.confirmed_days,
        "attacks": count.attacks,
        "per_week": _figure(count.per_week, shown_number),
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


def _stability(stability: Stability | None) -> dict[str, Any] | None:
    if stability is None:
        return None
    return {
        "step": exact_text(stability.step),
        "turned_by": [
            {
                **_answer(turn.answer),
                "instead": exact_text(turn.instead),
                "status": turn.status.value,
            }
            for turn in stability.turns
        ],
        "slack": _figure(stability.slack, lambda value: shown_number(value, Fraction())),
    }


def _switch_off(found: SwitchOff) -> dict[str, Any]:
    return {
        "days_off": found.days,
        "crossed_on": None if found.crossed_on is None else found.crossed_on.isoformat(),
        "early_notices": [day.isoformat() for day in found.early_notices],
        "quality_of_life": _quality_of_life(found.quality_of_life),
    }


def _quality_of_life(pair: QualityOfLifePair | None) -> dict[str, Any] | None:
    if pair is None:
        return None
    before, after = (
        {"on": one.on.isoformat(), "pcs": exact_text(one.pcs), "mcs": exact_text(one.mcs)}
        for one in (pair.before, pair.after)
    )
    return {"before": before, "after": after, "fallen": pair.fallen}
