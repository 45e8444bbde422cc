"""The workers' pulse. For the product itself, over all centres: the unit has no scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import col

from diary.store.database import Unit
from diary.store.tables import WorkerTick

# A worker ticks every 30 s; three minutes of silence is an alarm (quality.md, fault 7).
SILENCE = timedelta(minutes=3)
# The name of a worker that ended long ago is of no use to anybody.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tick:
    """Until when a worker is known to have got on with its work."""

    worker: str
    at: datetime


def tick(unit: Unit, worker: str, alive_at: datetime) -> None:
    """Show until when `worker` got on with its work."""
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


def forget_old(unit: Unit) -> None:
    """Forget workers that ended long ago, save the last of all."""
    newest = select(func.max(col(WorkerTick.ticked_at))).scalar_subquery()
    unit.session.execute(
        delete(WorkerTick).where(
            col(WorkerTick.ticked_at) < unit.now - KEPT, col(WorkerTick.ticked_at) < newest
        )
    )
