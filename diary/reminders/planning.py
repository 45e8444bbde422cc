"""From phases to prompts, and from prompts to the ladder of reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

import structlog

from diary.protocol.days import diary_day_of
from diary.store import centres, pathways, prompts, reminders
from diary.store.database import Database
from diary.store.scope import Scope

log = structlog.get_logger(__name__)

# Prompts are laid out so far ahead; the plan is gone over often, so that a worker that was down
# for days finds every prompt of the coming nights at once.
AHEAD = timedelta(days=3)
# Patients in one transaction: who answers meanwhile waits a tenth of a second at most.
TOGETHER = 50


def materialise(database: Database, now: datetime) -> int:
    """Bring the prompts of all patients in step with their plan; return how many are new.

    Somebody whose plan cannot be laid out does not stop the others.
    """
    with database.read(None, now=now) as unit:
        scopes = [Scope(centre.id) for centre in centres.all_centres(unit)]
    return sum(_materialise_centre(database, scope, now) for scope in scopes)


def _materialise_centre(database: Database, scope: Scope, now: datetime) -> int:
    # A day early: the diary day of a patient west of UTC may still be yesterday's.
    with database.read(scope, now=now) as unit:
        found = {
            *pathways.patients_in_phases(unit, (now - timedelta(days=1)).date()),
            *prompts.patients_asked(unit),
        }
    waiting = iter(sorted(found))
    made = 0
    while some := list(islice(waiting, TOGETHER)):
        try:
            made += _materialise(database, scope, now, some)
        except Exception:
            # One of them; the others are not to wait for that one.
            made += sum(_alone(database, scope, now, patient_id) for patient_id in some)
    return made


def _alone(database: Database, scope: Scope, now: datetime, patient_id: UUID) -> int:
    try:
        return _materialise(database, scope, now, [patient_id])
    except Exception as error:
        log.error("prompts.error", patient=str(patient_id), error=type(error).__name__)
        return 0


def _materialise(
    database: Database, scope: Scope, now: datetime, patient_ids: Sequence[UUID]
) -> int:
    with database.write(scope, now=now) as unit:
        found = pathways.pathways_of(unit, patient_ids).values()
        return prompts.materialise_all(
            unit, [(one, diary_day_of(now + AHEAD, one.zone)) for one in found]
        )


def plan_ladder(database: Database, now: datetime) -> None:
    """Plan the reminders of all prompts that come up soon."""
    with database.write(None, now=now) as unit:
        reminders.plan_ladder(unit)
