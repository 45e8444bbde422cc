"""The medication beside a verdict, in words; never part of it (protocol.md, section 8)."""

from __future__ import annotations

from diary.protocol.cases import Assessment
from diary.protocol.context_text import medication_lines
from diary.protocol.medication_beside import medication_beside
from diary.speakers import speaker
from diary.wording.spoken import current


def lines(assessment: Assessment) -> list[str]:
    """Return the medication beside the latest verdict of the primary site; empty without a list."""
    judged = next((one for one in assessment.verdicts[::-1] if one.primary), assessment.attacks)
    if judged is None:
        return []
    found = medication_beside(assessment.case, judged.baseline, judged.window)
    return [] if found is None else list(medication_lines(found, speaker(current())))
