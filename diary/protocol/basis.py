"""What a decision rests on: the rows that the verdict could know, in one canonical form.

Two cases with the same canonical form give the same verdicts; the form does not depend on the
order of rows, on the language, or on when within a diary day it was made. docs/decisions.md
describes it for who wants to check a hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from diary.protocol.case_writing import case_to_json
from diary.protocol.days import ONE_DAY, diary_day_of
from diary.protocol.entries import label
from diary.protocol.pathway import Case, Patient
from diary.protocol.phases import Phase, PhaseKind

BASIS_FORMAT = "diary-basis/1"

Basis = dict[str, Any]

# Which keys of the case belong to what is told of a change.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "attacks": ("attacks", "attack_days"),
    "medication": ("medication", "med_table"),
    "quality_of_life": ("quality_of_life",),
    "phases": ("phases",),
    "plan": ("moments", "timezone", "scale", "sites", "primary_site", "indication"),
    "protocol": ("protocol",),
}


@dataclass(frozen=True, slots=True)
class RowChanges:
    """How the rows of today differ from those that a decision rested on.

    `added`, `gone` and `withdrawn` count measurements: arrived or typed over later; no longer
    there, since they were corrected; taken back by the patient. `parts` names what else differs:
    "attacks", "medication", "quality_of_life", "phases", "plan", "protocol".
    """

    added: int
    gone: int
    withdrawn: int
    parts: tuple[str, ...]


def known_case(case: Case) -> Case:
    """Return `case` with only what its verdicts can know at `as_of`.

    Measurements, attacks and medication of finished diary days, questionnaires and phases up to
    the day itself. Who the patient is, and when an implant was placed, gives no verdict.
    """
    last, zone = case.finished, case.zone
    return replace(
        case,
        phases=tuple(phase for phase in case.phases if phase.first_day <= last + ONE_DAY),
        entries=tuple(e for e in case.entries if label(e, case.plan).diary_day <= last),
        attack_days=tuple(day for day in case.attack_days if day.diary_day <= last),
        attacks=tuple(a for a in case.attacks if diary_day_of(a.started_at, zone) <= last),
        quality_of_life=tuple(q for q in case.quality_of_life if q.on <= last + ONE_DAY),
        medication=tuple(m for m in case.medication if m.diary_day <= last),
        implanted_on=None,
        patient=Patient(),
    )


def judged_case(case: Case) -> Case:
    """Return the known case with who the patient is: what a decision is judged and kept by.

    A phase that is only planned has no verdict yet, and must not seem to lose one later.
    """
    return replace(known_case(case), patient=case.patient, implanted_on=case.implanted_on)


def basis_of(case: Case) -> Basis:
    """Return the rows that the verdicts of `case` rest on, as a JSON value in canonical order."""
    value = case_to_json(known_case(case))
    for name in ("as_of", "patient", "intake_facts", "perceived_effect"):
        value.pop(name, None)
    value["case"] = BASIS_FORMAT
    value["finished"] = case.finished.isoformat()
    for name in ("entries", "attack_days", "attacks", "quality_of_life", "medication", "phases"):
        value[name] = sorted(value[name], key=canonical)
    return value


def canonical(value: object) -> str:
    """Return the one JSON text of `value`: keys in order, no spaces, no escapes but JSON's own."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def basis_hash(basis: Basis) -> bytes:
    """Return the SHA-256 over the UTF-8 bytes of the canonical form."""
    return hashlib.sha256(canonical(basis).encode()).digest()


def as_decided(case: Case, basis: Basis) -> Case:
    """Return `case`, read anew as of the decision, in the phases that were planned then.

    A phase that was ended or extended since is what the team did itself: only rows of the diary
    can change a verdict behind its back.
    """
    phases = tuple(
        Phase(
            PhaseKind(phase["kind"]),
            *(date.fromisoformat(phase[name]) for name in ("first_day", "last_day")),
            *(
                date.fromisoformat(phase[name]) if phase.get(name) else None
                for name in ("extended_to", "ended_on")
            ),
        )
        for phase in basis["phases"]
    )
    return replace(case, phases=phases)


def row_changes(before: Basis, now: Basis) -> RowChanges:
    """Return how the rows differ; equal hashes mean that nothing does."""
    then, today = _by_name(before), _by_name(now)
    both = then.keys() & today.keys()
    return RowChanges(
        added=len(today.keys() - then.keys()),
        gone=len(then.keys() - today.keys()),
        withdrawn=sum(_taken_back(today[name]) and not _taken_back(then[name]) for name in both),
        parts=tuple(
            part
            for part, keys in _PARTS.items()
            if any(before.get(key) != now.get(key) for key in keys)
        ),
    )


def _by_name(basis: Basis) -> dict[str, dict[str, Any]]:
    return {entry.get("id") or canonical(entry): entry for entry in basis["entries"]}


def _taken_back(entry: dict[str, Any]) -> bool:
    return bool(entry.get("withdrawn"))
