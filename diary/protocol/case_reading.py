"""Reading a case (`diary-case/1`): all of its problems at once, or the case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from diary.protocol.entry_reading import EntryReader, a_scale
from diary.protocol.intake_reading import KEY as INTAKE_FACTS
from diary.protocol.intake_reading import read_intake_facts
from diary.protocol.moments import DEFAULT_MOMENTS, Moment, check_plan, plan_of
from diary.protocol.own_versions import read_version
from diary.protocol.pathway import CASE_FORMAT, MED_TABLES, SITES, Case
from diary.protocol.phases import Phase, PhaseKind, check_phases
from diary.protocol.reading import (
    Problem,
    Reader,
    a_choice,
    a_day,
    a_flag,
    a_text,
    an_instant,
    one_of,
)
from diary.protocol.record_reading import (
    read_attack_days,
    read_attacks,
    read_medication,
    read_patient,
    read_perceived_effect,
    read_quality_of_life,
)
from diary.protocol.versions import NVA_2020, VERSIONS

REQUIRED = ("case", "timezone", "as_of", "scale", "phases")
OPTIONAL = (
    *("protocol", "indication", "sites", "primary_site", "moments", "entries"),
    *("attack_days", "attacks", "quality_of_life", "perceived_effect", "medication"),
    *("med_table", "implanted_on", "patient", INTAKE_FACTS),
)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
# These name whatever clock the computer has, and a verdict may not depend on the computer.
_LOCAL_ZONES = ("localtime", "posixrules", "Factory")


class CaseError(ValueError):
    """A case that cannot be judged. `problems` are all that was found wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def parse_case(value: object) -> Case:
    """Return the case that a JSON value holds. Raises CaseError with every problem found.

    Numbers may be int, float, Decimal or text and are read exactly.
    """
    reader = Reader()
    case = _read(reader, reader.fields(value, (), REQUIRED, OPTIONAL))
    if case is None or reader.problems:
        raise CaseError(reader.problems)
    return case


def _read(reader: Reader, found: Mapping[str, Any]) -> Case | None:
    reader.optional(found, "case", (), one_of((CASE_FORMAT,)))
    zone = reader.optional(found, "timezone", (), _a_zone)
    as_of = reader.optional(found, "as_of", (), an_instant)
    scale = reader.optional(found, "scale", (), a_scale)
    parameters = read_version(reader, found.get("protocol", NVA_2020.name), ("protocol",))
    sites = _read_sites(reader, found)
    moments = _read_moments(reader, found)
    phases = _read_phases(reader, found)
    plan = plan_of(moments, zone, parameters) if moments and zone else None
    entries = EntryReader(reader, scale, sites, moments, plan).read(found.get("entries", []))
    attack_days = read_attack_days(reader, found)
    rest: dict[str, Any] = {
        "primary_site": reader.optional(found, "primary_site", (), one_of(sites)) or sites[0],
        "indication": reader.optional(found, "indication", (), a_text),
        "attacks": read_attacks(reader, found, scale, zone, attack_days),
        "quality_of_life": read_quality_of_life(reader, found),
        "perceived_effect": read_perceived_effect(reader, found),
        "medication": read_medication(reader, found),
        "med_table": reader.optional(found, "med_table", (), one_of(MED_TABLES))
        or parameters.med_table.value,
        "implanted_on": reader.optional(found, "implanted_on", (), a_day),
        "patient": read_patient(reader, found),
        "intake": read_intake_facts(reader, found),
    }
    if zone is None or as_of is None or scale is None:
        return None
    return Case(
        timezone=zone.key,
        as_of=as_of,
        scale=scale,
        protocol=parameters.name,
        own_protocol=None if parameters.name in VERSIONS else parameters,
        sites=sites,
        moments=moments,
        phases=phases,
        entries=entries,
        attack_days=attack_days,
        **rest,
    )


def _a_zone(value: object) -> ZoneInfo:
    # ZoneInfo looks names up as files: what is no zone can fail in the ways of a file.
    try:
        if value not in _LOCAL_ZONES:
            return ZoneInfo(a_text(value))
    except (LookupError, ValueError, OSError):
        pass
    raise ValueError("must be a time zone such as Europe/Amsterdam")


def _read_sites(reader: Reader, found: Mapping[str, Any]) -> tuple[str, ...]:
    if "sites" not in found:
        return ("leg",)
    noted = len(reader.problems)
    sites: list[str] = []
    for index, value in enumerate(reader.items(found["sites"], ("sites",))):
        site = reader.attempt(value, ("sites", index), one_of(SITES))
        if site in sites:
            reader.problem(("sites", index), "stands there more than once")
        elif site is not None:
            sites.append(site)
    if not sites and len(reader.problems) == noted:
        reader.problem(("sites",), "needs at least one site")
    # With no readable site every other is fine: one mistake is not told again for each score.
    return tuple(sites) or SITES


def _read_moments(reader: Reader, found: Mapping[str, Any]) -> tuple[Moment, ...]:
    """Return the plan; nothing when it cannot be used, and then why not has been noted."""
    if "moments" not in found:
        return DEFAULT_MOMENTS
    noted = len(reader.problems)
    moments = []
    for index, value in enumerate(reader.items(found["moments"], ("moments",))):
        path = ("moments", index)
        fields = reader.fields(value, path, ("name", "time"), ("night",))
        name = reader.optional(fields, "name", path, a_text)
        at = reader.optional(fields, "time", path, _a_time)
        night = reader.optional(fields, "night", path, a_flag) or False
        if name is not None and at is not None:
            moments.append(Moment(name, at, night))
    if len(reader.problems) == noted:
        for text in check_plan(moments):
            reader.problem(("moments",), text)
    return tuple(moments) if len(reader.problems) == noted else ()


def _a_time(value: object) -> time:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("must be a time HH:MM from 00:00 to 23:59")
    return time.fromisoformat(value)


_a_phase_kind = a_choice(PhaseKind)


def _read_phases(reader: Reader, found: Mapping[str, Any]) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    places = []
    for index, value in enumerate(reader.items(found.get("phases", []), ("phases",))):
        path = ("phases", index)
        fields = reader.fields(
            value, path, ("kind", "first_day", "last_day"), ("extended_to", "ended_on")
        )
        kind = reader.optional(fields, "kind", path, _a_phase_kind)
        first, last, extended_to, ended_on = (
            reader.optional(fields, key, path, a_day)
            for key in ("first_day", "last_day", "extended_to", "ended_on")
        )
        if extended_to is not None and kind not in (None, PhaseKind.TRIAL):
            reader.problem((*path, "extended_to"), "only a trial can be extended")
        if kind is not None and first is not None and last is not None:
            phases.append(Phase(kind, first, last, extended_to, ended_on))
            places.append(index)
    for finding in check_phases(phases):
        if finding.blocks:
            reader.problem(("phases", places[finding.index]), finding.message.english)
    return tuple(phases)
