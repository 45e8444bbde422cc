"""Another pathway of the same patient: begun after the first, and never mixed up with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from diary.protocol.phases import PhaseKind
from diary.protocol.scales import Scale
from diary.store import (
    alarms,
    belonging,
    cases,
    diary_reading,
    medicines,
    milestones,
    pathways,
    patient_list,
    patients,
    pauses,
    prompts,
)
from diary.store.beginning import NewPathway
from diary.store.database import Database
from diary.store.errors import NotFound, Refused
from diary.store.pathways import PathwayView
from diary.store.scope import Scope
from diary.store.tables import Reminder, ReminderState
from diary.store.worklist.items import ItemKind
from diary.store.worklist.today import KeptForWorklist, worklist
from tests.store.diaries import add, add_events, count, entry, event, new_medicine, reread
from tests.support.clock import SettableClock
from tests.support.people import MOMENTS, People

LATER = "2026-06-01T12:00:00+02:00"


def new(**more: object) -> NewPathway:
    """Return a pathway on the line, for the foot alone."""
    values = NewPathway("Europe/Amsterdam", "crps", Scale.VAS, ("foot",), MOMENTS)
    return replace(values, **more)


def end(database: Database, clock: SettableClock, people: People) -> None:
    version = reread(database, clock, people.patient).phases_version
    with database.write(people.nurse.scope, now=clock()) as unit:
        milestones.end_pathway(unit, people.patient.pathway.id, version)


def begin(
    database: Database, clock: SettableClock, people: People, at: str | None = LATER, **more: object
) -> tuple[PathwayView, ...]:
    """End the first pathway, begin another one (in June) with its intake, and return both."""
    end(database, clock, people)
    if at is not None:
        clock.set(at)
    with database.write(people.nurse.scope, now=clock()) as unit:
        made = patients.begin_pathway(unit, people.patient.id, new(**more))
        first = clock().date()
        pathways.start_phase(unit, made, PhaseKind.INTAKE, first, first + timedelta(days=3))
        return pathways.all_pathways(unit, people.patient.id)


def test_another_one_begins_once_the_last_has_ended(
    database: Database, clock: SettableClock, people: People
) -> None:
    with (
        pytest.raises(Refused, match="runs") as refused,
        database.write(people.nurse.scope, now=clock()) as unit,
    ):
        patients.begin_pathway(unit, people.patient.id, new())
    assert refused.value.code == "pathway_open"
    before, after = begin(database, clock, people)
    assert before.id == people.patient.pathway.id
    assert (before.scale, before.sites, before.indication) == (Scale.NRS, ("leg", "back"), "fbss")
    assert (after.scale, after.sites, after.indication) == (Scale.VAS, ("foot",), "crps")
    assert reread(database, clock, people.patient) == after
    # The second of two nurses is told.
    with pytest.raises(Refused), database.write(people.nurse.scope, now=clock()) as unit:
        patients.begin_pathway(unit, people.patient.id, new())


@pytest.mark.parametrize(
    "field,value",
    [
        ("sites", ()),
        ("sites", ("leg", "leg")),
        ("moments", ()),
        ("timezone", "Europe/Nowhere"),
        ("pain_since", date(1970, 1, 1)),
        ("pain_since", date(2036, 1, 1)),
    ],
)
def test_a_form_that_is_wrong_says_where(
    database: Database, clock: SettableClock, people: People, field: str, value: object
) -> None:
    end(database, clock, people)
    with (
        pytest.raises(Refused) as refused,
        database.write(people.nurse.scope, now=clock()) as unit,
    ):
        patients.begin_pathway(unit, people.patient.id, new(**{field: value}))
    assert set(refused.value.fields) == {field}


def test_the_earlier_one_is_read_and_nothing_in_it_is_changed(
    database: Database, clock: SettableClock, people: People
) -> None:
    add(database, clock, people.patient, entry("2026-03-12T12:00:00+01:00", 7))
    before, after = begin(database, clock, people)
    with database.read(people.nurse.scope, now=clock()) as unit:
        assert [e.scores for e in diary_reading.entries(unit, before)] == [{"leg": 7}]
        assert diary_reading.entries(unit, after) == []
        old, now = (cases.case_in(unit, one, unit.now) for one in (before, after))
        assert cases.case_of(unit, people.patient.id, unit.now) == now
    assert (len(old.entries), old.scale, len(now.entries)) == (1, Scale.NRS, 0)
    trial = next(phase for phase in before.phases if phase.kind is PhaseKind.TRIAL)
    with database.write(people.nurse.scope, now=clock()) as unit:
        for change in (
            lambda: pathways.end_phase(unit, trial.id, date(2026, 3, 12), trial.version),
            lambda: pathways.choose_evening(unit, before, ()),
            lambda: milestones.place_implant(unit, before.id, date(2026, 4, 1), None),
            lambda: medicines.add_medicine(unit, before, new_medicine("morfine")),
        ):
            with pytest.raises(NotFound):
                change()


def test_nothing_of_the_earlier_one_asks_or_keeps_quiet(
    database: Database, clock: SettableClock, people: People
) -> None:
    with database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, people.patient.pathway, date(2026, 3, 14))
    with database.write(people.nurse.scope, now=clock()) as unit:
        pauses.pause(unit, people.patient.pathway, date(2026, 5, 1))
    end(database, clock, people)
    # On the same day, while the moments of the first are still open.
    with database.write(people.nurse.scope, now=clock()) as unit:
        made = patients.begin_pathway(unit, people.patient.id, new())
        pathways.start_phase(unit, made, PhaseKind.INTAKE, date(2026, 3, 12), date(2026, 3, 15))
        assert pauses.running(unit, people.patient.id) is None
        found = pathways.pathway(unit, people.patient.id)
    assert found is not None
    with database.write(people.product, now=clock()) as unit:
        prompts.materialise(unit, found, date(2026, 3, 12))
        asked = prompts.prompt_at(unit, people.patient.id)
        rows = unit.session.execute(
            prompts._NOT_CLOSED,
            {"centre": people.centre_id, "patients": [people.patient.id], "now": clock()},
        )
        open_ = {row.pathway_id for row in rows if row.cancelled_at is None}
    assert asked is not None
    assert open_ == {found.id}
    assert count(database, Reminder, state=ReminderState.PLANNED) == 0


def test_answers_belong_to_the_pathway_that_asked_for_them(
    database: Database, clock: SettableClock, people: People
) -> None:
    """Whatever says by which plan it was asked goes there; what does not, by its time."""
    first = entry("2026-03-12T12:00:00+01:00", 7)
    add(database, clock, people.patient, first)
    before, after = begin(database, clock, people)
    old, now = "2026-03-12T13:00:00+01:00", LATER
    items = {
        "said, late": (entry(now, 7, pathway_id=before.id), before),
        "said": (entry(now, 7, pathway_id=after.id), after),
        "somebody else's": (entry(now, 7, pathway_id=people.other.pathway.id), None),
        "made up": (entry(now, 7, pathway_id=uuid4()), None),
        "old and silent": (entry(old, 7), before),
        "new and silent": (entry(now, 7), after),
        "between the two": (entry("2026-05-01T12:00:00+02:00", 7), before),
        "before all": (entry("1970-01-01T00:00:00+01:00", 7), None),
        "a slow clock": (entry(old, 7, clock_error_seconds=-81 * 86400), after),
        "a correction": (entry(now, 6, replaces_id=first.id), before),
        "an event": (event("symptoms", old, {"symptoms": []}), before),
    }
    with database.read(people.patient.scope, now=clock()) as unit:
        own = pathways.all_pathways(unit, people.patient.id)
        placed = belonging.placed(unit, own, [item for item, _ in items.values()])
        # One pathway, as nearly everybody has: nothing to tell apart.
        single = belonging.placed(unit, own[-1:], [entry("1970-01-01T00:00:00+01:00", 7)])
    assert dict(zip(items, placed, strict=True)) == {name: its for name, (_, its) in items.items()}
    assert single == [after]


def test_the_list_has_those_who_ended_on_request(
    database: Database, clock: SettableClock, people: People
) -> None:
    def listed(scope: Scope, *, with_ended: bool) -> list[tuple[str, bool]]:
        with database.read(scope, now=clock()) as unit:
            found = patient_list.listed(unit, with_ended=with_ended)
        return [(patient.name, patient.ended_at is not None) for patient in found]

    nurse = people.nurse.scope
    end(database, clock, people)
    assert listed(nurse, with_ended=False) == []
    assert listed(nurse, with_ended=True) == [("Anna Bakker", True)]
    for scope in people.outsiders.values():
        assert "Anna Bakker" not in dict(listed(scope, with_ended=True))
    with database.write(nurse, now=clock()) as unit:
        patients.begin_pathway(unit, people.patient.id, new())
    # Once, and as what runs.
    assert listed(nurse, with_ended=True) == listed(nurse, with_ended=False)


def test_an_alarm_stays_on_the_worklist_after_the_end(
    database: Database, clock: SettableClock, people: People
) -> None:
    report = event("symptoms", clock(), {"symptoms": ["fever"]})
    add_events(database, clock, people.patient, report)
    end(database, clock, people)

    def kinds() -> list[ItemKind]:
        with database.read(people.nurse.scope, now=clock()) as unit:
            return [line.item.kind for line in worklist(unit, KeptForWorklist()).lines]

    assert kinds() == [ItemKind.ALARM]
    with database.write(people.nurse.scope, now=clock()) as unit:
        alarms.close_alarm(unit, people.patient.id, report.id, "Gebeld.")
    assert kinds() == []


@pytest.mark.parametrize("who", ["colleague", "stranger", "administrator", "auditor"])
def test_nobody_else_begins_or_reads_one(
    database: Database, clock: SettableClock, people: People, who: str
) -> None:
    begin(database, clock, people)
    scope = people.outsiders[who]
    with database.read(scope, now=clock()) as unit:
        assert pathways.all_pathways(unit, people.patient.id) == ()
    for outsider in (scope, people.patient.scope):
        with pytest.raises(NotFound), database.write(outsider, now=clock()) as unit:
            patients.begin_pathway(unit, people.patient.id, new())
