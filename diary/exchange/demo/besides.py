"""What the demo's patients fill in besides their pain: medicines, evenings, and one alarm."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

from diary.exchange.demo.diaries import ZONE
from diary.exchange.demo.stories import Story
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.pathway import Case
from diary.protocol.phases import PhaseKind
from diary.store import events, medicines, pathways
from diary.store.database import Unit
from diary.store.events import NewEvent
from diary.store.medicines import NewMedicine
from diary.store.pathways import PathwayView
from diary.store.tables import EventKind, StrengthUnit

# Filled in just before the last moment of the day.
EVENING = time(21, 45)
# The chance that an evening is skipped, and that a regular medicine was not taken.
SKIPPED, NOT_TAKEN = 0.15, 0.06
# As-needed doses a day before the relief.
DOSES = 3
ALARM_AGO = timedelta(minutes=40)


@dataclass(frozen=True, slots=True)
class _Dose:
    """A medicine of the demo: a regular tablet, a patch, or one as needed."""

    substance: str
    strength: int
    form: str = "tablet"
    route: str = "oral"
    unit: StrengthUnit = StrengthUnit.MG
    times_a_day: int | None = None
    patch_days: int | None = None

    @property
    def as_needed(self) -> bool:
        return self.times_a_day is None and self.patch_days is None


# In turn, so that lists differ; the second patient wears a patch.
LISTS = (
    (_Dose("pregabaline", 75, times_a_day=2), _Dose("oxycodon", 5)),
    (
        _Dose("fentanyl", 25, "patch", "patch", StrengthUnit.UG_PER_H, patch_days=3),
        _Dose("paracetamol", 500, times_a_day=4),
    ),
    (_Dose("amitriptyline", 25, times_a_day=1), _Dose("tramadol", 50)),
    (),
)


def fill_in_besides(unit: Unit, patient_id: UUID, story: Story, case: Case, seed: str) -> None:
    """Give a patient medicines and evenings until now, and an alarm where the story has one."""
    pathway = pathways.pathway(unit, patient_id)
    assert pathway is not None
    rng = Random(seed)  # noqa: S311 - believable, not secret
    writer = _Writer(pathway, story, case, rng)
    own = rng.choice(LISTS)
    ids = [medicines.add_medicine(unit, pathway, _new(one, case)) for one in own]
    writer.medicines = list(zip(own, ids, strict=True))
    new = [*writer.days()]
    if story.alarm:
        new.append(writer.event(EventKind.SYMPTOMS, unit.now - ALARM_AGO, {"symptoms": ["fever"]}))
    events.add_events(unit, pathway, new, access_point="diary demo-data")


class _Writer:
    """Writes the days of one patient."""

    def __init__(self, pathway: PathwayView, story: Story, case: Case, rng: Random) -> None:
        self.pathway = pathway
        self.story = story
        self.case = case
        self.rng = rng
        self.medicines: list[tuple[_Dose, UUID]] = []

    def days(self) -> Iterator[NewEvent]:
        """Yield what was filled in on every finished day of every phase."""
        today = diary_day_of(self.case.as_of, ZONE)
        for phase in self.case.phases:
            day = phase.first_day
            while day <= phase.end and day < today:
                yield from self._day(day, phase.kind is PhaseKind.INTAKE)
                day += ONE_DAY

    def event(
        self, kind: EventKind, at: datetime, body: dict[str, Any], day: date | None = None
    ) -> NewEvent:
        """Return an event of a phone that was online."""
        own = UUID(int=self.rng.getrandbits(128), version=4)
        content = json.dumps([kind, at.isoformat(), body], sort_keys=True)
        digest = hashlib.sha256(content.encode()).digest()
        return NewEvent(own, kind, at, body, digest, diary_day=day, clock_error_seconds=0)

    def _day(self, day: date, before: bool) -> Iterator[NewEvent]:
        relief = 0.0 if before else self.story.relief
        at = datetime.combine(day, EVENING, ZONE)
        if self.rng.random() < SKIPPED:
            return
        if any(not dose.as_needed for dose, _ in self.medicines):
            yield self.event(EventKind.MEDICINES, at, self._tick(day), day)
        for dose, medicine_id in self.medicines:
            if dose.as_needed:
                for number in range(round(DOSES * (1 - relief) * self.rng.uniform(0.5, 1.2))):
                    taken = at - timedelta(hours=3 * number + 2)
                    body = {"medicine": str(medicine_id), "count": "1"}
                    yield self.event(EventKind.DOSE, taken, body)
        level = 3 + 5 * relief
        answers = {
            name: min(10, max(0, round(level + self.rng.gauss(0, 1))))
            for name in self.pathway.evening
        }
        yield self.event(EventKind.EVENING, at + timedelta(minutes=1), answers, day)

    def _tick(self, day: date) -> dict[str, Any]:
        started = self.case.phases[0].first_day
        return {
            "not_taken": [
                str(medicine_id)
                for dose, medicine_id in self.medicines
                if dose.times_a_day and self.rng.random() < NOT_TAKEN
            ],
            "patches_changed": [
                str(medicine_id)
                for dose, medicine_id in self.medicines
                if dose.patch_days and (day - started).days % dose.patch_days == 0
            ],
        }


def _new(dose: _Dose, case: Case) -> NewMedicine:
    return NewMedicine(
        substance=dose.substance,
        strength=Fraction(dose.strength),
        unit=dose.unit,
        form=dose.form,
        route=dose.route,
        as_needed=dose.as_needed,
        times_a_day=dose.times_a_day,
        patch_days=dose.patch_days,
        started_on=case.phases[0].first_day,
    )
