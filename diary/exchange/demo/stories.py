"""The stories that the demo's patients live: where they are, and what their diary must show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from diary.protocol.follow_up import follow_up
from diary.protocol.moments import DEFAULT_MOMENTS, Moment
from diary.protocol.phases import Phase, PhaseKind
from diary.protocol.scales import Scale
from diary.protocol.verdicts import Status
from diary.protocol.versions import NVA_2020

# Lead placement and a day to recover lie between intake and trial; those days do not count (S3).
DAYS_BETWEEN = 3
LONGEST_INTAKE, SHORTEST_INTAKE = 7, 4
SHORTEST_TRIAL = 7
EXTENSION = 7
SHORTEST_DIARY = SHORTEST_INTAKE + SHORTEST_TRIAL
# Later than any day of a trial: its last day.
LAST_DAY = 1000
NIGHT = Moment("night", time(3), night=True)


@dataclass(frozen=True, slots=True)
class Story:
    """One course of pain and filling in.

    `level` is the pain at intake (0–10), `relief` the part of it that the trial takes away,
    `missed` the chance that a moment is not filled in. `ended` days ago the trial ended; or today
    is day `day` of `phase`. `implanted` days ago the system was placed, if it was. `wanted` is what
    the verdict of the trial must be: status, and robust or not. `alarm`: fever was just reported.
    `returns`: the pain comes back while the system is off.
    """

    name: str
    scale: Scale = Scale.NRS
    sites: tuple[str, ...] = ("leg", "back")
    moments: tuple[Moment, ...] = DEFAULT_MOMENTS
    indication: str = "fbss"
    level: float = 7.2
    relief: float = 0.65
    missed: float = 0.05
    ended: int | None = None
    phase: PhaseKind = PhaseKind.TRIAL
    day: int = 0
    extended: bool = False
    implanted: int | None = None
    wanted: tuple[Status, bool] | None = None
    alarm: bool = False
    returns: bool = True


# In the order of a demo with few patients: the most telling ones first.
STORIES = (
    Story("reached and robust", ended=1, wanted=(Status.REACHED, True), missed=0.03),
    Story("trial running", day=5, alarm=True),
    Story("intake running", phase=PhaseKind.INTAKE, day=3),
    Story(
        "reached, not robust",
        ended=2,
        relief=0.56,
        missed=0.25,
        wanted=(Status.REACHED, False),
    ),
    Story("not reached", ended=1, relief=0.22, level=6.6, wanted=(Status.NOT_REACHED, True)),
    Story("too little data", ended=3, missed=0.62, wanted=(Status.TOO_LITTLE_DATA, False)),
    Story(
        "reached on the line of 100 mm",
        scale=Scale.VAS,
        sites=("foot",),
        indication="pdn",
        moments=(*DEFAULT_MOMENTS, NIGHT),
        ended=1,
        relief=0.7,
        missed=0.04,
        wanted=(Status.REACHED, True),
    ),
    Story(
        "trial running on the line of 100 mm",
        scale=Scale.VAS,
        sites=("arm", "hand"),
        indication="crps",
        day=7,
        relief=0.5,
    ),
    Story("trial extended", day=12, extended=True, relief=0.45, missed=0.12),
    Story("intake begins tomorrow", phase=PhaseKind.INTAKE, day=0),
    Story("last day of the trial", sites=("back", "leg"), day=LAST_DAY, relief=0.6),
    Story(
        "close to the line",
        ended=4,
        relief=0.48,
        missed=0.15,
        sites=("arm",),
        indication="fnss",
        wanted=(Status.NOT_REACHED, False),
    ),
    Story("implanted", ended=100, implanted=82, missed=0.04, wanted=(Status.REACHED, True)),
    Story(
        "switched off, worse",
        phase=PhaseKind.SWITCH_OFF,
        ended=400,
        day=6,
        implanted=380,
        missed=0.04,
        wanted=(Status.REACHED, True),
    ),
    # The 28 days are over: with the SF-12 from before and from day 24 the verdict can be given.
    Story(
        "switched off, not worse",
        phase=PhaseKind.SWITCH_OFF,
        ended=620,
        day=NVA_2020.off_days_most + 2,
        implanted=600,
        missed=0.04,
        wanted=(Status.REACHED, True),
        returns=False,
    ),
)


def phases_of(story: Story, today: date, days: int) -> tuple[Phase, ...]:
    """Return the phases of a story as they lie around diary day `today`.

    `days` is the length of a whole diary, intake and trial together.
    """
    intake_days = max(SHORTEST_INTAKE, min(LONGEST_INTAKE, days - SHORTEST_TRIAL))
    trial_days = days - intake_days
    if story.phase is PhaseKind.INTAKE:
        first = today - timedelta(days=min(story.day, intake_days) - 1)
        return (_phase(PhaseKind.INTAKE, first, intake_days),)
    later = tuple(_after_implant(story, today))
    extension = EXTENSION if story.extended else 0
    if story.ended is not None:
        first = today - timedelta(days=story.ended + trial_days + extension - 1)
    else:
        first = today - timedelta(days=min(story.day, trial_days + extension) - 1)
    trial = _phase(PhaseKind.TRIAL, first, trial_days)
    if story.extended:
        extended_to = trial.last_day + timedelta(days=EXTENSION)
        trial = Phase(PhaseKind.TRIAL, first, trial.last_day, extended_to)
    intake_first = first - timedelta(days=DAYS_BETWEEN + intake_days)
    return _phase(PhaseKind.INTAKE, intake_first, intake_days), trial, *later


def implanted_on(story: Story, today: date) -> date | None:
    """Return the day on which the system of a story was placed."""
    return None if story.implanted is None else today - timedelta(days=story.implanted)


def _after_implant(story: Story, today: date) -> Iterator[Phase]:
    """Yield what follows an implant: four days of diary and the switch-off, or a follow-up."""
    placed = implanted_on(story, today)
    if placed is None:
        return
    if story.phase is PhaseKind.SWITCH_OFF:
        off = today - timedelta(days=story.day - 1)
        yield _phase(PhaseKind.PRE_SWITCH_OFF, off - timedelta(days=4), 4)
        yield _phase(PhaseKind.SWITCH_OFF, off, NVA_2020.off_days_most)
        return
    visit = next(due.on for due in follow_up(placed) if due.on > today)
    yield _phase(PhaseKind.FOLLOW_UP, visit - timedelta(days=4), 4)


def _phase(kind: PhaseKind, first: date, days: int) -> Phase:
    return Phase(kind, first, first + timedelta(days=days - 1))
