"""The workers' pulse, and the standstills in it. They are of no centre: any unit will do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlmodel import col

from diary.protocol.days import day_span
from diary.store.database import Unit
from diary.store.pathway_reading import PathwayView
from diary.store.tables import WorkerGap, WorkerTick

# A worker ticks every 30 s; three minutes of silence is an alarm (quality.md, fault 7).
SILENCE = timedelta(minutes=3)
# As long as a claim lives: less is a restart, and no reminder is lost by it.
STANDSTILL = timedelta(minutes=5)
# The name of a worker that ended long ago is of no use to anybody.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tick:
    """Until when a worker is known to have got on with its work."""

    worker: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A standstill of all workers: from the last sign of life to the first one after it."""

    from_at: datetime
    until_at: datetime


def tick(unit: Unit, worker: str, alive_at: datetime) -> None:
    """Show until when `worker` got on with its work; the first tick after a standstill notes it.

    Of several workers that start at once, each sees the others' tick or the same last one: there
    is one row for each standstill.
    """
    before = last_tick(unit)
    if before is not None and alive_at - before > STANDSTILL:
        unit.session.execute(
            unit.insert(WorkerGap)
            .values(id=uuid4(), from_at=before, until_at=alive_at)
            .on_conflict_do_nothing()
        )
    unit.session.execute(
        unit.insert(WorkerTick)
        .values(worker=worker, ticked_at=alive_at)
        .on_conflict_do_update(index_elements=["worker"], set_={"ticked_at": alive_at})
    )


def last_tick(unit: Unit) -> datetime | None:
    """Return until when any worker was alive, None when none ever was."""
    latest: datetime | None = unit.session.execute(
        select(func.max(col(WorkerTick.ticked_at)))
    ).scalar_one()
    return latest


def ticks(unit: Unit) -> list[Tick]:
    """Return the last tick of every worker of the past week, the latest first."""
    rows = unit.session.execute(
        select(col(WorkerTick.worker), col(WorkerTick.ticked_at)).order_by(
            col(WorkerTick.ticked_at).desc()
        )
    )
    return [Tick(*row) for row in rows]


def gaps(unit: Unit, since: datetime) -> list[Gap]:
    """Return the standstills that ended after `since`, the present one too, oldest first."""
    rows = unit.session.execute(
        select(col(WorkerGap.from_at), col(WorkerGap.until_at))
        .where(col(WorkerGap.until_at) > since)
        .order_by(col(WorkerGap.from_at))
    )
    found = [Gap(*row) for row in rows]
    last = last_tick(unit)
    if last is not None and unit.now - last > STANDSTILL:
        found.append(Gap(last, unit.now))
    return found


def forget_old(unit: Unit) -> None:
    """Forget workers that ended long ago, save the last of all."""
    newest = select(func.max(col(WorkerTick.ticked_at))).scalar_subquery()
    unit.session.execute(
        delete(WorkerTick).where(
            col(WorkerTick.ticked_at) < unit.now - KEPT, col(WorkerTick.ticked_at) < newest
        )
    )


def standstills(
    unit: Unit, pathway: PathwayView, *, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Return from when and until when the system was down in the time of the diary."""
    if not pathway.phases:
        return []
    since, _ = day_span(min(phase.first_day for phase in pathway.phases), pathway.zone)
    found = ((gap.from_at, min(gap.until_at, until)) for gap in gaps(unit, since))
    return [(first, last) for first, last in found if first < last]
