"""`diary export`: a patient's diary as a file."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from diary.cli.installation import find_patient, installation, pathway_of
from diary.cli.problems import told_in_one_line
from diary.exchange import pdf, report, report_page
from diary.exchange.case_files import write_case
from diary.exchange.columns import LANGUAGES
from diary.exchange.csv_writing import write_table
from diary.store import audit, cases, patients
from diary.store.tables import Action
from diary.wording.spoken import speaking


@click.command()
@click.argument("patient")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["case", "csv", "pdf"]),
    required=True,
    help="case: everything, as JSON. csv: the entries, as a table for a spreadsheet. "
    "pdf: the report for the record, with the patient's name.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="nl",
    show_default=True,
    help="Words of the CSV table (both are read back) and of the report.",
)
@click.option(
    "--pathway",
    "number",
    type=click.IntRange(min=1),
    help="Which pathway of the patient: 1 is the first. Without it: the last one.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, readable by you alone. Without it: standard output.",
)
@told_in_one_line
def export(patient: str, kind: str, language: str, number: int | None, output: Path | None) -> None:
    """Write the diary of PATIENT (an id or a hospital number) as a file.

    Corrected entries are left out, entries that were taken back are marked. The file holds health
    data and, but for the report, no name. `diary import` reads a case or a table back.

    \b
    Examples:
      diary export 1234567 --format case -o diary.json
      diary export 1234567 --format csv > diary.csv
      diary export 1234567 --format case --pathway 1 -o earlier.json
      diary export 1234567 --format pdf --language en -o report.pdf
    """
    if kind == "pdf" and not pdf.is_available():
        raise click.ClickException(
            "this installation makes no PDF: install 'pijndagboek[pdf]' and Pango (docs/paper.md)"
        )
    with installation("export") as here:
        found = find_patient(here, patient)
        with here.writing(found.scope) as unit:
            as_of = unit.now.replace(microsecond=0)
            pathway, _, _ = pathway_of(unit, found.patient_id, number)
            case = cases.case_in(unit, pathway, as_of)
            card = patients.card(unit, found.patient_id) if kind == "pdf" else None
            source = None if card is None else report.read(unit, card, pathway)
            audit.log(
                unit,
                "diary exported",
                Action.READ,
                access_point=here.access_point,
                patient_id=found.patient_id,
                object=f"{kind}, {len(case.entries)} entries",
            )
        made_by = here.access_point
    if source is not None:
        data = _report(source, language, made_by)
    else:
        data = write_case(case) if kind == "case" else write_table(case, language)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        _write_private(output, data)


def _report(source: report.Source, language: str, made_by: str) -> bytes:
    # Not at the top: matplotlib is slow to come, and no other format needs it.
    from diary.charts.report_chart import ReportChart

    with speaking(language):
        chart = ReportChart.of(source.assessment, source.standstills, source.switched)
        address = "" if chart.empty else report_page.as_address(chart.svg())
        return report_page.pdf_of(
            report_page.document(
                report.report_of(source, made_by), address, chart.alt(), chart.switched()
            )
        )


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that its owner alone can read, also in the place of one that others could.

    What is no file (a pipe, a terminal) is written to as it is.
    """
    place = path.resolve()
    if place.exists() and not place.is_file():
        place.write_bytes(data)
        return
    # Made with mode 600. Whoever has the earlier file open does not see what comes.
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink()
        raise
