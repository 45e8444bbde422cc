"""Files into the store: a case or a table, whole or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from diary.exchange.case_files import is_ahead
from diary.exchange.csv_reading import DiaryTable, Expected, HeaderError, Problem
from diary.exchange.known import TAKEN_BACK, KnownEntries
from diary.language import N_
from diary.protocol.case_reading import CaseError, parse_case
from diary.protocol.case_writing import case_to_json
from diary.protocol.entries import Entry, Kind, label, place_in
from diary.protocol.pathway import Case
from diary.protocol.scales import Source
from diary.store import audit, diary_reading, diary_writing, importing, pathways, patients
from diary.store.database import Unit
from diary.store.diary_writing import NewEntry, Status
from diary.store.errors import NotFound, Refused
from diary.store.new_entries import NOT_YET
from diary.store.pathways import PathwayView
from diary.store.tables import Action

OTHER_KIND = N_("By its time this entry is “%(kind)s”. Leave the cell empty, or correct the time.")
NO_EXTRA = N_("An entry without a time belongs to its moment. Fill in gemeten_op for an extra one.")
OTHER_SCALE = N_("The diary has another scale: %(scale)s.")
NO_PHASE = N_("This day is in no phase of this diary. Look whether it is the right one.")
OTHER_PERSON = N_("The file is about somebody born on another day. It is not this patient's diary.")
WHICH_SITE = N_("Say with --primary-site which pain site is the primary one: %(choices)s.")
NO_SUCH_SITE = N_("There is no column of the primary pain site.")


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

    Raises the store's Refused when there is one already, and ("other_person") when the case has
    another date of birth than the patient.
    """
    pathway, card = pathways.pathway(unit, patient_id), patients.card(unit, patient_id)
    if pathway is None or card is None:
        raise NotFound
    if case.patient.birth_date not in (None, card.birth_date):
        raise Refused("other_person", OTHER_PERSON)
    # Without ids made of what they say: of two answers to one moment that tell no time the lower
    # id counts, and it has to be the one that counts in the file.
    importing.store_case(unit, patient_id, case)
    audit.log(
        unit,
        "diary.import",
        Action.CREATE,
        access_point=access_point,
        patient_id=patient_id,
        object=f"{len(case.entries)} entries",
    )
    return len(case.entries)


def new_case(
    table: DiaryTable, frame: Case, *, skip_bad: bool, primary_site: str | None = None
) -> tuple[Case, Sequence[Problem]]:
    """Return the case that a table makes within `frame` (scale, plan, phases, no entries).

    `primary_site` is needed when the table has several. Raises ImportRefused for bad rows, unless
    they may be skipped, HeaderError without such a site, and CaseError when the frame itself is
    wrong.
    """
    sites = _primary_first(table, primary_site)
    case = replace(frame, sites=sites, primary_site=sites[0], entries=table.entries)
    problems = [*table.problems, *_out_of_place(case, table)]
    problems += [
        Problem(line, _column_of_time(entry, table), NOT_YET)
        for entry, line in zip(table.entries, table.lines, strict=True)
        if is_ahead(entry, case.plan, case.as_of)
    ]
    problems.sort(key=lambda problem: problem.line)
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

    The same row again is the same entry, and a row that says something else than the diary is a
    problem. Raises ImportRefused for bad rows, unless they may be skipped; the caller's
    transaction then ends without anything stored.
    """
    # First the lock: what is compared with must be what stands when the rows are stored.
    if pathways.lock(unit, pathway.id) != pathway.patient_id:
        raise NotFound
    problems = list(table.problems)
    new: dict[int, NewEntry] = {}
    last = pathways.pathway(unit, pathway.patient_id)
    is_last = last is not None and last.id == pathway.id
    known = KnownEntries(diary_reading.entries(unit, pathway), pathway, is_last)
    held = 0
    ids = _ids(table.entries, pathway.id)
    for entry, line, entry_id in zip(table.entries, table.lines, ids, strict=True):
        wrong = known.problem(entry, entry_id, line, table)
        if wrong is None and known.holds(entry, entry_id):
            held += 1
            continue
        wrong = wrong or _does_not_fit(entry, line, pathway, table, unit.now)
        if wrong is not None:
            problems.append(wrong)
        else:
            new[line] = _new(entry, entry_id)
            known.add(entry, line)
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
    return Imported(added, held, problems)


def _does_not_fit(
    entry: Entry, line: int, pathway: PathwayView, table: DiaryTable, now: datetime
) -> Problem | None:
    """Return why an entry cannot join a diary that places its entries itself, or None."""
    columns = table.columns
    if entry.withdrawn:
        return Problem(line, columns.get("withdrawn"), TAKEN_BACK)
    if entry.scale is not None:
        return Problem(line, columns.get("scale"), OTHER_SCALE, {"scale": pathway.scale.value})
    if is_ahead(entry, pathway.plan, now):
        return Problem(line, _column_of_time(entry, table), NOT_YET)
    if pathway.phase_on(label(entry, pathway.plan).diary_day) is None:
        return Problem(line, _column_of_time(entry, table), NO_PHASE)
    if entry.measured_at is None:
        wrong = entry.kind is Kind.EXTRA
        return Problem(line, columns.get("kind"), NO_EXTRA) if wrong else None
    late = entry.kind is Kind.LATE
    placed = place_in(pathway.plan, entry.measured_at, late, entry.moment).kind
    if entry.kind is not None and placed is not entry.kind:
        return Problem(line, columns.get("kind"), OTHER_KIND, {"kind": placed.value})
    return None


def _column_of_time(entry: Entry, table: DiaryTable) -> str | None:
    """Return the column, as the file has it, that says when an entry was made."""
    return table.columns.get("diary_day" if entry.measured_at is None else "measured_at")


def _primary_first(table: DiaryTable, primary_site: str | None) -> tuple[str, ...]:
    """Return the pain sites of a table; the primary one must be said, not follow from an order."""
    sites = table.sites
    if primary_site is None and len(sites) > 1:
        raise HeaderError([Problem(1, None, WHICH_SITE, {"choices": ", ".join(sites)})])
    if primary_site is not None and primary_site not in sites:
        raise HeaderError([Problem(1, None, NO_SUCH_SITE)])
    return tuple(sorted(sites, key=lambda site: site != primary_site))


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
