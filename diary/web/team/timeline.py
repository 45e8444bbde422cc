"""The pathway as a line of steps: what is behind, where the patient is, and what comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.follow_up import FollowUp, FollowUpKind, follow_up
from diary.protocol.phases import PhaseKind
from diary.store.pathways import PathwayView, PhaseView
from diary.web.language import day_short, gettext
from diary.web.team import words
from diary.web.team.access import Opened

DONE, NOW, AHEAD, OPEN = "done", "now", "ahead", "open"
STATES = {
    DONE: N_("behind"),
    NOW: N_("now"),
    AHEAD: N_("planned"),
    OPEN: N_("not planned"),
}
VISITS = {
    FollowUpKind.CONTACT: N_("Contact after %(months)d months"),
    FollowUpKind.PROMS: N_("Questionnaires after %(months)d months"),
}
# What comes soon is enough on the line itself; the rest is in the list.
SHOWN_VISITS = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """One step: its name, its days in words, and how it stands (in a word, never colour alone)."""

    name: str
    when: str
    state: str
    word: str
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """Something that is due after implantation."""

    name: str
    on: str
    past: bool


def stops(found: Opened) -> list[Stop]:
    """Return the steps of the opened patient's pathway in the order of time."""
    pathway = found.pathway
    today = diary_day_of(found.unit.now, pathway.zone)
    ended = _ended_on(pathway)
    dated = [
        (phase.first_day, _phase(phase, today, over=ended is not None)) for phase in pathway.held
    ]
    if pathway.implanted_on is not None:
        # One that was still to come when the pathway ended is not known to have been.
        seen = today if ended is None else min(today, ended)
        dated.append((pathway.implanted_on, _implant(pathway.implanted_on, seen)))
        dated += [
            (due.on, _stop(_named(due), day_short(due.on), AHEAD))
            for due in _due(pathway)
            if due.on >= today
        ][:SHOWN_VISITS]
    steps = [stop for _, stop in sorted(dated, key=lambda pair: pair[0])]
    if ended is not None:
        kept = [stop for stop in steps if stop.state not in {AHEAD, OPEN}]
        return [*kept, _stop(gettext(N_("Pathway ended")), day_short(ended), DONE)]
    return [*steps, *_to_come(pathway)]


def visits(found: Opened) -> list[Visit]:
    """Return all that is due after the implantation, past ones too; none without one."""
    today = diary_day_of(found.unit.now, found.pathway.zone)
    return [Visit(_named(due), day_short(due.on), due.on < today) for due in _due(found.pathway)]


def _ended_on(pathway: PathwayView) -> date | None:
    return pathway.ended_at and pathway.ended_at.astimezone(pathway.zone).date()


def _due(pathway: PathwayView) -> list[FollowUp]:
    if pathway.implanted_on is None:
        return []
    return sorted(follow_up(pathway.implanted_on, pathway.parameters), key=lambda due: due.on)


def _named(due: FollowUp) -> str:
    return gettext(VISITS[due.kind]) % {"months": due.month}


def _to_come(pathway: PathwayView) -> Iterator[Stop]:
    """Yield what every pathway goes through and nobody has planned yet."""
    kinds = {phase.kind for phase in pathway.phases}
    if pathway.implanted_on is not None:
        return
    for kind in (PhaseKind.INTAKE, PhaseKind.TRIAL):
        if kind not in kinds:
            yield _stop(words.phase(kind), "", OPEN)
    yield _stop(gettext(N_("Implantation")), "", OPEN)


def _implant(on: date, today: date) -> Stop:
    return _stop(gettext(N_("Implantation")), day_short(on), DONE if on <= today else AHEAD)


def _phase(phase: PhaseView, today: date, *, over: bool) -> Stop:
    when = f"{day_short(phase.first_day)} – {day_short(phase.end)}"
    done = over or phase.end < today
    state = DONE if done else AHEAD if phase.first_day > today else NOW
    progress = ""
    if state == NOW:
        values = {"day": (today - phase.first_day).days + 1, "days": phase.phase.days}
        progress = gettext(N_("day %(day)d of %(days)d")) % values
    return _stop(words.phase(phase.kind), when, state, progress)


def _stop(name: str, when: str, state: str, progress: str = "") -> Stop:
    return Stop(name, when, state, gettext(STATES[state]), progress)
