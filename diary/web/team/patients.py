"""The list of patients a staff member treats: quick with hundreds; searched, filtered, sorted."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from diary.store import audit, patient_list
from diary.store.tables import Action
from diary.web.context import access_point, reading, writing
from diary.web.language import gettext
from diary.web.team import alarms, words
from diary.web.team.access import staff_scope
from diary.web.team.alarms import Reported
from diary.web.team.patient_choice import (
    LONGEST_SEARCH,
    ORDERS,
    PHASES,
    VERDICTS,
    Choice,
    Row,
)
from diary.web.team.patient_lines import line, table, verdict_words
from diary.web.team.summaries import summaries

blueprint = Blueprint("patients", __name__)


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts; `sorted` is what assistive technology is told."""

    words: str
    url: str | None
    sorted: str | None
    arrow: str


@blueprint.get("/patients")
def listing() -> ResponseReturnValue:
    """Show whom the address asks for (see Choice)."""
    choice = Choice.of(request.args)
    if choice.search:
        # What was looked for stays out of the log: it is a name, or part of one.
        rows, urgent = _read("patients.search", Action.EXECUTE, choice)
    else:
        rows, urgent = _read("patients.list", Action.READ, choice)
    sites = sorted({row.patient.site for row in rows})
    return render_template(
        "team/patients.html",
        urgent=urgent,
        total=len(rows),
        lines=[line(row) for row in choice.of_rows(rows)],
        columns=_columns(choice),
        choice=choice,
        everybody=choice.url(search="", site="", phase="", verdict="", pathway=""),
        # One place of treatment is no choice.
        sites=[(site, site) for site in sites] if len(sites) > 1 else [],
        phases=[(kind.value, words.phase(kind)) for kind in PHASES],
        verdicts=[(name, verdict_words(name)) for name in VERDICTS],
        pathways=[(name, gettext(label)) for name, label in choice.pathways],
        longest=LONGEST_SEARCH,
    )


@blueprint.get("/patients.csv")
def export() -> ResponseReturnValue:
    """Give the same list as a file for a spreadsheet."""
    choice = Choice.of(request.args)
    event = "patients.export"
    rows, _urgent = _read(event, Action.READ, choice)
    chosen = choice.of_rows(rows)
    with writing(staff_scope()) as unit:
        # Each of them can read that the own figures left the house.
        audit.log_each(
            unit,
            event,
            Action.READ,
            [row.patient.id for row in chosen],
            access_point=access_point(),
            treatment_relation=True,
        )
    response = Response(table(chosen), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="patients.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _read(event: str, action: Action, choice: Choice) -> tuple[list[Row], list[Reported]]:
    """Return whom the reader treats, and what they reported that is urgent; logged."""
    scope = staff_scope()
    with writing(scope) as unit:
        audit.log(unit, event, action, access_point=access_point(), treatment_relation=True)
    with reading(scope) as unit:
        listed = patient_list.listed(unit, with_ended=choice.with_ended)
        found = summaries(unit, listed)
        urgent = alarms.on_list(unit, listed)
    return [Row(patient, found[patient.id]) for patient in listed], urgent


def _columns(choice: Choice) -> list[Column]:
    columns = []
    for name, (label, _order) in ORDERS.items():
        up, down = choice.sort == name, choice.sort == f"-{name}"
        url = choice.url(sort=f"-{name}" if up else name)
        told = "ascending" if up else "descending" if down else None
        columns.append(Column(gettext(label), url, told, " ↑" if up else " ↓" if down else ""))
    columns.insert(-1, Column(gettext("Trend"), None, None, ""))
    return columns
