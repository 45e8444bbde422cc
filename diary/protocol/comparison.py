"""Two windows of one site side by side: what every rule about pain starts from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from diary.protocol.counting import Diary, SiteDiary
from diary.protocol.entries import Entry, Kind, place_in
from diary.protocol.messages import Caution, caution
from diary.protocol.moments import Plan
from diary.protocol.verdicts import Reason, Window
from diary.protocol.versions import Night
from diary.protocol.weighted import Span, build_window, last_days


@dataclass(frozen=True, slots=True)
class Comparison:
    """The windows before and after, and whether night measurements count in both or in neither.

    `nights` are the night measurements that each window holds.
    """

    baseline: Window | None
    window: Window | None
    night_counts: bool
    nights: tuple[int, int]

    @property
    def change(self) -> Fraction | None:
        """Window minus baseline, None where one of them has no score."""
        before, after = self.baseline, self.window
        if before is None or before.score is None or after is None or after.score is None:
            return None
        return after.score - before.score


def compare(
    diary: Diary, site: str, baseline: Span | None, window: Span | None, plan: Plan
) -> Comparison:
    """Return the windows at the end of two spans; a span that is None or too short gives None.

    Night measurements count only when both windows hold one, else they are left out of both
    (protocol.md, section 2.3).
    """
    answers = diary.sites[site]
    nights = (
        night_measurements(answers, baseline, plan),
        night_measurements(answers, window, plan),
    )
    night_counts = night_in_both(nights, plan)
    return Comparison(
        baseline and build_window(diary, site, baseline, night_counts, plan),
        window and build_window(diary, site, window, night_counts, plan),
        night_counts,
        nights,
    )


def night_measurements(answers: SiteDiary, span: Span | None, plan: Plan) -> int:
    """Return how many night measurements the window at the end of `span` holds."""
    days = span and plan.night and last_days(span, plan.parameters)
    totals = [answers.totals(day) for day in days or ()]
    return sum(total.night.counted - total.plain.counted for total in totals)


def night_in_both(nights: tuple[int, int], plan: Plan) -> bool:
    """Tell whether night measurements count, given how many each of the two windows holds."""
    return all(nights) and plan.parameters.night is Night.IN_BOTH


def comparison_cautions(found: Comparison, plan: Plan) -> list[Caution]:
    """Return what a reader of the two windows has to know about them."""
    cautions = []
    if any(found.nights) and not found.night_counts:
        cautions.append(caution("night_left_out", baseline=found.nights[0], window=found.nights[1]))
    needed = plan.parameters.window_days
    for name, window in (("baseline", found.baseline), ("window", found.window)):
        if window is None:
            continue
        facts = {
            "other_scale": sum(answer.reason is Reason.OTHER_SCALE for answer in window.left_out),
            "days_not_valid": needed - window.valid_days,
            "missing": window.missing,
            "outside": sum(_outside(answer.entry, plan) for answer in window.used),
        }
        cautions += [
            caution(f"{code}_{name}", count=count, days=needed, planned=window.planned)
            for code, count in facts.items()
            if count
        ]
    return cautions


def _outside(entry: Entry, plan: Plan) -> bool:
    """Tell whether an entry says that it was in time, and its own clock says otherwise."""
    if entry.measured_at is None or entry.kind is None:
        return False
    return place_in(plan, entry.measured_at, moment=entry.moment).kind is not Kind.SCHEDULED
