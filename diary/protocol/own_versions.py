"""A centre's own set of parameters: read, checked and written.

    {"name": "elders-2026",
     "parameters": {"trial_days": 14, "worsening": {"nrs": "2.5", "vas": "15"}},
     "deviates_from": {"worsening": "decided by the team on 3 March 2026"}}

What it does not name is as in `nva-2020`. A value that is weaker than S3 needs a note, which every
verdict shows. A case names a set of the product, or holds a set like this one in that place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, fields, replace
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from diary.protocol.exact import decimal_text
from diary.protocol.messages import N_, Caution, caution
from diary.protocol.reading import Path, Problem, Reader, Wrong, a_choice, a_number, a_text, one_of
from diary.protocol.scales import Scale
from diary.protocol.versions import NVA_2020, VERSIONS, Deviation, Parameters, PerScale, Weaker

LONGEST_NOTE = 500
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}", re.ASCII)
_FIELDS: Mapping[str, Field[Any]] = {
    field.name: field for field in fields(Parameters) if "source" in field.metadata
}
# The first of two may not be more than the second.
_IN_ORDER = (
    ("extension_least", "extension_most"),
    ("off_days_least", "off_days_most"),
    ("quality_of_life_from", "off_days_most"),
    ("window_days", "off_days_most"),
    ("window_days", "trial_days"),
)


NO_PARAMETER = N_("is no parameter")
UNEXCUSED = N_("departs from %(source)s (%(needed)s): say why in deviates_from")
NOTHING_TO_EXCUSE = N_("does not depart from S3, so there is nothing to excuse")


class VersionError(ValueError):
    """A set that cannot be used. `problems` are all that was found wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def parse_version(value: object) -> Parameters:
    """Return a centre's own set from a JSON object. Raises VersionError with every problem."""
    reader = Reader()
    parameters = _read_own(reader, value, ())
    if reader.problems:
        raise VersionError(reader.problems)
    return parameters


def read_version(reader: Reader, value: object, path: Path) -> Parameters:
    """Return the set that a case names or holds; what is wrong is noted and gives `nva-2020`."""
    if isinstance(value, dict):
        return _read_own(reader, value, path)
    return VERSIONS[reader.attempt(value, path, one_of(VERSIONS)) or NVA_2020.name]


def version_to_json(parameters: Parameters) -> str | dict[str, Any]:
    """Return what a case holds for a set: the name of one of the product's, or the whole set."""
    if parameters.name in VERSIONS:
        return parameters.name
    written = {
        name: _written(getattr(parameters, name))
        for name in _FIELDS
        if getattr(parameters, name) != getattr(NVA_2020, name)
    }
    notes = {deviation.parameter: deviation.note for deviation in parameters.deviates_from}
    return {"name": parameters.name, "parameters": written, "deviates_from": notes}


def values_of(parameters: Parameters) -> dict[str, Any]:
    """Return every value of a set by its name, as in a case file."""
    return {name: _written(getattr(parameters, name)) for name in _FIELDS}


def other_values(parameters: Parameters) -> list[tuple[str, str, str]]:
    """Return where a set differs from `nva-2020` without being weaker: name, value, usual value."""
    weaker = {deviation.parameter for deviation in parameters.deviates_from}
    pairs = ((name, getattr(parameters, name), getattr(NVA_2020, name)) for name in _FIELDS)
    return [
        (name, _shown(value), _shown(usual))
        for name, value, usual in pairs
        if value != usual and name not in weaker
    ]


def deviation_cautions(parameters: Parameters) -> list[Caution]:
    """Return where a set is weaker than S3, and why in the centre's own words."""
    return [
        caution(
            "deviates_from",
            protocol=parameters.name,
            parameter=deviation.parameter,
            value=_shown(getattr(parameters, deviation.parameter)),
            needed=_shown(getattr(NVA_2020, deviation.parameter)),
            source=_FIELDS[deviation.parameter].metadata["source"],
            note=deviation.note,
        )
        for deviation in parameters.deviates_from
    ]


def _read_own(reader: Reader, value: object, path: Path) -> Parameters:
    noted = len(reader.problems)
    found = reader.fields(value, path, ("name", "parameters"), ("deviates_from",))
    name = reader.optional(found, "name", path, _a_name)
    inside = (*path, "parameters")
    given = reader.fields(found.get("parameters", {}), inside, (), _FIELDS, NO_PARAMETER)
    values: dict[str, Any] = {
        key: reader.attempt(given[key], (*inside, key), _reader_of(_FIELDS[key]))
        for key in given
        if key in _FIELDS
    }
    inside = (*path, "deviates_from")
    notes = reader.fields(found.get("deviates_from", {}), inside, (), _FIELDS, NO_PARAMETER)
    reasons = {
        key: reader.attempt(notes[key], (*inside, key), _a_note) for key in notes if key in _FIELDS
    }
    if len(reader.problems) > noted:
        return NVA_2020
    deviations = tuple(Deviation(key, str(note)) for key, note in sorted(reasons.items()))
    own = replace(NVA_2020, name=str(name), deviates_from=deviations, **values)
    for where, text in _contradictions(own, set(reasons)):
        reader.problem((*path, *where), text)
    return own


def _contradictions(own: Parameters, excused: set[str]) -> Iterator[tuple[Path, Wrong]]:
    for low, high in _IN_ORDER:
        if getattr(own, low) > getattr(own, high):
            yield ("parameters", low), Wrong(N_("is more than %(high)s"), high=high)
    for name, field in _FIELDS.items():
        weak = _is_weaker(getattr(own, name), getattr(NVA_2020, name), field.metadata["weaker"])
        if weak and name not in excused:
            needed, source = _shown(getattr(NVA_2020, name)), field.metadata["source"]
            yield ("parameters", name), Wrong(UNEXCUSED, source=source, needed=needed)
        elif name in excused and not weak:
            yield ("deviates_from", name), Wrong(NOTHING_TO_EXCUSE)


def _is_weaker(value: Any, needed: Any, weaker: Weaker | None) -> bool:
    if weaker is None:
        return False
    if isinstance(value, PerScale):
        return any(_is_weaker(value.on(s), needed.on(s), weaker) for s in Scale)
    if weaker is Weaker.OTHER:
        return bool(value != needed)
    return bool(value < needed if weaker is Weaker.LOWER else value > needed)


def _a_name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Wrong(N_("must be 1 to 40 small letters, digits, points and hyphens"))
    if value in VERSIONS:
        raise Wrong(N_("is the name of a set of the product; a change needs a new name"))
    return value


def _a_note(value: object) -> str:
    return a_text(value, LONGEST_NOTE)


def _reader_of(field: Field[Any]) -> Callable[[object], object]:
    """Return what reads a value of the kind that a parameter has in `nva-2020`."""
    least, most = field.metadata["least"], field.metadata["most"]
    usual = getattr(NVA_2020, field.name)
    if isinstance(usual, StrEnum):
        return a_choice(type(usual))
    if isinstance(usual, PerScale):
        return _a_value_per_scale
    whole = a_number(least, most, whole=True)
    if isinstance(usual, timedelta):
        return lambda value: timedelta(minutes=int(whole(value)))
    if isinstance(usual, int):
        return lambda value: int(whole(value))
    return a_number(least, most)


def _a_value_per_scale(value: object) -> PerScale:
    if not isinstance(value, dict) or set(value) != {scale.value for scale in Scale}:
        raise Wrong(N_('must be an object {"nrs": points, "vas": millimetres}'))
    points, millimetres = (a_number(0, scale.maximum)(value[scale.value]) for scale in Scale)
    return PerScale(points, millimetres)


def _written(value: object) -> Any:
    if isinstance(value, PerScale):
        return {scale.value: decimal_text(value.on(scale)) for scale in Scale}
    if isinstance(value, timedelta):
        return value // timedelta(minutes=1)
    if isinstance(value, Fraction):
        return decimal_text(value)
    return value.value if isinstance(value, StrEnum) else value


def _shown(value: object) -> str:
    written = _written(value)
    return " / ".join(written.values()) if isinstance(written, dict) else str(written)
