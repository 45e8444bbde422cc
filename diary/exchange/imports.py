"""Files into the store: a case or a table, whole or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from diary.exchange.csv_reading import DiaryTable, Expected, Problem
from diary.language import N_
from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.case_writing import case_to_json
from diary.protocol.entries import Entry, Kind, place_in
from diary.protocol.pathway import Case
from diary.protocol.scales import Source
from diary.store import audit, diary_reading, diary_writing, importing, pathways
from diary.store.database import Unit
from diary.store.diary_writing import NewEntry, Status
from diary.store.errors import NotFound
from diary.store.pathways import PathwayView
from diary.store.tables import Action

OTHER_KIND = N_("By its time this entry is “%(kind)s”. Leave the cell empty, or correct the time.")
NO_EXTRA = N_("An entry without a time belongs to its moment. Fill in gemeten_op for an extra one.")
OTHER_SCALE = N_("The diary has another scale: %(scale)s.")
OTHER_SCORES = N_("The diary has this entry with other scores. Correct it there.")
TAKEN_BACK = N_("An entry that was taken back goes into a new diary only. Leave the line out.")


class ImportRefused(ValueError):  # noqa: N818 - reads as what it says
    """Rows are wrong and none may be left out: nothing was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went: how many entries are new, how many were there, and what was left out."""

    stored: int
    known: int = 0
    problems: Sequence[object] = ()


def expected_of(pathway: PathwayView) -> Expected:
    """Return what a table for this patient must fit."""
    moments = tuple(moment.name for moment in pathway.moments)
    return Expected(pathway.scale, moments, pathway.zone, pathway.sites)


def store_new(unit: Unit, patient_id: UUID, case: Case, *, access_point: str) -> int:
    """Store `case` as the diary of a patient who has none; return the number of entries.

    Raises the store's Refused when there is one already.
    """
    pathway = pathways.pathway(unit, patient_id)
    if pathway is None:
        raise NotFound
    entries = _identified(case, pathway.id)
    importing.store_case(unit, patient_id, replace(case, entries=entries))
    audit.log(
        unit,
        "diary.import",
        Action.CREATE,
        access_point=access_point,
        patient_id=patient_id,
        object=f"{len(case.entries)} entries",
    )
    return len(case.entries)


def new_case(table: DiaryTable, frame: Case, *, skip_bad: bool) -> tuple[Case, Sequence[Problem]]:
    """Return the case that a table makes within `frame` (scale, plan, phases, no entries).

    Raises ImportRefused for bad rows, unless they may be skipped, and CaseError when the frame
    itself is wrong.
    """
    case = replace(frame, sites=table.sites, primary_site=table.sites[0], entries=table.entries)
    problems = [*table.problems, *_out_of_place(case, table)]
    if problems and not skip_bad:
        raise ImportRefused(problems)
    bad = {problem.line for problem in problems}
    good = [
        entry for entry, line in zip(table.entries, table.lines, strict=True) if line not in bad
    ]
    case = replace(case, entries=tuple(good))
    parse_case(case_to_json(case))
    return case, problems


def add_table(
    unit: Unit, pathway: PathwayView, table: DiaryTable, *, skip_bad: bool, access_point: str
) -> Imported:
    """Add the entries of a table to a diary that is being kept.

    The same row again is the same entry. Raises ImportRefused for bad rows, unless they may be
    skipped; the caller's transaction then ends without anything stored.
    """
    problems = list(table.problems)
    new: dict[int, NewEntry] = {}
    stored = {entry.id: entry for entry in diary_reading.entries(unit, pathway)}
    known = 0
    ids = _ids(table.entries, pathway.id)
    for entry, line, entry_id in zip(table.entries, table.lines, ids, strict=True):
        before = stored.get(entry_id)
        wrong = _does_not_fit(entry, line, pathway, table) if before is None else None
        if before is not None and before.scores == entry.scores:
            known += 1
        elif before is not None:
            problems.append(Problem(line, table.columns.get("id"), OTHER_SCORES))
        elif wrong is not None:
            problems.append(wrong)
        else:
            new[line] = _new(entry, entry_id)
    outcomes = diary_writing.add_entries(
        unit, pathway, list(new.values()), access_point=access_point
    )
    for outcome, line in zip(outcomes, new, strict=True):
        if outcome.error is not None:
            problems.append(Problem(line, None, outcome.error, outcome.values))
    problems.sort(key=lambda problem: problem.line)
    if problems and not skip_bad:
        raise ImportRefused(problems)
    added = sum(outcome.status is Status.STORED for outcome in outcomes)
    return Imported(added, known, problems)


def _does_not_fit(
    entry: Entry, line: int, pathway: PathwayView, table: DiaryTable
) -> Problem | None:
    """Return why an entry cannot join a diary that places its entries itself, or None."""
    columns = table.columns
    if entry.withdrawn:
        return Problem(line, columns.get("withdrawn"), TAKEN_BACK)
    if entry.scale is not None:
        return Problem(line, columns.get("scale"), OTHER_SCALE, {"scale": pathway.scale.value})
    if entry.measured_at is None:
        wrong = entry.kind is Kind.EXTRA
        return Problem(line, columns.get("kind"), NO_EXTRA) if wrong else None
    late = entry.kind is Kind.LATE
    placed = place_in(pathway.plan, entry.measured_at, late, entry.moment).kind
    if entry.kind is not None and placed is not entry.kind:
        return Problem(line, columns.get("kind"), OTHER_KIND, {"kind": placed.value})
    return None


def _new(entry: Entry, entry_id: UUID) -> NewEntry:
    return NewEntry(
        id=entry_id,
        measured_at=entry.measured_at,
        diary_day=entry.diary_day if entry.measured_at is None else None,
        moment=entry.moment,
        scores=entry.scores,
        late=entry.kind is Kind.LATE,
        source=Source(entry.source),
    )


def _out_of_place(case: Case, table: DiaryTable) -> list[Problem]:
    """Return the rows whose time, day, moment and kind cannot go together."""
    try:
        parse_case(case_to_json(case))
    except CaseError as error:
        return [
            Problem(table.lines[int(parts[2])], table.columns.get(parts[-1]), problem.message)
            for problem in error.problems
            if (parts := problem.pointer.split("/"))[1:2] == ["entries"]
        ]
    return []


def _identified(case: Case, patient_id: UUID) -> tuple[Entry, ...]:
    """Return the entries, those without an id with one of their own."""
    ids = _ids(case.entries, patient_id)
    return tuple(
        entry if entry.id is not None else replace(entry, id=str(entry_id))
        for entry, entry_id in zip(case.entries, ids, strict=True)
    )


def _ids(entries: Iterable[Entry], namespace: UUID) -> list[UUID]:
    """Return an id for each entry: its own, or one that its content makes.

    The same file again gives the same ids; of rows that are equal each has its own.
    """
    seen: Counter[str] = Counter()
    found = []
    for entry in entries:
        content = entry.id or json.dumps(
            [
                entry.measured_at and entry.measured_at.isoformat(),
                entry.diary_day and entry.diary_day.isoformat(),
                entry.moment,
                sorted((site, str(score)) for site, score in entry.scores.items()),
                entry.kind,
                entry.source,
                entry.scale,
                entry.withdrawn,
            ]
        )
        seen[content] += 1
        found.append(_id(content, seen[content], namespace))
    return found


def _id(content: str, times: int, namespace: UUID) -> UUID:
    try:
        return UUID(content)
    except ValueError:
        return uuid5(namespace, content if times == 1 else f"{content}#{times}")
