"""Did the quality of life fall while the system was off? (S3 l.259; protocol.md, section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from diary.protocol.pathway import Case, QualityOfLife
from diary.protocol.verdicts import QualityOfLifePair
from diary.protocol.versions import Parameters


def judged_days(
    days: Iterable[date], first_off_day: date, parameters: Parameters
) -> tuple[date, date] | None:
    """Return which two days with an SF-12 a switch-off compares, None when one is not there.

    They are the latest from before the first off-day and the first from off-day 22 on.
    """
    known = set(days)
    late_enough = first_off_day + timedelta(days=parameters.quality_of_life_from - 1)
    earlier = [day for day in known if day < first_off_day]
    later = [day for day in known if day >= late_enough]
    return (max(earlier), min(later)) if earlier and later else None


def quality_of_life_pair(case: Case, first_off_day: date) -> QualityOfLifePair | None:
    """Return the two SF-12 that a switch-off compares, None when one of them is not there.

    They are those of the judged days, of what was filled in by the date of `as_of`. The quality has
    fallen when one of the two summary scores has, by more than the margin. Where a date has two
    SF-12, the pair with the greatest fall is taken: a fall keeps a system in, and the order of a
    file never decides.
    """
    parameters = case.parameters
    today = case.as_of.astimezone(case.zone).date()
    known = [one for one in case.quality_of_life if one.on <= today]
    days = judged_days((one.on for one in known), first_off_day, parameters)
    if days is None:
        return None
    before, after = max(
        product(*([one for one in known if one.on == day] for day in days)),
        key=lambda pair: (_fall(*pair), pair[0].pcs, pair[0].mcs, pair[1].pcs, pair[1].mcs),
    )
    return QualityOfLifePair(before, after, _fall(before, after) > parameters.quality_of_life_fall)


def _fall(before: QualityOfLife, after: QualityOfLife) -> Fraction:
    """Return the greater fall of the two summary scores; negative when both have risen."""
    return max(before.pcs - after.pcs, before.mcs - after.mcs)
