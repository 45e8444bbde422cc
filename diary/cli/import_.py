"""`diary import`: a case file or a CSV diary into the store."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import click

from diary.cli.installation import Installation, find_patient, installation, pathway_of
from diary.cli.new_patient import NewPatient, new_patient_options
from diary.cli.problems import told_in_one_line
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
from diary.protocol.scales import Scale
from diary.store.database import Unit
from diary.store.scope import Scope

WRONG_FILE = 2


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--patient", help="Into the diary of this patient (id or hospital number).")
@click.option("--new", "is_new", is_flag=True, help="Enrol a new patient with this diary.")
@click.option(
    "--pathway",
    "number",
    type=click.IntRange(min=1),
    help="A table, into which pathway of the patient: 1 is the first. Without it: the last one.",
)
@click.option("--skip-bad", is_flag=True, help="Store what is good, leave out what is not.")
@new_patient_options
@told_in_one_line
def import_(
    file: BinaryIO,
    patient: str | None,
    is_new: bool,
    number: int | None,
    skip_bad: bool,
    **options: Any,
) -> None:
    """Read FILE, a case (JSON) or a table (CSV), into a patient's diary; - is standard input.

    When something in the file is wrong nothing of it is stored, and every mistake is named with
    its place. A table adds to a diary, and the same table again adds nothing; its columns are
    described in docs/csv.md. A case goes into a diary that is still empty.

    \b
    Examples:
      diary import diary.csv --patient 1234567
      diary import diary.csv --patient 1234567 --skip-bad
      diary import earlier.csv --patient 1234567 --pathway 1
      diary import case.json --new --nurse vera --name "A. Bakker" \\
          --hospital-number 1234567 --birth-date 1971-05-02
      diary import diary.csv --new … --scale vas \\
          --phase intake 2026-03-02 2026-03-08 --phase trial 2026-03-12 2026-03-21
    """
    if is_new == (patient is not None):
        raise click.UsageError("say for whom: --patient, or --new with the patient's details")
    if is_new and number is not None:
        raise click.UsageError("a new patient has one pathway: leave out --pathway")
    new = NewPatient.from_options(options) if is_new else None
    data = file.read()
    with installation("import") as here:
        try:
            if new is not None:
                done, where = _enrol(here, data, new, skip_bad)
            else:
                done, where = _into_diary(here, data, str(patient), number, skip_bad)
        except (SpreadsheetError, HeaderError, ImportRefused, CaseError) as error:
            _name(file, _lines(error))
            click.echo("Nothing was stored.", err=True)
            sys.exit(WRONG_FILE)
    _name(file, done.problems)
    known = f", {done.known} known already" if done.known else ""
    left_out = f", mistakes left out: {len(done.problems)}" if done.problems else ""
    entries = "1 entry" if done.stored == 1 else f"{done.stored} entries"
    click.echo(f"{entries} stored{known}{left_out}.")
    click.echo(where)


def _into_diary(
    here: Installation, data: bytes, patient: str, number: int | None, skip_bad: bool
) -> tuple[Imported, str]:
    """Add a table to a diary, or store a case in one that is empty; return where that was too."""
    found = find_patient(here, patient)
    with here.writing(found.scope) as unit:
        pathway, place, among = pathway_of(unit, found.patient_id, number)
        if _is_case(data):
            if place != among:
                raise click.ClickException("a case goes into the last pathway: leave out --pathway")
            case, left_out = read_case(data, skip_bad=skip_bad, now=unit.now)
            stored = store_new(unit, found.patient_id, case, access_point=here.access_point)
            return Imported(stored, problems=left_out), _where(place, among, case.scale)
        table = read_table(data, expected_of(pathway))
        done = add_table(unit, pathway, table, skip_bad=skip_bad, access_point=here.access_point)
        return done, _where(place, among, pathway.scale)


def _enrol(
    here: Installation, data: bytes, new: NewPatient, skip_bad: bool
) -> tuple[Imported, str]:
    """Enrol a patient with the diary in the file; return where it is stored too."""
    nurse = new.treated_by(here)
    with here.writing(Scope(nurse.centre_id)) as unit:
        case, left_out = _case(unit, data, new, skip_bad)
        patient_id = new.enrol(unit, nurse, case)
        stored = store_new(unit, patient_id, case, access_point=here.access_point)
    click.echo(f"patient  {patient_id}")
    return Imported(stored, problems=left_out), _where(1, 1, case.scale)


def _case(
    unit: Unit, data: bytes, new: NewPatient, skip_bad: bool
) -> tuple[Case, Sequence[object]]:
    if _is_case(data):
        return read_case(data, skip_bad=skip_bad, now=unit.now)
    frame = new.frame(unit)
    moments = tuple(moment.name for moment in frame.moments)
    table = read_table(data, Expected(frame.scale, moments, frame.zone))
    return new_case(table, frame, skip_bad=skip_bad, primary_site=new.primary_site)


def _where(number: int, among: int, scale: Scale) -> str:
    return f"pathway  {number} of {among}, scale {scale.value}"


def _is_case(data: bytes) -> bool:
    return data.removeprefix(BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def _lines(error: Exception) -> Sequence[object]:
    problems: Sequence[object] = getattr(error, "problems", [error])
    return problems


def _name(file: BinaryIO, problems: Iterable[object]) -> None:
    for problem in problems:
        click.echo(f"{getattr(file, 'name', '-')}: {problem}", err=True)
