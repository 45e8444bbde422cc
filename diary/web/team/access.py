"""Opening a patient's data: inside the scope or not at all, and never without a line in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from flask import abort
from flask_login import current_user

from diary.store import audit, pathways, patients
from diary.store.database import Unit
from diary.store.errors import NotFound
from diary.store.pathways import PathwayView
from diary.store.patients import PatientCard
from diary.store.scope import Scope
from diary.store.tables import Action
from diary.web.context import access_point, reading, writing


@dataclass(frozen=True, slots=True)
class Opened:
    """A patient whose data a staff member has opened, inside one transaction."""

    unit: Unit
    card: PatientCard
    pathway: PathwayView


def staff_scope() -> Scope:
    """Return the scope of the signed-in staff member."""
    scope = current_user.scope
    assert isinstance(scope, Scope)
    return scope


@contextmanager
def looked_at(patient_id: UUID, event: str) -> Iterator[Opened]:
    """Open a patient for reading; the log line is written before the page leaves.

    It reads outside the writers' queue, so that no page keeps an answer of a patient waiting.
    """
    try:
        with reading(staff_scope()) as unit:
            yield _find(unit, patient_id)
    except NotFound:
        _refuse(patient_id, event, Action.READ)
    with writing(staff_scope()) as unit:
        _log(unit, patient_id, event, Action.READ)


@contextmanager
def changing(patient_id: UUID, event: str, action: Action = Action.UPDATE) -> Iterator[Opened]:
    """Open a patient for a change, which is logged in the same transaction."""
    try:
        with writing(staff_scope()) as unit:
            yield _find(unit, patient_id)
            _log(unit, patient_id, event, action)
    except NotFound:
        _refuse(patient_id, event, action)


def log_refused(patient_id: UUID | None) -> None:
    """Log that somebody asked for a page that the own role may not see."""
    with writing(staff_scope()) as unit:
        _log(unit, patient_id, "page.refused", Action.READ, allowed=False)


def _find(unit: Unit, patient_id: UUID) -> Opened:
    card = patients.card(unit, patient_id)
    pathway = pathways.pathway(unit, patient_id)
    if card is None or pathway is None:
        raise NotFound
    return Opened(unit, card, pathway)


def _refuse(patient_id: UUID, event: str, action: Action) -> NoReturn:
    """Log that it was tried outside the scope; the page does not exist, as for nobody."""
    with writing(staff_scope()) as unit:
        _log(unit, patient_id, event, action, allowed=False)
    abort(404)


def _log(
    unit: Unit, patient_id: UUID | None, event: str, action: Action, allowed: bool = True
) -> None:
    audit.log(
        unit,
        event,
        action,
        access_point=access_point(),
        patient_id=patient_id,
        authorised=allowed,
        treatment_relation=allowed,
    )
