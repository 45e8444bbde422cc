"""One day of a paper diary as a form: what stands, what was typed, and the rows that this makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID, uuid4

from diary.charts.words import number
from diary.language import N_
from diary.protocol.entries import Kind
from diary.protocol.exact import decimal_text
from diary.protocol.scales import Scale, ScoreError, Source, parse_score
from diary.store.diary_reading import DayView, EntryView, MomentState, MomentView
from diary.store.diary_writing import NewEntry
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label, site_label
from diary.web.language import current, gettext
from diary.web.team.forms import Form

OFF_NRS = N_("Fill in 0 to 10, halves too (7,5), or leave it empty.")
OFF_VAS = N_("Fill in whole millimetres from 0 to 100, or leave it empty.")
NOTHING_LATE = N_("There is no score to be filled in later. Leave the tick out.")
CHANGED = N_("This was changed in the meantime; it is now %(now)s. Save again to replace that.")
ON_THE_PHONE = N_("The patient has answered this on the phone. That answer stays.")
NOTHING = N_("empty")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one moment says on paper: scores by pain site, and whether it was filled in later."""

    scores: Mapping[str, Fraction]
    late: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: its name in the form, what it asks, and its text."""

    name: str
    label: str
    value: str


@dataclass(slots=True)
class Row:
    """One moment. It takes typing unless it is still to come or was answered on the phone."""

    index: int
    view: MomentView
    cells: list[Cell]
    late: bool
    label: str
    at: datetime
    fixed: str = ""

    @property
    def was(self) -> str:
        """The id of the entry that the form is about, "" for none: tells of a change meanwhile."""
        return "" if self.view.entry is None else str(self.view.entry.id)


@dataclass(slots=True)
class Sheet:
    """A day as it stands in the store, over which a form can be laid."""

    pathway: PathwayView
    diary_day: date
    rows: list[Row]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """Return the words for every field, in the order of the page."""
        return {cell.name: cell.label for row in self.rows for cell in row.cells} | {
            late_name(row.index): row.label for row in self.rows
        }

    def lay_over(self, form: Form) -> None:
        """Put what was typed into the fields."""
        for row in self.rows:
            if not row.fixed:
                row.late = bool(form.value(late_name(row.index)))
                row.cells = [
                    Cell(cell.name, cell.label, form.value(cell.name)) for cell in row.cells
                ]

    def changes(self, form: Form) -> list[NewEntry]:
        """Return the rows that make the store say what `form` says; `errors` tells what is wrong.

        A moment that stays as it is makes none. A correction is a new row that replaces the
        earlier one. Whether it was filled in later belongs to an entry's place, which no
        correction moves: then the earlier one is withdrawn and a new one made.
        """
        self.errors = {}
        found: list[NewEntry] = []
        for row in self.rows:
            typed = self._typed(row, form)
            if typed is not None and typed != _standing(row.view.entry):
                self._meanwhile(row, form)
                found += _steps(row.view, typed, self.diary_day)
        return [] if self.errors else found

    def _typed(self, row: Row, form: Form) -> Answer | None:
        """Return what was typed for a moment, None with an error noted when it cannot be."""
        names = [cell.name for cell in row.cells]
        if row.fixed:
            if any(form.value(name) for name in names):
                self.errors[names[0]] = row.fixed
            return None
        scores = {}
        for site, name in zip(self.pathway.sites, names, strict=True):
            text = form.value(name).replace(",", ".")
            try:
                if text:
                    scores[site] = parse_score(text, self.pathway.scale, Source.PAPER)
            except ScoreError:
                is_vas = self.pathway.scale is Scale.VAS
                self.errors[name] = gettext(OFF_VAS if is_vas else OFF_NRS)
        if any(name in self.errors for name in names):
            return None
        late = bool(form.value(late_name(row.index)))
        if late and not scores:
            self.errors[late_name(row.index)] = gettext(NOTHING_LATE)
            return None
        return Answer(scores, late)

    def _meanwhile(self, row: Row, form: Form) -> None:
        """Note it when the form is about another entry than the one that stands now."""
        if form.value(was_name(row.index)) == row.was:
            return
        now = [score_text(score) for score in _standing(row.view.entry).scores.values()]
        said = " · ".join(now) or gettext(NOTHING)
        self.errors[row.cells[0].name] = gettext(CHANGED) % {"now": said}


def sheet_of(view: DayView, pathway: PathwayView) -> Sheet:
    """Return the form of one day, with what has been typed before in its fields."""
    return Sheet(
        pathway,
        view.diary_day,
        [_row(index, moment, pathway) for index, moment in enumerate(view.moments)],
    )


def score_text(score: Fraction) -> str:
    """Return a score as the reader writes it: "7,5"."""
    return number(decimal_text(score), current())


def score_name(moment: int, site: int) -> str:
    """Return the name of the field of a score."""
    return f"score-{moment}-{site}"


def late_name(moment: int) -> str:
    """Return the name of the tick "filled in later"."""
    return f"late-{moment}"


def was_name(moment: int) -> str:
    """Return the name of what tells which entry the form is about."""
    return f"was-{moment}"


def _row(index: int, view: MomentView, pathway: PathwayView) -> Row:
    entry, label = view.entry, moment_label(view.planned.moment.name)
    scores = {} if entry is None else entry.scores
    fixed = ""
    if entry is not None and entry.source is Source.PHONE:
        fixed = gettext(ON_THE_PHONE)
    elif view.state is MomentState.COMING:
        fixed = gettext(N_("This moment has not come yet."))
    return Row(
        index=index,
        view=view,
        cells=[
            Cell(
                name=score_name(index, number_),
                label=f"{label}, {site_label(site)}",
                value=score_text(scores[site]) if site in scores else "",
            )
            for number_, site in enumerate(pathway.sites)
        ],
        late=entry is not None and entry.kind is Kind.LATE,
        label=label,
        at=view.planned.local,
        fixed=fixed,
    )


def _standing(entry: EntryView | None) -> Answer:
    if entry is None:
        return Answer({}, late=False)
    return Answer(entry.scores, entry.kind is Kind.LATE)


def _steps(view: MomentView, typed: Answer, day: date) -> Iterator[NewEntry]:
    """Yield the new rows that lead from the entry that stands to what was typed."""
    old = view.entry
    moved = old is not None and (old.kind is Kind.LATE) != typed.late
    if old is not None and (moved or not typed.scores):
        yield NewEntry(uuid4(), replaces_id=old.id, withdrawn=True, source=Source.PAPER)
    if typed.scores:
        replaces: UUID | None = None if old is None or moved else old.id
        yield NewEntry(
            uuid4(),
            diary_day=day,
            moment=view.planned.moment.name,
            scores=typed.scores,
            late=typed.late,
            source=Source.PAPER,
            replaces_id=replaces,
        )
