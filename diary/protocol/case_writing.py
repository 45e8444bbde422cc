"""Writing a case as `diary-case/1`: defaults explicit, numbers as strings, a stable order."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from diary.protocol.entries import Entry
from diary.protocol.exact import decimal_text
from diary.protocol.intake_facts import IntakeFacts
from diary.protocol.own_versions import version_to_json
from diary.protocol.pathway import CASE_FORMAT, Case


def case_to_json(case: Case) -> dict[str, Any]:
    """Return the canonical JSON value of a case; `parse_case` gives the same case back.

    Entries and other records keep the order in which the case holds them; what is not known
    (None) is left out.
    """
    return _known(
        case=CASE_FORMAT,
        protocol=version_to_json(case.parameters),
        timezone=case.timezone,
        as_of=case.as_of,
        indication=case.indication,
        scale=case.scale,
        sites=list(case.sites),
        primary_site=case.primary_site,
        moments=[
            {"name": m.name, "time": f"{m.time:%H:%M}", "night": m.night} for m in case.moments
        ],
        phases=[
            _known(
                kind=phase.kind,
                first_day=phase.first_day,
                last_day=phase.last_day,
                extended_to=phase.extended_to,
                ended_on=phase.ended_on,
            )
            for phase in case.phases
        ],
        entries=[_entry(entry) for entry in case.entries],
        attack_days=[
            {"diary_day": day.diary_day.isoformat(), "attacks": day.attacks}
            for day in case.attack_days
        ],
        attacks=[
            _known(
                started_at=attack.started_at,
                ended_at=attack.ended_at,
                minutes=attack.minutes,
                intensity=attack.intensity,
            )
            for attack in case.attacks
        ],
        quality_of_life=[_known(on=q.on, pcs=q.pcs, mcs=q.mcs) for q in case.quality_of_life],
        # Left out without any, so that what was written before this key came stays the same.
        perceived_effect=[_known(on=one.on, effect=one.effect) for one in case.perceived_effect]
        or None,
        medication=[
            _known(
                diary_day=taken.diary_day,
                substance=taken.substance,
                route=taken.route,
                mg=taken.mg,
                ug_per_h=taken.ug_per_h,
                as_needed=taken.as_needed or None,
            )
            for taken in case.medication
        ],
        med_table=case.med_table,
        implanted_on=case.implanted_on,
        patient=_known(birth_date=case.patient.birth_date, pain_since=case.patient.pain_since),
        intake_facts=intake_to_json(case.intake) or None,
    )


def intake_to_json(intake: IntakeFacts) -> dict[str, Any]:
    """Return the `intake_facts` of a case file; empty when nothing is stated."""
    return _known(
        **intake.stated,
        technique=intake.technique,
        team=None if intake.team is None else [role.value for role in intake.team],
        treatments=[
            _known(treatment=record.treatment, on=record.on, result=record.result)
            for record in intake.treatments
        ]
        or None,
    )


def _entry(entry: Entry) -> dict[str, Any]:
    return _known(
        id=entry.id,
        measured_at=entry.measured_at,
        diary_day=entry.diary_day,
        moment=entry.moment,
        scores={site: decimal_text(score) for site, score in entry.scores.items()},
        scale=entry.scale,
        kind=entry.kind,
        source=entry.source,
        withdrawn=entry.withdrawn,
    )


def _known(**fields: object) -> dict[str, Any]:
    return {name: _plain(value) for name, value in fields.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return decimal_text(value)
    return value.value if isinstance(value, StrEnum) else value
