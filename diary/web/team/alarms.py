"""Reported alarm symptoms: on the list and on the patient's page, until they are closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from diary.language import N_
from diary.protocol.scales import Source
from diary.store import alarms as store
from diary.store.alarms import Alarm
from diary.store.database import Unit
from diary.store.errors import Conflict, NotFound, Refused, StoreError
from diary.store.patient_list import ListedPatient
from diary.web.language import day_short, gettext, moment_in
from diary.web.symptoms import symptom_label
from diary.web.team import words
from diary.web.team.access import Opened, changing, looked_at
from diary.web.team.forms import Form

blueprint = Blueprint("alarms", __name__, url_prefix="/patients/<uuid:patient_id>/alarms")


@dataclass(frozen=True, slots=True)
class Reported:
    """A report in words; `closed` says by whom and when, "" while it is open."""

    name: str
    symptoms: tuple[str, ...]
    measured: str
    received: str
    taken_back: bool
    url: str
    closed: str
    note: str


@blueprint.route("/<uuid:event_id>", methods=["GET", "POST"])
def close(patient_id: UUID, event_id: UUID) -> ResponseReturnValue:
    """Show one report, and note what was done about it."""
    if request.method == "GET":
        return _look(patient_id, event_id, Form(MultiDict()))
    form = Form(request.form)
    try:
        with changing(patient_id, "alarm.close") as found:
            store.close_alarm(found.unit, patient_id, event_id, form.value("note"))
    except (Refused, Conflict) as error:
        form.errors.update(getattr(error, "fields", {}))
        return _look(patient_id, event_id, form, error)
    flash(gettext(N_("The report is closed.")), "good")
    return redirect(url_for("team.patient.page", patient_id=patient_id), 303)


def on_list(unit: Unit, patients: list[ListedPatient]) -> list[Reported]:
    """Return the open reports of the patients on the list, latest first."""
    names: Mapping[UUID, ListedPatient] = {patient.id: patient for patient in patients}
    return [
        _reported(alarm, names[alarm.patient_id].name, ZoneInfo(names[alarm.patient_id].timezone))
        for alarm in store.open_alarms(unit)
        if alarm.patient_id in names
    ]


def of_patient(found: Opened) -> list[Reported]:
    """Return every report of the opened patient, latest first."""
    return [
        _reported(alarm, found.card.name, found.pathway.zone)
        for alarm in store.alarms(found.unit, found.card.id)
    ]


def _look(
    patient_id: UUID, event_id: UUID, form: Form, error: StoreError | None = None
) -> ResponseReturnValue:
    with looked_at(patient_id, "alarm.read") as found:
        alarms = {alarm.event_id: alarm for alarm in store.alarms(found.unit, patient_id)}
        if event_id not in alarms:
            raise NotFound
    page = render_template(
        "team/alarm.html",
        card=found.card,
        report=_reported(alarms[event_id], found.card.name, found.pathway.zone),
        form=form,
        labels={"note": gettext(N_("What was done?"))},
        refused=words.refusal(error) if isinstance(error, Conflict) else "",
        longest=store.LONGEST_NOTE,
    )
    return page, 409 if isinstance(error, Conflict) else 422 if form.errors else 200


def _about(alarm: Alarm, zone: ZoneInfo) -> str:
    """Return when it was reported: from paper the day, since typing it over tells no time."""
    if alarm.source is Source.PAPER:
        return gettext(N_("%(day)s, on paper")) % {"day": day_short(alarm.diary_day)}
    return moment_in(alarm.measured_at, zone)


def _reported(alarm: Alarm, name: str, zone: ZoneInfo) -> Reported:
    closing = alarm.closing
    return Reported(
        name=name,
        symptoms=tuple(symptom_label(code, alarm.measured_at) for code in alarm.symptoms),
        measured=_about(alarm, zone),
        received=moment_in(alarm.received_at, zone),
        taken_back=alarm.taken_back,
        url=url_for("team.alarms.close", patient_id=alarm.patient_id, event_id=alarm.event_id),
        closed="" if closing is None else f"{moment_in(closing.at, zone)}, {closing.by}",
        note="" if closing is None else closing.note,
    )
