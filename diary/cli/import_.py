"""`diary import`: a case file or a CSV diary into the store."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import click

from diary.cli.installation import Installation, find_patient, installation
from diary.cli.new_patient import NewPatient, new_patient_options
from diary.cli.problems import told_in_one_line
from diary.clock import utc_now
from diary.exchange.case_files import read_case
from diary.exchange.csv_reading import Expected, HeaderError, read_table
from diary.exchange.imports import (
    Imported,
    ImportRefused,
    add_table,
    expected_of,
    new_case,
    store_new,
)
from diary.exchange.spreadsheet import SpreadsheetError
from diary.protocol.case_reading import CaseError
from diary.protocol.pathway import Case
from diary.store import pathways
from diary.store.scope import Scope

WRONG_FILE = 2


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--patient", help="Into the diary of this patient (id or hospital number).")
@click.option("--new", "is_new", is_flag=True, help="Enrol a new patient with this diary.")
@click.option("--skip-bad", is_flag=True, help="Store what is good, leave out what is not.")
@new_patient_options
@told_in_one_line
def import_(
    file: BinaryIO, patient: str | None, is_new: bool, skip_bad: bool, **options: Any
) -> None:
    """Read FILE, a case (JSON) or a table (CSV), into a patient's diary; - is standard input.

    When something in the file is wrong nothing of it is stored, and every mistake is named with
    its place. A table adds to a diary, and the same table again adds nothing; its columns are
    described in docs/csv.md. A case goes into a diary that is still empty.

    \b
    Examples:
      diary import diary.csv --patient 1234567
      diary import diary.csv --patient 1234567 --skip-bad
      diary import case.json --new --nurse vera --name "A. Bakker" \\
          --hospital-number 1234567 --birth-date 1971-05-02
      diary import diary.csv --new … --scale vas \\
          --phase intake 2026-03-02 2026-03-08 --phase trial 2026-03-12 2026-03-21
    """
    if is_new == (patient is not None):
        raise click.UsageError("say for whom: --patient, or --new with the patient's details")
    new = NewPatient.from_options(options) if is_new else None
    data = file.read()
    with installation("import") as here:
        try:
            if new is not None:
                done = _enrol(here, data, new, skip_bad)
            else:
                done = _into_diary(here, data, str(patient), skip_bad)
        except (SpreadsheetError, HeaderError, ImportRefused, CaseError) as error:
            _name(file, _lines(error))
            click.echo("Nothing was stored.", err=True)
            sys.exit(WRONG_FILE)
    _name(file, done.problems)
    known = f", {done.known} known already" if done.known else ""
    left_out = f", mistakes left out: {len(done.problems)}" if done.problems else ""
    entries = "1 entry" if done.stored == 1 else f"{done.stored} entries"
    click.echo(f"{entries} stored{known}{left_out}.")


def _into_diary(here: Installation, data: bytes, patient: str, skip_bad: bool) -> Imported:
    """Add a table to a diary, or store a case in one that is empty."""
    found = find_patient(here, patient)
    with here.writing(found.scope) as unit:
        if _is_case(data):
            case, left_out = read_case(data, skip_bad=skip_bad)
            stored = store_new(unit, found.patient_id, case, access_point=here.access_point)
            return Imported(stored, problems=left_out)
        pathway = pathways.pathway(unit, found.patient_id)
        assert pathway is not None, "every patient has a pathway"
        table = read_table(data, expected_of(pathway))
        return add_table(unit, pathway, table, skip_bad=skip_bad, access_point=here.access_point)


def _enrol(here: Installation, data: bytes, new: NewPatient, skip_bad: bool) -> Imported:
    """Enrol a patient with the diary in the file."""
    nurse = new.treated_by(here)
    case, left_out = _case(data, new, skip_bad)
    with here.writing(Scope(nurse.centre_id)) as unit:
        patient_id = new.enrol(unit, nurse, case)
        stored = store_new(unit, patient_id, case, access_point=here.access_point)
    click.echo(f"patient  {patient_id}")
    return Imported(stored, problems=left_out)


def _case(data: bytes, new: NewPatient, skip_bad: bool) -> tuple[Case, Sequence[object]]:
    if _is_case(data):
        return read_case(data, skip_bad=skip_bad)
    frame = Case(as_of=utc_now(), scale=new.scale, phases=new.phases, indication=new.indication)
    moments = tuple(moment.name for moment in frame.moments)
    table = read_table(data, Expected(frame.scale, moments, frame.zone))
    return new_case(table, frame, skip_bad=skip_bad)


def _is_case(data: bytes) -> bool:
    return data.removeprefix(BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def _lines(error: Exception) -> Sequence[object]:
    problems: Sequence[object] = getattr(error, "problems", [error])
    return problems


def _name(file: BinaryIO, problems: Iterable[object]) -> None:
    for problem in problems:
        click.echo(f"{getattr(file, 'name', '-')}: {problem}", err=True)
