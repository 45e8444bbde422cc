"""The entries of a diary → a CSV file (docs/csv.md)."""

from __future__ import annotations

from collections.abc import Sequence

from diary.exchange.case_files import in_time_order
from diary.exchange.cells import write_date, write_instant
from diary.exchange.columns import (
    ANSWERS,
    COLUMNS,
    KINDS,
    SCALES,
    SITES,
    SOURCES,
    Column,
    moment_words,
)
from diary.exchange.spreadsheet import write_lines
from diary.protocol.entries import Entry
from diary.protocol.exact import decimal_text
from diary.protocol.pathway import Case

# What a person reads stands in front; what the computer needs to read it back comes last.
BEFORE = (Column.DIARY_DAY, Column.MOMENT, Column.MEASURED_AT)
AFTER = (
    Column.KIND,
    Column.SOURCE,
    Column.WITHDRAWN,
    Column.SCALE,
    Column.UTC_MINUTES,
    Column.ID,
)


def write_table(case: Case, language: str) -> bytes:
    """Return the entries of `case` as a CSV file with the words of `language` ("nl" or "en").

    One row per entry, one column per pain site; in Dutch with decimal commas.
    """
    names = [*BEFORE, *_sites(case), *AFTER]
    header = [SITES.write(COLUMNS.write(name, language), language) for name in names]
    return write_lines(
        [header, *(_row(entry, case, language) for entry in in_time_order(case).entries)]
    )


def _row(entry: Entry, case: Case, language: str) -> Sequence[str]:
    measured_at, utc_minutes = write_instant(entry.measured_at) if entry.measured_at else ("", "")
    moment = moment_words(m.name for m in case.moments).write(entry.moment or "", language)
    scale = entry.scale or case.scale
    scores = [_score(entry, site, language) for site in _sites(case)]
    return [
        "" if entry.diary_day is None else write_date(entry.diary_day),
        moment,
        measured_at,
        *scores,
        "" if entry.kind is None else KINDS.write(entry.kind, language),
        SOURCES.write(entry.source, language),
        ANSWERS.write("yes", language) if entry.withdrawn else "",
        SCALES.write(scale, language),
        utc_minutes,
        entry.id or "",
    ]


def _sites(case: Case) -> Sequence[str]:
    """Return the pain sites, the primary one first.

    That is for who reads the table. An import for a new patient is told it (--primary-site).
    """
    return sorted(case.sites, key=lambda site: site != case.primary_site)


def _score(entry: Entry, site: str, language: str) -> str:
    if site not in entry.scores:
        return ""
    text = decimal_text(entry.scores[site])
    return text.replace(".", ",") if language == "nl" else text
