"""`diary moments`: when the patient of a case is asked to measure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime

import click

from diary.cli.case_input import case_texts, say, why
from diary.protocol.case_text import parse_case_text
from diary.protocol.cases import Case, CaseError
from diary.protocol.days import ONE_DAY
from diary.protocol.moments import PlannedMeasurement


@click.command()
@click.argument("file", metavar="FILE|-")
def moments(file: str) -> None:
    """Print every planned measurement of the case in FILE, one JSON line each, in time order.

    All days of all phases; "local" is on the patient's clock, the rest in UTC. An answer from
    "opens_utc" on and before "closes_utc" is in time. - is standard input.

    \b
    Examples:
      diary moments case.json
      diary moments case.json | grep '"night"'
    """
    try:
        texts = list(case_texts(file))
        if len(texts) != 1:
            say(f"{file}: must hold one case, not {len(texts)}", err=True)
            sys.exit(2)
        case = parse_case_text(texts[0].text)
    except OSError as error:
        say(f"{file}: {why(error)}", err=True)
        sys.exit(2)
    except CaseError as error:
        for problem in error.problems:
            say(str(problem), err=True)
        sys.exit(2)
    for planned in _planned(case):
        say(json.dumps(_line(planned), ensure_ascii=False))


def _planned(case: Case) -> Iterator[PlannedMeasurement]:
    for phase in sorted(case.phases, key=lambda phase: phase.first_day):
        for offset in range(phase.days):
            yield from case.plan.day(phase.first_day + offset * ONE_DAY)


def _line(planned: PlannedMeasurement) -> dict[str, str]:
    return {
        "diary_day": planned.diary_day.isoformat(),
        "moment": planned.moment.name,
        "local": planned.local.isoformat(),
        "utc": _utc(planned.utc),
        "opens_utc": _utc(planned.opens_utc),
        "closes_utc": _utc(planned.closes_utc),
    }


def _utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
