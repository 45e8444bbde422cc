"""`diary assess`: cases in, verdicts out. No database, no server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import click

from diary.cli.case_input import CaseText, case_texts, say, why
from diary.protocol.case_text import parse_case_text
from diary.protocol.cases import Assessment, CaseError
from diary.protocol.cases import assess as assess_case
from diary.protocol.result_text import assessment_to_text
from diary.protocol.result_writing import assessment_to_json


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "text"]),
    default="json",
    show_default=True,
    help="json: one line a case, for programs. text: for people.",
)
@click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    default="en",
    show_default=True,
    help="The language of --format text.",
)
def assess(files: tuple[str, ...], form: str, language: str) -> None:
    """Judge diaries by the protocol: case files in, verdicts with their working out.

    A FILE holds one case (diary-case/1), a .jsonl file one case a line; - is standard input.
    Each case gives one result, in order. A case with problems is not judged: they go to standard
    error, one a line, as "JSON-pointer: what is wrong", and the exit status is 2 at the end.

    \b
    Examples:
      diary assess case.json
      diary assess --format text case.json
      diary assess --format text --language nl case.json
      diary assess 2025.jsonl 2026.jsonl > verdicts.jsonl
      diary export PATIENT --format case | diary assess -
    """
    several = len(files) > 1
    tell = _teller(form, language)
    good = True
    for file in files:
        try:
            for case in case_texts(file):
                place = _place(file, case, several)
                good = _judge(case, place, form, tell) and good
        except OSError as error:
            good = False
            say(f"{file}: {why(error)}", err=True)
    sys.exit(0 if good else 2)


def _place(file: str, case: CaseText, several: bool) -> str:
    """Return where a case stands, to be put before its problems; "" when there is only one."""
    if case.line is not None:
        return f"{file}:{case.line}: "
    return f"{file}: " if several else ""


def _teller(form: str, language: str) -> Callable[[Assessment], str]:
    """Return what writes an assessment in the form and the language that are asked."""
    if form == "json":
        return lambda assessment: json.dumps(assessment_to_json(assessment), ensure_ascii=False)
    # Catalogues and calendars take time to load, and JSON has no use for them.
    from diary.speakers import speaker

    return lambda assessment: assessment_to_text(assessment, speaker(language)) + "\n"


def _judge(case: CaseText, place: str, form: str, tell: Callable[[Assessment], str]) -> bool:
    """Print the result of one case; return whether it could be judged."""
    try:
        assessment = assess_case(parse_case_text(case.text))
    except CaseError as error:
        for problem in error.problems:
            say(f"{place}{problem}", err=True)
        if form == "json":
            problems = [{"pointer": p.pointer, "message": p.message} for p in error.problems]
            say(json.dumps({"problems": problems}, ensure_ascii=False))
        return False
    say(tell(assessment) if form == "json" else place + tell(assessment))
    return True
