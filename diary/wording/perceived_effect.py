"""The patient's own word on the trial, beside its verdict; never part of it."""

from __future__ import annotations

from diary.protocol.cases import Assessment
from diary.protocol.context_text import effect_line
from diary.speakers import speaker
from diary.wording.spoken import current


def line(assessment: Assessment) -> str:
    """Return the global perceived effect in a sentence, "" without one (protocol.md, section 4)."""
    return effect_line(assessment.case, speaker(current())) or ""
