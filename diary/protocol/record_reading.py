"""Reading what a case file holds beside the pain scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from diary.protocol.days import diary_day_of
from diary.protocol.pathway import (
    Attack,
    AttackDay,
    Medication,
    Patient,
    PerceivedEffect,
    QualityOfLife,
)
from diary.protocol.reading import Path, Reader, a_day, a_flag, a_number, a_text, an_instant
from diary.protocol.scales import Scale, Source, parse_score

T = TypeVar("T")
Fields = Mapping[str, Any]

_an_attack_count = a_number(0, 1000, whole=True)
_an_sf12_score = a_number(0, 100)
_an_effect = a_number(1, 7, whole=True)
_a_dose = a_number(0, 100_000)
_a_duration = a_number(0, 100_000)


def read_records(
    reader: Reader,
    found: Fields,
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    read: Callable[[Fields, Path], T | None],
) -> tuple[T, ...]:
    """Return what `read` makes of each object in the list at `path`; None is a bad one.

    `found` is the object that holds the list; no list is an empty one.
    """
    records = []
    for index, value in enumerate(reader.items(found.get(str(path[-1]), []), path)):
        place = (*path, index)
        record = read(reader.fields(value, place, required, optional), place)
        if record is not None:
            records.append(record)
    return tuple(records)


def read_attack_days(reader: Reader, found: Fields) -> tuple[AttackDay, ...]:
    """Return the confirmed days; each day may stand there once."""
    seen = set()

    def read(fields: Fields, path: Path) -> AttackDay | None:
        day = reader.optional(fields, "diary_day", path, a_day)
        attacks = reader.optional(fields, "attacks", path, _an_attack_count)
        if day in seen:
            reader.problem((*path, "diary_day"), "stands there more than once")
        if day is None or attacks is None:
            return None
        seen.add(day)
        return AttackDay(day, int(attacks))

    return read_records(reader, found, ("attack_days",), ("diary_day", "attacks"), (), read)


def read_attacks(
    reader: Reader,
    found: Fields,
    scale: Scale | None,
    zone: ZoneInfo | None,
    confirmed: Sequence[AttackDay],
) -> tuple[Attack, ...]:
    """Return the attacks; more of them on a day than that day confirms is a problem."""

    def an_intensity(value: object) -> Fraction:
        return parse_score(value, scale or Scale.VAS, Source.PAPER)

    def read(fields: Fields, path: Path) -> Attack | None:
        started_at = reader.optional(fields, "started_at", path, an_instant)
        ended_at = reader.optional(fields, "ended_at", path, an_instant)
        minutes = reader.optional(fields, "minutes", path, _a_duration)
        intensity = reader.optional(fields, "intensity", path, an_intensity)
        if started_at is None:
            return None
        if ended_at is not None and ended_at < started_at:
            reader.problem((*path, "ended_at"), "is before started_at")
        if ended_at is not None and minutes is not None:
            reader.problem(path, "has ended_at and minutes; one of them is enough")
        return Attack(started_at, ended_at, minutes, intensity)

    optional = ("ended_at", "minutes", "intensity")
    attacks = read_records(reader, found, ("attacks",), ("started_at",), optional, read)
    if zone is not None:
        on_day = Counter(diary_day_of(attack.started_at, zone) for attack in attacks)
        for day in confirmed:
            if on_day[day.diary_day] > day.attacks:
                text = f"{on_day[day.diary_day]} on {day.diary_day}, {day.attacks} confirmed"
                reader.problem(("attacks",), text)
    return attacks


def read_quality_of_life(reader: Reader, found: Fields) -> tuple[QualityOfLife, ...]:
    """Return the SF-12 summary scores."""

    def read(fields: Fields, path: Path) -> QualityOfLife | None:
        on = reader.optional(fields, "on", path, a_day)
        pcs = reader.optional(fields, "pcs", path, _an_sf12_score)
        mcs = reader.optional(fields, "mcs", path, _an_sf12_score)
        if on is None or pcs is None or mcs is None:
            return None
        return QualityOfLife(on, pcs, mcs)

    return read_records(reader, found, ("quality_of_life",), ("on", "pcs", "mcs"), (), read)


def read_perceived_effect(reader: Reader, found: Fields) -> tuple[PerceivedEffect, ...]:
    """Return the global perceived effects (GPE), from 1 to 7."""

    def read(fields: Fields, path: Path) -> PerceivedEffect | None:
        on = reader.optional(fields, "on", path, a_day)
        effect = reader.optional(fields, "effect", path, _an_effect)
        return None if on is None or effect is None else PerceivedEffect(on, int(effect))

    return read_records(reader, found, ("perceived_effect",), ("on", "effect"), (), read)


def read_medication(reader: Reader, found: Fields) -> tuple[Medication, ...]:
    """Return the medicines taken; each has a dose in mg, or a patch its micrograms per hour."""

    def read(fields: Fields, path: Path) -> Medication | None:
        day = reader.optional(fields, "diary_day", path, a_day)
        substance = reader.optional(fields, "substance", path, a_text)
        route = reader.optional(fields, "route", path, a_text)
        mg = reader.optional(fields, "mg", path, _a_dose)
        ug_per_h = reader.optional(fields, "ug_per_h", path, _a_dose)
        if fields and ("mg" in fields) == ("ug_per_h" in fields):
            reader.problem(path, "needs either mg or ug_per_h")
        as_needed = reader.optional(fields, "as_needed", path, a_flag) or False
        if day is None or substance is None or route is None:
            return None
        return Medication(day, substance, route, mg, ug_per_h, as_needed)

    required = ("diary_day", "substance", "route")
    return read_records(
        reader, found, ("medication",), required, ("mg", "ug_per_h", "as_needed"), read
    )


def read_patient(reader: Reader, found: Fields) -> Patient:
    """Return what is known of the patient."""
    path = ("patient",)
    fields = reader.fields(found.get("patient", {}), path, (), ("birth_date", "pain_since"))
    return Patient(
        reader.optional(fields, "birth_date", path, a_day),
        reader.optional(fields, "pain_since", path, a_day),
    )
