"""Tables that join a diary that is being kept."""

from __future__ import annotations

from diary.exchange.csv_reading import read_table
from diary.exchange.imports import add_table, expected_of
from diary.store.database import Unit
from diary.store.pathways import PathwayView

SHORTEST = "dagboekdag;moment;been\n02-03-2026;ochtend;8\n02-03-2026;middag;7,5\n"


def add(
    unit: Unit, pathway: PathwayView, rows: str, *, skip_bad: bool = False
) -> tuple[int, int, list[str]]:
    """Add the rows; return how many were stored, how many were known, and the problems."""
    table = read_table(rows.encode(), expected_of(pathway))
    done = add_table(unit, pathway, table, skip_bad=skip_bad, access_point="test")
    return done.stored, done.known, [str(problem) for problem in done.problems]
