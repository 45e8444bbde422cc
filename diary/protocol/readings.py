"""How S3 is read where it leaves the matter open and another reading would be another engine.

Each has one value: the reading that this engine is. They stand in every set of parameters, so that
a set says all that was chosen, and so that another reading would need another name.
"""

from __future__ import annotations

from enum import StrEnum


class JudgedOn(StrEnum):
    """Which pain site's scores give the verdict."""

    PRIMARY_SITE = "primary_site"
    """The one fixed at intake; the others are shown beside it (S3 l.297)."""


class DiaryDay(StrEnum):
    """When a diary day begins."""

    FROM_FOUR = "from_04:00"
    """At 04:00 on the patient's clock: a night measurement belongs to the evening before."""


class Counted(StrEnum):
    """Which answers count."""

    FIRST_SCHEDULED = "first_scheduled"
    """The first inside the window of its moment. Extra ones are made on bad moments, and late
    ones are recall: both are shown and never counted."""


class TrialDay(StrEnum):
    """Which days are days of the trial."""

    WHOLE = "whole"
    """Whole diary days with the lead in place: not the day of placement."""


class OffDiary(StrEnum):
    """On which days of a switch-off the diary is kept."""

    THROUGHOUT = "throughout"
    """On all of them: S3 asks four days, and a judgement at the end of each day needs all."""


class Unconfirmed(StrEnum):
    """What a day is worth of which the patient did not confirm the number of attacks."""

    UNKNOWN = "unknown"
    """Nothing: it is never taken for a day without attacks."""
