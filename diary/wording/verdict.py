"""A verdict in words and figures: what it says, what it rests on, and whether it may be believed.

Every figure is the protocol's own, rounded by `diary.protocol.shown` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from diary.protocol.exact import exact_text
from diary.protocol.explaining.why import explain
from diary.protocol.naming import CHOICES, REASONS, RULES
from diary.protocol.sensitivity import default_row
from diary.protocol.shown import shown_number, shown_percent
from diary.protocol.verdicts import Answer, SensitivityRow, Status, Verdict, Window
from diary.speakers import speaker
from diary.wording import stability, words
from diary.wording.names import moment_label, number
from diary.wording.spoken import clock, current, day_short, gettext, ngettext
from diary.wording.words import Badge

DECIDED = frozenset({Status.REACHED, Status.NOT_REACHED})


@dataclass(frozen=True, slots=True)
class Figure:
    """A rounded figure, with the exact one when rounding took something away."""

    shown: str
    exact: str = ""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a window."""

    day: str
    mean: Figure
    made: str
    valid: bool


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One entry of a window: used, or left out and why."""

    day: str
    moment: str
    time: str
    score: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class WindowView:
    """The working of one weighted score."""

    title: str
    period: str
    score: Figure
    bounds: str
    days: list[DayLine]
    valid_days: int
    missing: int
    planned: int
    answers: list[AnswerLine]


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way of computing and its outcome."""

    mean: str
    days: str
    late: str
    night: str
    badge: Badge
    word: str
    figure: str
    default: bool


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A verdict of one pain site as the page shows it."""

    title: str
    site: str
    primary: bool
    badge: Badge
    word: str
    meaning: str
    why: str
    facts: list[tuple[str, Figure]]
    doubt: str
    robust: str
    stability: str
    agree: str
    cautions: list[str]
    immpact: str
    ways: list[WayLine]
    windows: list[WindowView]
    source: str
    protocol: str


def view(verdict: Verdict) -> VerdictView:
    """Return `verdict` in the reader's words."""
    badge, own_speaker = words.BADGES[verdict.status], speaker(current())
    return VerdictView(
        title=title(verdict),
        site=words.site(verdict.site),
        primary=verdict.primary,
        badge=badge,
        word=gettext(badge.word),
        meaning=gettext(words.MEANINGS[verdict.status]),
        why=explain(verdict, own_speaker),
        facts=_facts(verdict),
        doubt=doubt(verdict),
        robust=robust(verdict),
        stability=stability.line(verdict, own_speaker),
        agree=agree(verdict),
        cautions=[words.caution(caution) for caution in verdict.cautions],
        immpact=_immpact(verdict),
        ways=ways(verdict),
        windows=windows(
            verdict,
            gettext("Baseline: the last four days of the intake"),
            gettext("Trial: the last four days"),
        ),
        source=verdict.source,
        protocol=verdict.protocol,
    )


def title(verdict: Verdict) -> str:
    """Return what tells it from the other verdicts of a patient: "Switched off: leg"."""
    return f"{gettext(RULES[verdict.rule])}: {words.site(verdict.site)}"


def _facts(verdict: Verdict) -> list[tuple[str, Figure]]:
    needed = verdict.threshold
    baseline = verdict.baseline.score if verdict.baseline else None
    window = verdict.window.score if verdict.window else None
    return [
        (gettext("Weighted score at baseline"), score(baseline)),
        (gettext("Weighted score in the trial"), score(window)),
        (gettext("Difference"), score(verdict.change)),
        (gettext("Reduction"), percent(verdict.reduction, needed)),
        (gettext("Needed"), percent(needed, needed)),
        (gettext("Bounds of the reduction"), bounds(verdict)),
    ]


def score(value: Fraction | None) -> Figure:
    """Return a score or a change, "–" when it cannot be computed."""
    if value is None:
        return Figure("–")
    shown = shown_number(value)
    plain = shown.replace("−", "-")
    return Figure(number(shown, current()), "" if Fraction(plain) == value else exact_text(value))


def percent(value: Fraction | None, needed: Fraction) -> Figure:
    """Return a part as a percentage, never rounded over what is needed."""
    return Figure("–" if value is None else number(shown_percent(value, needed), current()))


def judged(value: Fraction | None, verdict: Verdict) -> Figure:
    """Return a value of the figure that the rule judges: a reduction, or a change of the score."""
    if verdict.change_threshold is None:
        return percent(value, verdict.threshold)
    if value is None:
        return Figure("–")
    return Figure(number(shown_number(value, verdict.threshold), current()))


def bounds(verdict: Verdict) -> Figure:
    """Return between what the judged figure could have lain, had all measurements been made."""
    if verdict.bounds is None:
        return Figure("–")
    low, high = (judged(bound, verdict).shown for bound in verdict.bounds)
    return Figure(_between(low, high))


def _between(low: str, high: str) -> str:
    return low if low == high else gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def robust(verdict: Verdict) -> str:
    """Return that the missing measurements could not have turned it, "" when they could."""
    if verdict.status in DECIDED and verdict.robust:
        return gettext("Robust: whatever the missing measurements had been, the verdict stands.")
    return ""


def doubt(verdict: Verdict) -> str:
    """Return that the missing measurements could have turned it, and how far; "" when not.

    It stands in the status itself: a verdict that may be believed by half is another verdict.
    """
    if verdict.status not in DECIDED or verdict.robust:
        return ""
    if verdict.bounds is None:
        return gettext("Not robust: the missing measurements could have turned the verdict.")
    low, high = (judged(bound, verdict).shown for bound in verdict.bounds)
    return gettext(
        "Not robust: the missing measurements could have made it %(low)s to %(high)s."
    ) % {"low": low, "high": high}


def agree(verdict: Verdict) -> str:
    """Return whether all ways of computing agree, or on what the verdict depends.

    "" while it is running: then every way is, whatever it computes.
    """
    if verdict.status is Status.RUNNING:
        return ""
    count = len(verdict.sensitivity)
    if verdict.agree:
        return ngettext("The one way agrees.", "All %(num)d ways agree.", count) % {"num": count}
    choices = [gettext(CHOICES[name]) for name in verdict.depends_on]
    return gettext("The verdict depends on: %(choices)s.") % {"choices": "; ".join(choices)}


def _immpact(verdict: Verdict) -> str:
    if verdict.immpact is None:
        return ""
    if verdict.immpact.reached:
        return gettext("Clinically relevant after IMMPACT: yes (shown only, not the verdict).")
    return gettext("Clinically relevant after IMMPACT: no (shown only, not the verdict).")


def ways(verdict: Verdict) -> list[WayLine]:
    """Return the sensitivity table: a line for each way of computing."""
    return [_way(row, verdict) for row in verdict.sensitivity]


def windows(verdict: Verdict, baseline: str, window: str) -> list[WindowView]:
    """Return the working of the two weighted scores under these titles, as far as there are."""
    both = ((baseline, verdict.baseline), (window, verdict.window))
    return [_window(title, found) for title, found in both if found is not None]


def _way(row: SensitivityRow, verdict: Verdict) -> WayLine:
    badge = words.badge(verdict.rule, row.status)
    night = {True: gettext("in"), False: gettext("out"), None: "–"}[row.night]
    return WayLine(
        mean=gettext(words.MEANS[row.mean]),
        days=gettext(words.DAYS[row.days]),
        late=gettext("in") if row.late else gettext("out"),
        night=night,
        badge=badge,
        word=gettext(badge.word),
        figure=judged(row.exact, verdict).shown,
        default=row is default_row(verdict.sensitivity, verdict.parameters),
    )


def _window(title: str, window: Window) -> WindowView:
    between = "–"
    if window.bounds is not None:
        low, high = (score(bound).shown for bound in window.bounds)
        between = _between(low, high)
    answers = sorted(
        [*window.used, *window.left_out],
        key=lambda answer: (answer.placement.diary_day, *_measured(answer)),
    )
    return WindowView(
        title=title,
        period=gettext("%(low)s to %(high)s")
        % {"low": day_short(window.first_day), "high": day_short(window.last_day)},
        score=score(window.score),
        bounds=between,
        days=[
            DayLine(day_short(d.diary_day), score(d.mean), f"{d.counted} / {d.planned}", d.valid)
            for d in window.days
        ],
        valid_days=window.valid_days,
        missing=window.missing,
        planned=window.planned,
        answers=[_answer(answer) for answer in answers],
    )


def _measured(answer: Answer) -> tuple[bool, float]:
    at = answer.entry.measured_at
    return at is not None, at.timestamp() if at else 0.0


def _answer(answer: Answer) -> AnswerLine:
    at = answer.entry.measured_at
    return AnswerLine(
        day=day_short(answer.placement.diary_day),
        moment=moment_label(answer.placement.moment) if answer.placement.moment else "–",
        time=clock(at) if at else "–",
        score=score(answer.score).shown.removesuffix(number(".0", current())),
        source=gettext(words.SOURCES[answer.entry.source]),
        reason=gettext(REASONS[answer.reason]) if answer.reason else "",
    )
