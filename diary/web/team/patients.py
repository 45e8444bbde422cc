"""The list of patients a staff member treats: quick with hundreds, sorted and filtered by links."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from diary.charts.words import number
from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.phases import PhaseKind
from diary.protocol.verdicts import Status
from diary.store import audit, patients
from diary.store.patients import ListedPatient
from diary.store.tables import Action
from diary.web.context import access_point, now, reading, writing
from diary.web.language import current, day_short, gettext
from diary.web.team import alarms, words
from diary.web.team.access import staff_scope
from diary.web.team.summaries import Summary, summaries

blueprint = Blueprint("patients", __name__)

# From how large a part of the planned measurements on a gap deserves to be seen.
MUCH_MISSING = 0.25
NO_VERDICT = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A patient with the line of the diary."""

    patient: ListedPatient
    summary: Summary


@dataclass(frozen=True, slots=True)
class Line:
    """A row in the reader's words."""

    url: str
    name: str
    hospital_number: str
    phase: str
    day: str
    word: str
    shape: str
    tone: str
    figure: str
    note: str
    sparkline: Markup
    missing: str
    much_missing: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts; `sorted` is what assistive technology is told."""

    words: str
    url: str | None
    sorted: str | None
    arrow: str


_PHASES = list(PhaseKind)
_VERDICTS = [*Status, None]

ORDERS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "name": (N_("Name"), lambda row: _collated(row.patient.name)),
    "number": (N_("Number"), lambda row: row.patient.hospital_number.casefold()),
    "phase": (N_("Phase"), lambda row: _phase_order(row)),
    "verdict": (N_("Verdict"), lambda row: _VERDICTS.index(row.summary.status)),
    "missing": (N_("Missing"), lambda row: _part_missing(row.summary)),
}


@blueprint.get("/patients")
def listing() -> ResponseReturnValue:
    """Show the list as the address asks: `sort` ("-" before it turns it), `phase`, `verdict`."""
    scope = staff_scope()
    with writing(scope) as unit:
        audit.log(
            unit,
            "patients.list",
            Action.READ,
            access_point=access_point(),
            treatment_relation=True,
        )
    with reading(scope) as unit:
        listed = patients.listed(unit)
        found = summaries(unit, listed)
        urgent = alarms.on_list(unit, listed)
    rows = [Row(patient, found[patient.id]) for patient in listed]
    phase, verdict = request.args.get("phase", ""), request.args.get("verdict", "")
    shown = [row for row in rows if _fits(row, phase, verdict)]
    sort = _sort(shown, request.args.get("sort", "name"))
    return render_template(
        "team/patients.html",
        urgent=urgent,
        total=len(rows),
        lines=[_line(row) for row in shown],
        columns=_columns(sort, phase, verdict),
        sort=sort,
        phase=phase,
        verdict=verdict,
        phases=[(kind.value, words.phase(kind)) for kind in PhaseKind],
        verdicts=[
            (status.value if status else NO_VERDICT, gettext(words.BADGES[status].word))
            for status in _VERDICTS
        ],
    )


def _fits(row: Row, phase: str, verdict: str) -> bool:
    own_phase = row.patient.phase.kind.value if row.patient.phase else ""
    own_verdict = row.summary.status.value if row.summary.status else NO_VERDICT
    return phase in {"", own_phase} and verdict in {"", own_verdict}


def _sort(rows: list[Row], wanted: str) -> str:
    """Sort `rows` in place; the name decides between equals."""
    rows.sort(key=ORDERS["name"][1])
    name = wanted.removeprefix("-")
    if name not in ORDERS:
        return "name"
    rows.sort(key=ORDERS[name][1], reverse=wanted.startswith("-"))
    return wanted


def _collated(name: str) -> str:
    """Return what a name is sorted by: Émile stands among the other names with an E."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _phase_order(row: Row) -> tuple[int, str]:
    phase = row.patient.phase
    if phase is None:
        return len(_PHASES), ""
    return _PHASES.index(phase.kind), phase.first_day.isoformat()


def _part_missing(summary: Summary) -> float:
    return summary.missing / summary.planned if summary.planned else -1.0


def _columns(sort: str, phase: str, verdict: str) -> list[Column]:
    columns = []
    for name, (label, _order) in ORDERS.items():
        up, down = sort == name, sort == f"-{name}"
        url = url_for(
            "team.patients.listing",
            sort=f"-{name}" if up else name,
            phase=phase or None,
            verdict=verdict or None,
        )
        told = "ascending" if up else "descending" if down else None
        columns.append(Column(gettext(label), url, told, " ↑" if up else " ↓" if down else ""))
    columns.insert(-1, Column(gettext("Trend"), None, None, ""))
    return columns


def _line(row: Row) -> Line:
    patient, summary = row.patient, row.summary
    badge = words.BADGES[summary.status]
    return Line(
        url=url_for("team.patient.page", patient_id=patient.id),
        name=patient.name,
        hospital_number=patient.hospital_number,
        phase=words.phase(patient.phase.kind) if patient.phase else gettext("no phase planned"),
        day=_day(patient),
        word=gettext(badge.word),
        shape=badge.shape,
        tone=badge.tone,
        figure=number(summary.reduction, current()) if summary.reduction else "",
        note=_note(summary),
        sparkline=summary.spark,
        missing=f"{summary.missing}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}{summary.planned}"
        if summary.planned
        else "–",
        much_missing=_part_missing(summary) >= MUCH_MISSING,
    )


def _day(patient: ListedPatient) -> str:
    """Return where in its phase the patient is: "day 5 of 14", or when it starts or ended."""
    phase = patient.phase
    if phase is None:
        return ""
    today = diary_day_of(now(), ZoneInfo(patient.timezone))
    if today < phase.first_day:
        return gettext("from %(day)s") % {"day": day_short(phase.first_day)}
    if today > phase.end:
        return gettext("ended %(day)s") % {"day": day_short(phase.end)}
    return gettext("day %(day)d of %(days)d") % {
        "day": (today - phase.first_day).days + 1,
        "days": phase.phase.days,
    }


def _note(summary: Summary) -> str:
    if summary.status not in {Status.REACHED, Status.NOT_REACHED}:
        return ""
    if not summary.agree:
        return gettext("depends on the method")
    return gettext("robust") if summary.robust else gettext("not robust")
