"""Reading what the team states at intake: the `intake_facts` of a case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from diary.protocol.indications.criteria import AskedFact, FactKind
from diary.protocol.indications.known import FACTS, TREATMENTS
from diary.protocol.intake_facts import (
    Fact,
    IntakeFacts,
    TeamRole,
    Technique,
    TreatmentRecord,
    TreatmentResult,
)
from diary.protocol.reading import (
    Path,
    Reader,
    a_choice,
    a_day,
    a_flag,
    a_number,
    one_of,
)
from diary.protocol.record_reading import read_records

KEY = "intake_facts"
_a_technique = a_choice(Technique)
_a_role = a_choice(TeamRole)
_a_result = a_choice(TreatmentResult)
_a_treatment = one_of(sorted(TREATMENTS))


def read_intake_facts(reader: Reader, found: Mapping[str, Any]) -> IntakeFacts:
    """Return what is stated at intake; what is not there is unknown."""
    path = (KEY,)
    optional = ("technique", "team", "treatments", *FACTS)
    fields = reader.fields(found.get(KEY, {}), path, (), optional)
    stated = {
        name: reader.optional(fields, name, path, _reader_of(fact)) for name, fact in FACTS.items()
    }
    return IntakeFacts(
        {name: value for name, value in stated.items() if value is not None},
        reader.optional(fields, "technique", path, _a_technique),
        _read_team(reader, fields, (KEY, "team")),
        _read_treatments(reader, fields),
    )


def _reader_of(fact: AskedFact) -> Callable[[object], Fact]:
    if fact.kind is FactKind.FLAG:
        return a_flag
    return a_day if fact.kind is FactKind.DAY else a_number(fact.least, fact.most)


def _read_team(
    reader: Reader, fields: Mapping[str, Any], path: Path
) -> tuple[TeamRole, ...] | None:
    if "team" not in fields:
        return None
    roles = [
        reader.attempt(value, (*path, index), _a_role)
        for index, value in enumerate(reader.items(fields["team"], path))
    ]
    return tuple(role for role in roles if role is not None)


def _read_treatments(reader: Reader, found: Mapping[str, Any]) -> tuple[TreatmentRecord, ...]:
    def read(fields: Mapping[str, Any], path: Path) -> TreatmentRecord | None:
        treatment = reader.optional(fields, "treatment", path, _a_treatment)
        on = reader.optional(fields, "on", path, a_day)
        result = reader.optional(fields, "result", path, _a_result)
        if treatment is None or on is None or result is None:
            return None
        return TreatmentRecord(treatment, on, result)

    required = ("treatment", "on", "result")
    return read_records(reader, found, (KEY, "treatments"), required, (), read)
