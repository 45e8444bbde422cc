"""A CSV diary (docs/csv.md) → entries, with every problem named by line and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from diary.exchange.cells import CellError, read_date, read_instant, read_number
from diary.exchange.columns import (
    ANSWERS,
    COLUMNS,
    KINDS,
    SCALES,
    SITES,
    SOURCES,
    Column,
    Words,
    moment_words,
)
from diary.exchange.spreadsheet import Line, read_lines
from diary.language import N_
from diary.protocol.days import diary_day_of
from diary.protocol.entries import Entry, Kind
from diary.protocol.scales import Scale, ScoreError, Source, parse_score

LONGEST_ID = 100

UNKNOWN_COLUMN = N_("There is no column of this name. The columns are: %(choices)s.")
COLUMN_TWICE = N_("This column is there twice.")
NO_SITE = N_(
    "There is no column with scores. Name it after the pain site, such as “been” or “leg”."
)
NO_WHEN = N_("There must be a column gemeten_op, or the columns dagboekdag and moment.")
NOT_IN_DIARY = N_("This pain site is not in the patient's diary: %(choices)s.")
TOO_MANY_CELLS = N_("There are more cells than columns. Put a number with a comma in quotes.")
CHOOSE = N_("Choose one of: %(choices)s.")
WHEN_MISSING = N_("Fill in gemeten_op, or dagboekdag and moment.")
NO_SCORE = N_("There is no score on this line.")
OTHER_DAY = N_("This time belongs to another diary day: a day runs from 04:00 to 04:00.")
LONG_ID = N_("An id has at most %(most)d characters.")
SAME_ID = N_("This id is on line %(line)d already.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell. `column` is as the file has it; `text` a template for `values`."""

    line: int
    column: str | None
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the whole message in English: "line 3, column been: …"."""
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.text % self.values}"


class HeaderError(ValueError):
    """The columns are not usable, so no row can be read."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Expected:
    """What the diary that is read must fit: the patient's scale, sites, moments and zone.

    `sites` None: the file decides (a new patient).
    """

    scale: Scale
    moments: tuple[str, ...]
    zone: ZoneInfo
    sites: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class DiaryTable:
    """What was read: the good entries in order of the file, its pain sites, and the problems.

    `lines` tells on which line each entry stands; `columns` gives a column's name in the file.
    """

    entries: tuple[Entry, ...]
    lines: tuple[int, ...]
    sites: tuple[str, ...]
    columns: Mapping[str, str]
    problems: tuple[Problem, ...]


def read_table(data: bytes, expected: Expected) -> DiaryTable:
    """Return the entries of a CSV file and what is wrong with the other rows.

    Raises SpreadsheetError when it is no table at all, HeaderError for unusable columns.
    """
    header, *lines = read_lines(data)
    columns = _columns(header, expected)
    entries: dict[int, Entry] = {}
    problems: list[Problem] = []
    lines_of_ids: dict[str, int] = {}
    for line in lines:
        row = _Row(line, columns, header.cells, expected)
        entry = row.entry()
        if entry is not None and entry.id is not None:
            first = lines_of_ids.setdefault(entry.id, line.number)
            if first != line.number:
                row.wrong(Column.ID, SAME_ID, line=first)
        if entry is None or row.problems:
            problems += row.problems
        else:
            entries[line.number] = entry
    sites = tuple(name for name in columns if name in SITES.dutch)
    return DiaryTable(
        entries=tuple(entries.values()),
        lines=tuple(entries),
        sites=sites,
        columns={name: header.cells[position] for name, position in columns.items()},
        problems=tuple(problems),
    )


def _columns(header: Line, expected: Expected) -> dict[str, int]:
    """Return the position of every column by its English name."""
    found: dict[str, int] = {}
    problems = []
    choices = f"{COLUMNS.choices}, {SITES.choices}"
    for position, cell in enumerate(header.cells):
        name = COLUMNS.read(cell) or SITES.read(cell)
        if not cell.strip():
            continue
        if name is None:
            problems.append(Problem(header.number, cell, UNKNOWN_COLUMN, {"choices": choices}))
        elif name in found:
            problems.append(Problem(header.number, cell, COLUMN_TWICE))
        elif name in SITES.dutch and expected.sites is not None and name not in expected.sites:
            own = ", ".join(SITES.write(site, "nl") for site in expected.sites)
            problems.append(Problem(header.number, cell, NOT_IN_DIARY, {"choices": own}))
        else:
            found[name] = position
    if not any(name in SITES.dutch for name in found):
        problems.append(Problem(header.number, None, NO_SITE))
    if Column.MEASURED_AT not in found and not {Column.DIARY_DAY, Column.MOMENT} <= found.keys():
        problems.append(Problem(header.number, None, NO_WHEN))
    if problems:
        raise HeaderError(problems)
    return found


class _Row:
    """One row being read; `problems` collects everything that is wrong with it."""

    def __init__(
        self, line: Line, columns: Mapping[str, int], names: Sequence[str], expected: Expected
    ) -> None:
        self.line = line
        self.columns = columns
        self.names = names
        self.expected = expected
        self.problems: list[Problem] = []

    def entry(self) -> Entry | None:
        """Return the entry that the row tells of; None, with problems, when it tells of none."""
        if any(cell.strip() for cell in self.line.cells[len(self.names) :]):
            self.problems.append(Problem(self.line.number, None, TOO_MANY_CELLS))
            return None
        measured_at, day = self._measured_at(), self._day()
        moment = self._word(Column.MOMENT, moment_words(self.expected.moments))
        kind = self._word(Column.KIND, KINDS)
        source = self._word(Column.SOURCE, SOURCES)
        own_scale = self._word(Column.SCALE, SCALES)
        withdrawn = self._word(Column.WITHDRAWN, ANSWERS) == "yes"
        if source is None:
            source = Source.PAPER if measured_at is None else Source.PHONE
        scale = Scale(own_scale) if own_scale else self.expected.scale
        scores = self._scores(scale, source)
        self._check_when(measured_at, day, moment)
        if not scores and not withdrawn and not self.problems:
            self.problems.append(Problem(self.line.number, None, NO_SCORE))
        if self.problems:
            return None
        return Entry(
            id=self._id(),
            measured_at=measured_at,
            diary_day=day,
            moment=moment,
            scores=scores,
            scale=None if scale is self.expected.scale else scale,
            kind=None if kind is None else Kind(kind),
            source=source,
            withdrawn=withdrawn,
        )

    def wrong(self, column: str, text: str, **values: object) -> None:
        """Note that the cell in `column` is wrong."""
        name = self.names[self.columns[column]] if column in self.columns else None
        self.problems.append(Problem(self.line.number, name, text, values))

    def _cell(self, column: str) -> str:
        position = self.columns.get(column)
        if position is None or position >= len(self.line.cells):
            return ""
        return self.line.cells[position].strip()

    def _day(self) -> date | None:
        cell = self._cell(Column.DIARY_DAY)
        try:
            return read_date(cell) if cell else None
        except CellError as error:
            self.wrong(Column.DIARY_DAY, str(error))
            return None

    def _measured_at(self) -> datetime | None:
        cell = self._cell(Column.MEASURED_AT)
        try:
            offset = self._cell(Column.UTC_MINUTES)
            return read_instant(cell, offset, self.expected.zone) if cell else None
        except CellError as error:
            self.wrong(Column.MEASURED_AT, str(error))
            return None

    def _word(self, column: str, words: Words) -> str | None:
        cell = self._cell(column)
        if not cell:
            return None
        word = words.read(cell)
        if word is None:
            self.wrong(column, CHOOSE, choices=words.choices)
        return word

    def _scores(self, scale: Scale, source: str) -> dict[str, Fraction]:
        scores = {}
        for site in (name for name in self.columns if name in SITES.dutch):
            cell = self._cell(site)
            if not cell:
                continue
            try:
                scores[site] = parse_score(read_number(cell), scale, source)
            except ScoreError as error:
                self.wrong(site, error.text, **error.values)
        return scores

    def _id(self) -> str | None:
        cell = self._cell(Column.ID)
        if len(cell) > LONGEST_ID:
            self.wrong(Column.ID, LONG_ID, most=LONGEST_ID)
        return cell or None

    def _check_when(
        self, measured_at: datetime | None, day: date | None, moment: str | None
    ) -> None:
        if self.problems:
            return
        if measured_at is None:
            if day is None or moment is None:
                self.problems.append(Problem(self.line.number, None, WHEN_MISSING))
        elif day is not None and diary_day_of(measured_at, self.expected.zone) != day:
            self.wrong(Column.DIARY_DAY, OTHER_DAY)
