"""The decisions of a report: what was decided, by whom, on what, and what changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diary.protocol.pathway import Case
from diary.store.decision_changes import change_since
from diary.store.decision_reading import DecisionView
from diary.store.pathways import PathwayView
from diary.wording.decisions import (
    DECIDED,
    DISCIPLINES,
    PATIENT_SAID,
    based_on,
    changed_lines,
)
from diary.wording.spoken import day_short, gettext, moment_in


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision in words. `changed`: what is otherwise now; `turned`: so is the verdict."""

    word: str
    met_on: str
    verdicts: str
    team: str
    patient_said: str
    reasons: str
    exception: str
    recorded: str
    turned: bool
    changed: str


def decision_lines(
    views: Sequence[DecisionView], case: Case, pathway: PathwayView
) -> list[DecisionLine]:
    """Return the decisions that stand, the latest meeting first."""
    return [_line(view, case, pathway) for view in views if view.stands]


def _line(view: DecisionView, case: Case, pathway: PathwayView) -> DecisionLine:
    change = change_since(case, view, pathway.revision)
    changed = (
        [] if change is None else changed_lines(change.differences, change.rows, pathway.parameters)
    )
    return DecisionLine(
        word=gettext(DECIDED[view.decided]),
        met_on=day_short(view.met_on),
        verdicts="; ".join(based_on(view.result)),
        team="; ".join(f"{gettext(DISCIPLINES[one.role])}: {one.name}" for one in view.team),
        patient_said=gettext(PATIENT_SAID[view.patient_said]),
        reasons=view.reasons,
        exception=view.exception,
        recorded=f"{moment_in(view.decided_at, pathway.zone)}, {view.decided_by}",
        turned=change is not None and bool(change.differences),
        changed=" ".join(changed),
    )
