"""Opening a patient's data: inside the scope or not at all, and never without a line in the log.

Pages are about the current pathway of a patient (else the last). Those in EARLIER also show one
before it, which their address names; nothing can be changed in it (ADR 12).

A form that changes something of a pathway says which one it was made for
(templates/team/_of_pathway.html). When another one began since, it saves nothing: it is shown
again over the pathway that it is about, with what was typed and why.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from flask import abort, g, request
from flask_login import current_user

from diary.language import N_
from diary.store import audit, pathways, patients
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound
from diary.store.pathways import PathwayView
from diary.store.patients import PatientCard
from diary.store.scope import Scope
from diary.store.tables import Action
from diary.web.context import access_point, reading, writing

# The pages that show an earlier pathway too.
EARLIER = frozenset(
    f"team.{page}"
    for page in (
        *("patient.page", "trend.picture", "decisions.page"),
        *("report.print_view", "report.pdf"),
    )
)
# What an address or a form says of which one it is about.
WHICH = "pathway"
BEGUN_SINCE = N_(
    "This page was opened before the new pathway of this patient began, and is about the one "
    "before it; nothing in that changes any more. Nothing was saved. Does what you typed belong to "
    "the new pathway? Then fill it in there."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A patient whose data a staff member has opened, inside one transaction.

    `pathways` are all of the patient, the current one last; `pathway` the one that is shown.
    """

    unit: Unit
    card: PatientCard
    pathway: PathwayView
    pathways: tuple[PathwayView, ...]

    @property
    def earlier(self) -> bool:
        """Whether an earlier pathway is shown, which can only be read."""
        return self.pathway is not self.pathways[-1]

    @property
    def begun_since(self) -> Conflict | None:
        """Why a form on the shown pathway saves nothing, None when it may."""
        return Conflict(BEGUN_SINCE) if self.earlier else None


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
            found = _find(unit, patient_id)
            # The forms of this page are about it (`of_pathway`).
            g.of_pathway = found.pathway.id
            if found.earlier:
                # The links of this page stay in it (`stay_in`).
                g.earlier = found.pathway.id
            yield found
    except NotFound:
        _refuse(patient_id, event, Action.READ)
    with writing(staff_scope()) as unit:
        about = f"pathway {found.pathway.id}" if found.earlier else None
        _log(unit, patient_id, event, Action.READ, about=about)


@contextmanager
def changing(patient_id: UUID, event: str, action: Action = Action.UPDATE) -> Iterator[Opened]:
    """Open a patient for a change, which is logged in the same transaction.

    Raises Conflict when what was sent is about another pathway than the current one.
    """
    try:
        with writing(staff_scope()) as unit:
            found = _find(unit, patient_id)
            if found.begun_since is not None:
                raise found.begun_since
            yield found
            _log(unit, patient_id, event, action)
    except NotFound:
        _refuse(patient_id, event, action)


def log_refused(patient_id: UUID | None) -> None:
    """Log that somebody asked for a page that the own role may not see."""
    with writing(staff_scope()) as unit:
        _log(unit, patient_id, "page.refused", Action.READ, allowed=False)


def _find(unit: Unit, patient_id: UUID) -> Opened:
    card = patients.card(unit, patient_id)
    own = pathways.all_pathways(unit, patient_id)
    if card is None or not own:
        raise NotFound
    asked = request.form.get(WHICH)
    if asked is None and request.endpoint in EARLIER:
        asked = request.args.get(WHICH)
    shown = own[-1] if asked is None else next((p for p in own if str(p.id) == asked), None)
    if shown is None:
        raise NotFound
    return Opened(unit, card, shown, own)


def stay_in(endpoint: str, values: MutableMapping[str, Any]) -> None:
    """Let the addresses on a page of an earlier pathway lead to pages of the same one."""
    if endpoint in EARLIER and "earlier" in g:
        values.setdefault(WHICH, g.earlier)


def of_pathway() -> UUID | None:
    """Return the pathway that the forms of the page at hand are about, None for no patient."""
    found: UUID | None = g.get("of_pathway")
    return found


def _refuse(patient_id: UUID, event: str, action: Action) -> NoReturn:
    """Log that it was tried outside the scope; the page does not exist, as for nobody."""
    with writing(staff_scope()) as unit:
        _log(unit, patient_id, event, action, allowed=False)
    abort(404)


def _log(
    unit: Unit,
    patient_id: UUID | None,
    event: str,
    action: Action,
    allowed: bool = True,
    about: str | None = None,
) -> None:
    audit.log(
        unit,
        event,
        action,
        access_point=access_point(),
        patient_id=patient_id,
        object=about,
        authorised=allowed,
        treatment_relation=allowed,
    )
