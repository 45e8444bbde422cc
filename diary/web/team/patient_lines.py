"""A row of the list of patients in the reader's words: on the page, and in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from diary.charts.words import number
from diary.exchange.spreadsheet import write_lines
from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.naming import RULES
from diary.protocol.shown import MINUS
from diary.protocol.verdicts import Rule, Status
from diary.store.patient_list import ListedPatient
from diary.web.context import now
from diary.web.language import current, day_short, gettext
from diary.web.team import words
from diary.web.team.patient_choice import NO_VERDICT, OFF, Row, part_missing
from diary.web.team.summaries import Summary
from diary.wording.words import Badge, badge

# From how large a part of the planned measurements on a gap deserves to be seen.
MUCH_MISSING = 0.25

COLUMNS = (
    *(N_("Name"), N_("Hospital number"), N_("Site"), N_("Phase"), N_("First day"), N_("Last day")),
    *(N_("Verdict"), N_("Reduction (%)"), N_("How sure"), N_("Missing"), N_("Planned")),
    *(N_("Rule"), N_("Pathway ended"), N_("Difference (switched off)")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands on the page."""

    url: str
    name: str
    hospital_number: str
    site: str
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


def line(row: Row) -> Line:
    """Return a row of the page."""
    patient, summary = row.patient, row.summary
    shown, figure = _badge(summary), summary.reduction or summary.worsening
    return Line(
        url=url_for("team.patient.page", patient_id=patient.id),
        name=patient.name,
        hospital_number=patient.hospital_number,
        site=patient.site,
        phase=_phase(patient) or gettext("no phase planned"),
        day=_day(patient),
        word=gettext(shown.word),
        shape=shown.shape,
        tone=shown.tone,
        figure=number(figure, current()) if figure else "",
        note=_note(summary),
        sparkline=summary.spark,
        missing=f"{summary.missing}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}{summary.planned}"
        if summary.planned
        else "–",
        much_missing=part_missing(summary) >= MUCH_MISSING,
    )


def table(rows: Iterable[Row]) -> bytes:
    """Return the rows as a CSV file with the same words and figures as the page."""
    return write_lines([[gettext(name) for name in COLUMNS], *map(_cells, rows)])


def verdict_words(name: str) -> str:
    """Return one of VERDICTS in the reader's words."""
    if name == NO_VERDICT:
        return gettext(words.BADGES[None].word)
    rule = Rule.SWITCH_OFF_WORSENING if name.startswith(OFF) else Rule.TRIAL_RESPONSE
    word = gettext(badge(rule, Status(name.removeprefix(OFF))).word)
    return f"{gettext(RULES[rule])}: {word}" if name.startswith(OFF) else word


def _cells(row: Row) -> Sequence[str]:
    patient, summary = row.patient, row.summary
    days = (patient.phase.first_day, patient.phase.end) if patient.phase else ()
    return (
        patient.name,
        patient.hospital_number,
        patient.site,
        _phase(patient),
        *([day.isoformat() for day in days] or ["", ""]),
        gettext(_badge(summary).word),
        _bare(summary.reduction),
        _note(summary),
        str(summary.missing),
        str(summary.planned),
        gettext(RULES[summary.rule]) if summary.rule else "",
        ended.isoformat() if (ended := _ended_on(patient)) else "",
        _bare(summary.worsening),
    )


def _bare(figure: str | None) -> str:
    """Return a figure as a spreadsheet reads a number: the keyboard's minus, no plus, no unit."""
    shown = number(figure, current()) if figure else ""
    return shown.removesuffix("%").strip().removeprefix("+").replace(MINUS, "-")


def _ended_on(patient: ListedPatient) -> date | None:
    at = patient.ended_at
    return None if at is None else at.astimezone(ZoneInfo(patient.timezone)).date()


def _badge(summary: Summary) -> Badge:
    if summary.rule is None or summary.status is None:
        return words.BADGES[None]
    return badge(summary.rule, summary.status)


def _phase(patient: ListedPatient) -> str:
    return words.phase(patient.phase.kind) if patient.phase else ""


def _day(patient: ListedPatient) -> str:
    """Return where in its phase the patient is: "day 5 of 14", or when it starts or ended."""
    phase, ended = patient.phase, _ended_on(patient)
    if ended is not None:
        return gettext("pathway ended %(day)s") % {"day": day_short(ended)}
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
    if summary.robust is None:
        return ""
    return gettext("robust") if summary.robust else gettext("not robust")
