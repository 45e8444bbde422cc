"""The medication beside a verdict, in words; never part of it (protocol.md, section 8)."""

from __future__ import annotations

from diary.protocol.cases import Assessment
from diary.protocol.context_text import medication_lines
from diary.protocol.current import current_verdict
from diary.protocol.medication_beside import Days, medication_beside
from diary.speakers import speaker
from diary.wording.spoken import current, day_short


def lines(assessment: Assessment) -> list[str]:
    """Return the medication beside the verdict of now, with its days; empty without a list."""
    judged = current_verdict(assessment)
    if judged is None:
        return []
    found = medication_beside(assessment.case, judged.baseline, judged.window)
    return [] if found is None else list(medication_lines(found, speaker(current()), _days))


def _days(window: Days) -> str:
    return f"{day_short(window.first_day)} – {day_short(window.last_day)}"
