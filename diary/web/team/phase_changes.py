"""Changes of a phase: what each asks, what the phase becomes, and how it is saved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from diary.language import N_
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.messages import Caution
from diary.protocol.phases import Phase, PhaseKind
from diary.store import pathways, phase_ends
from diary.store.errors import NotFound
from diary.store.pathways import ENDED, PhaseView
from diary.web.language import day, day_short, gettext
from diary.web.team import words
from diary.web.team.access import Opened
from diary.web.team.calendar import CalendarDay, calendar
from diary.web.team.forms import Form
from diary.web.team.phase_lengths import too_short

LONGEST_PHASE = 400

TOO_MANY_DAYS = N_("Choose 1 to 400 days.")
PASSED = N_("The trial is over already: the days since then cannot be filled in any more.")
OUTSIDE = N_("Choose a day within the phase.")
LEFT_OUT = N_("Days that were answered and then fall outside the phase: %(days)s.")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of these short forms."""

    name: str
    label: str
    type: str
    hint: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


class Change(ABC):
    """A change of one phase of an opened patient."""

    event: str
    ending = False

    def __init__(self, found: Opened, phase: PhaseView | None) -> None:
        self.found = found
        self.phase = phase
        self.today = diary_day_of(found.unit.now, found.pathway.zone)

    title: str
    save_words: str
    explanation: str = ""

    @property
    def version(self) -> int:
        """What was looked at: it goes along until it is saved."""
        return 0 if self.phase is None else self.phase.version

    @property
    def impossible(self) -> str:
        """Why this cannot be done at all, "" when it can."""
        return gettext(ENDED) if self.found.pathway.ended_at is not None else ""

    def cautions(self, new: Phase) -> list[Caution]:
        """Return what has to be known about `new` before it is saved."""
        return []

    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """Return what the form asks."""

    @abstractmethod
    def usual(self) -> dict[str, str]:
        """Return what the form starts with."""

    @abstractmethod
    def read(self, form: Form) -> Phase | None:
        """Return the phase as it would become; None, and errors noted, when the form is wrong."""

    @abstractmethod
    def save(self, new: Phase, version: int) -> None:
        """Save it; raises Refused, Conflict or NotFound as the store does."""

    def days(self, new: Phase) -> list[CalendarDay]:
        """Return the measurements that are asked once `new` is saved."""
        return calendar(self.found.pathway.plan, new.first_day, new.end)


class Extend(Change):
    """Make a trial longer, once."""

    event = "phase.extend"

    def __init__(self, found: Opened, phase: PhaseView) -> None:
        super().__init__(found, phase)
        self.view = phase
        self.title = gettext(N_("Extend: %(phase)s")) % {"phase": words.phase(phase.kind)}
        self.save_words = gettext(N_("Extend the phase"))
        self.explanation = runs(phase)

    @property
    def impossible(self) -> str:
        """A trial is extended once, and only while it has not been ended."""
        if self.view.kind is not PhaseKind.TRIAL:
            return gettext(pathways.ONLY_A_TRIAL)
        if self.view.extended_to is not None:
            return gettext(pathways.EXTENDED_BEFORE)
        return gettext(pathways.PHASE_ENDED) if self.view.ended_on else super().impossible

    def fields(self) -> tuple[Field, ...]:
        """Ask how many days are added."""
        parameters = self.found.pathway.parameters
        hint = gettext(N_("The protocol allows %(least)d to %(most)d days, once.")) % {
            "least": parameters.extension_least,
            "most": parameters.extension_most,
        }
        limits = {"min": 1, "max": LONGEST_PHASE}
        return (Field("days", gettext(N_("Days to add")), "number", hint, limits),)

    def usual(self) -> dict[str, str]:
        """Start with the fewest days."""
        return {"days": str(self.found.pathway.parameters.extension_least)}

    def read(self, form: Form) -> Phase | None:
        """Return the longer phase."""
        count = day_count(form)
        if count is None:
            return None
        return replace(self.view.phase, extended_to=self.view.last_day + timedelta(days=count))

    def save(self, new: Phase, version: int) -> None:
        """Extend the phase as the person saw it."""
        assert new.extended_to is not None
        pathways.extend_phase(self.found.unit, self.view.id, new.extended_to, version)

    def cautions(self, new: Phase) -> list[Caution]:
        """Say that days which have passed are lost."""
        return [Caution("begun", PASSED)] if self.view.end < self.today else []

    def days(self, new: Phase) -> list[CalendarDay]:
        """Return the days that come on top."""
        return calendar(self.found.pathway.plan, self.view.end + ONE_DAY, new.end)


class End(Change):
    """End a phase before its planned last day."""

    event = "phase.end"
    ending = True

    def __init__(self, found: Opened, phase: PhaseView) -> None:
        super().__init__(found, phase)
        self.view = phase
        self.reason = ""
        self.title = gettext(N_("End: %(phase)s")) % {"phase": words.phase(phase.kind)}
        self.save_words = gettext(N_("End the phase"))
        self.explanation = runs(phase)

    @property
    def impossible(self) -> str:
        """What is over cannot be ended again, nor earlier."""
        over = pathways.is_over(self.view, self.today)
        return super().impossible or (gettext(pathways.PHASE_ENDED) if over else "")

    def fields(self) -> tuple[Field, ...]:
        """Ask the last day."""
        hint = gettext(N_("Measurements after this day are no longer asked."))
        limits = {"min": self.view.first_day.isoformat(), "max": self.view.end.isoformat()}
        why = gettext(N_("Needed when days that were answered fall outside the phase by it."))
        most = {"maxlength": phase_ends.LONGEST_REASON}
        return (
            Field("ended_on", gettext(N_("Last day")), "date", hint, limits),
            Field("reason", gettext(N_("Reason")), "text", why, most),
        )

    def usual(self) -> dict[str, str]:
        """Start with today, within the phase, and with the reason when an end was set before."""
        last = max(self.view.first_day, min(self.today, self.view.end))
        before = phase_ends.endings(self.found.unit, self.found.pathway).get(self.view.id)
        return {"ended_on": last.isoformat(), "reason": before.reason if before else ""}

    def read(self, form: Form) -> Phase | None:
        """Return the shorter phase."""
        ended_on = form.day("ended_on")
        if ended_on is None:
            return None
        if not self.view.first_day <= ended_on <= self.view.end:
            form.errors["ended_on"] = OUTSIDE
            return None
        self.reason = form.value("reason")
        return replace(self.view.phase, ended_on=ended_on)

    def save(self, new: Phase, version: int) -> None:
        """End the phase as the person saw it."""
        assert new.ended_on is not None
        pathways.end_phase(self.found.unit, self.view.id, new.ended_on, version, self.reason)

    def cautions(self, new: Phase) -> list[Caution]:
        """Return which answered days the verdict loses, and whether one can be given at all."""
        found = []
        if lost := self._left_out(new):
            found.append(Caution("left_out", LEFT_OUT, {"days": ", ".join(map(day_short, lost))}))
        return [*found, *too_short(self.found.pathway, new)]

    def days(self, new: Phase) -> list[CalendarDay]:
        """Return the days around the new end; those after it are crossed out."""
        first = min(new.end, max(self.today, self.view.first_day))
        return calendar(
            self.found.pathway.plan,
            first,
            self.view.end,
            kept_until=new.end,
            today=self.today,
            answered=self._left_out(new),
        )

    def _left_out(self, new: Phase) -> list[date]:
        return phase_ends.left_out(self.found.unit, self.found.pathway, self.view, new.end)


def phase_of(found: Opened, phase_id: UUID) -> PhaseView:
    """Return a phase of the opened patient. Raises NotFound when it is somebody else's."""
    for phase in found.pathway.phases:
        if phase.id == phase_id:
            return phase
    raise NotFound


def runs(phase: PhaseView) -> str:
    """Return from when to when a phase runs, in a sentence."""
    return gettext(N_("This phase runs from %(first)s to %(last)s.")) % {
        "first": day(phase.first_day),
        "last": day(phase.end),
    }


def day_count(form: Form) -> int | None:
    """Return the number of days that was filled in, None with an error noted."""
    count = form.count("days")
    if count is not None and not 1 <= count <= LONGEST_PHASE:
        form.errors["days"] = TOO_MANY_DAYS
        return None
    return count
