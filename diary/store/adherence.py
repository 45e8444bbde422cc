"""What the measures of adherence need from the tables: reminders that went out, and windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from diary.protocol.adherence import Reminding
from diary.protocol.cases import sort_out
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.needed import Prospect, RunningWindow, running_window, window_has_begun
from diary.store.asking import same_centre
from diary.store.cases import cases_of
from diary.store.chunks import chunks
from diary.store.database import Unit
from diary.store.kept import Kept
from diary.store.pathway_reading import PathwayView, pathways_of, patients_in_phases
from diary.store.tables import Prompt, Reminder, ReminderState


class PatientWindow(NamedTuple):
    """The running window of one patient."""

    patient_id: UUID
    pathway_id: UUID
    window: RunningWindow


# A running window, or none, of each pathway.
KeptWindows = Kept[tuple[RunningWindow, ...]]


def reminders_sent(unit: Unit, pathway_id: UUID) -> list[Reminding]:
    """Return the reminders of a pathway within the scope that a provider took, oldest first."""
    rows = unit.session.execute(
        select(
            col(Prompt.diary_day), col(Prompt.moment), col(Reminder.channel), col(Reminder.done_at)
        )
        .join(Prompt, same_centre(Reminder, Prompt, "prompt_id"))
        .where(
            unit.within.sees(col(Reminder.centre_id), col(Reminder.patient_id)),
            col(Prompt.pathway_id) == pathway_id,
            col(Reminder.state) == ReminderState.SENT,
        )
        .order_by(col(Reminder.done_at), col(Reminder.id))
    )
    return [Reminding((day, moment), channel.value, at) for day, moment, channel, at in rows]


def windows_at_risk(unit: Unit, kept: KeptWindows) -> list[PatientWindow]:
    """Return the windows that may soon be lost, the most urgent first, then those that are lost."""
    pressing = {Prospect.AT_RISK: 0, Prospect.LOST: 1}
    found = [one for one in running_windows(unit, kept) if one.window.prospect in pressing]
    return sorted(found, key=lambda one: (pressing[one.window.prospect], one.window.act_by))


def running_windows(unit: Unit, kept: KeptWindows) -> Iterator[PatientWindow]:
    """Yield the running window of each patient of the scope in whose window today lies.

    Some ten queries for each thousand patients, whose cases alone are in memory at once. A window
    that has yet to begin needs nothing of anybody today and is left out; one of which nothing has
    changed since the last time is not computed again.
    """
    # A day early: the diary day of a patient west of UTC may still be yesterday's.
    found = patients_in_phases(unit, (unit.now - timedelta(days=1)).date())
    for some in chunks(found):
        pathways = {
            patient_id: pathway
            for patient_id, pathway in pathways_of(unit, some).items()
            if _has_begun(unit, pathway)
        }
        keys = {one.id: (one.revision, *_passed(unit, one)) for one in pathways.values()}
        stale = [
            patient_id
            for patient_id, pathway in pathways.items()
            if kept.get(pathway.id, keys[pathway.id]) is None
        ]
        for patient_id, case in cases_of(unit, stale, unit.now).items() if stale else ():
            pathway_id = pathways[patient_id].id
            window = running_window(case, sort_out(case)[1])
            kept.put(pathway_id, keys[pathway_id], () if window is None else (window,))
        for patient_id, pathway in pathways.items():
            for window in kept.get(pathway.id, keys[pathway.id]) or ():
                yield PatientWindow(patient_id, pathway.id, window)


def _passed(unit: Unit, pathway: PathwayView) -> tuple[date, int]:
    """Return what a window depends on beside its rows: the day, and how far that day is.

    Nothing changes between two instants at which a measurement is due or closes.
    """
    today = diary_day_of(unit.now, pathway.zone)
    planned = (*pathway.plan.day(today - ONE_DAY), *pathway.plan.day(today))
    return today, sum((one.utc <= unit.now) + (one.closes_utc <= unit.now) for one in planned)


def _has_begun(unit: Unit, pathway: PathwayView) -> bool:
    return window_has_begun(
        [view.phase for view in pathway.phases],
        diary_day_of(unit.now, pathway.zone),
        pathway.indication,
        pathway.parameters,
    )
