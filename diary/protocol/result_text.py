"""Writing an assessment as plain text for people: `diary assess --format text`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from diary.protocol.cases import Assessment
from diary.protocol.context_text import context_to_text
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import Bounds, Status, Verdict, Window

_CHOICES = {
    "mean": "how the mean is taken",
    "days": "which four days",
    "late": "late entries",
    "night": "night measurements",
}


def assessment_to_text(assessment: Assessment) -> str:
    """Return the verdicts of an assessment with their working, in English, as lines of text."""
    case = assessment.case
    lines = [f"Protocol {case.protocol}, judged as of {case.as_of:%Y-%m-%d %H:%M %z}."]
    if not assessment.verdicts:
        lines.append("No rule applies to this case yet.")
    for verdict in assessment.verdicts:
        lines += ["", *_verdict(verdict)]
    lines += context_to_text(assessment)
    return "\n".join(lines)


def _verdict(verdict: Verdict) -> Iterator[str]:
    rank = " (primary)" if verdict.primary else ""
    title = verdict.rule.value.replace("_", " ").capitalize()
    yield f"{title}, {verdict.site}{rank}: {verdict.status.value.replace('_', ' ').upper()}"
    yield from _window("Baseline", verdict.baseline, verdict)
    yield from _window("Last days", verdict.window, verdict)
    needed = shown_percent(verdict.threshold)
    so_far = " so far" if verdict.status is Status.RUNNING else ""
    yield f"  Reduction{so_far}: {_percent(verdict.reduction, verdict)} (needed: {needed} or more)."
    if verdict.change is not None:
        yield f"  Change: {shown_number(verdict.change)} {verdict.scale.unit}."
    if verdict.bounds is not None:
        worst, best = (_percent(bound, verdict) for bound in verdict.bounds)
        yield f"  With missing measurements at their worst and best: {worst} and {best}."
    if verdict.status in (Status.REACHED, Status.NOT_REACHED):
        yield f"  Robust: {'yes' if verdict.robust else 'no'}."
    yield f"  {_agreement(verdict)}"
    if verdict.immpact is not None:
        yield f"  IMMPACT (shown, not the verdict): {_yes(verdict.immpact.reached)}."
    for caution in verdict.cautions:
        yield f"  ! {caution.english}"
    yield f"  Source: {verdict.source}."


def _window(name: str, window: Window | None, verdict: Verdict) -> Iterator[str]:
    if window is None:
        yield f"  {name}: none."
        return
    unit = verdict.scale.unit
    score = "no score" if window.score is None else f"{shown_number(window.score)} {unit}"
    between = "" if window.bounds is None else f", possible {_range(window.bounds)}"
    yield f"  {name} {window.first_day} to {window.last_day}: {score}{between}."
    for day in window.days:
        mean = "   -" if day.mean is None else f"{shown_number(day.mean):>4}"
        valid = "" if day.valid else "  not valid"
        yield f"    {day.diary_day}  {mean}  {day.counted} of {day.planned} measured{valid}"
    for answer in window.left_out:
        assert answer.reason is not None
        place = " ".join(filter(None, (str(answer.placement.diary_day), answer.placement.moment)))
        reason = answer.reason.value.replace("_", " ")
        yield f"    left out: {shown_number(answer.score)} on {place} ({reason})"


def _range(bounds: Bounds) -> str:
    return f"{shown_number(bounds[0])} to {shown_number(bounds[1])}"


def _percent(value: Fraction | None, verdict: Verdict) -> str:
    return "not known" if value is None else shown_percent(value, verdict.threshold)


def _agreement(verdict: Verdict) -> str:
    count = len(verdict.sensitivity)
    if verdict.agree:
        return f"All {count} ways of computing agree."
    named = ", ".join(_CHOICES[choice] for choice in verdict.depends_on)
    return (
        f"The {count} ways of computing do not agree; it depends on: {named or 'several at once'}."
    )


def _yes(value: bool) -> str:
    return "clinically relevant" if value else "not clinically relevant"
