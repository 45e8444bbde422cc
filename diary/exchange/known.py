"""What a diary holds already: the rows of a table are compared with it before they join it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from diary.exchange.columns import Column
from diary.exchange.csv_reading import DiaryTable, Problem
from diary.language import N_
from diary.protocol.entries import Entry, Kind, Placement, label
from diary.protocol.exact import decimal_text
from diary.protocol.scales import Source
from diary.store.diary_reading import EntryView
from diary.store.pathways import PathwayView

OTHER = N_("The diary has something else here. Correct it on the patient's page.")
OTHER_STAYS = N_("The diary has something else here, and that stays as it is.")
ANSWERED = N_("This moment has an answer already: %(score)s. Correct it on the patient's page.")
ANSWERED_STAYS = N_("There is an answer already: %(score)s. It stays as it is.")
ANSWERED_ABOVE = N_("There is an answer on line %(line)d already: %(score)s.")
PARTLY = N_("The diary has this already. Type the rest of the line on the patient's page.")
PARTLY_STAYS = N_("This is there already. Empty this cell, and the rest of the line is added.")
TAKEN_BACK = N_("An entry that was taken back goes into a new diary only. Leave the line out.")


class KnownEntries:
    """The entries of a diary, and those of a table that join it one after the other.

    What the team or the patient must change is never changed by a file: a row that says
    something else than the diary is a problem, not a second answer.
    """

    def __init__(self, entries: Iterable[EntryView], pathway: PathwayView, is_last: bool) -> None:
        """Take what the diary has; the team changes nothing unless its pathway `is_last`."""
        self._scale = pathway.scale
        self._plan = pathway.plan
        self._on_page = pathway.plan.names if is_last else ()
        self._by_id = {entry.id: entry for entry in entries}
        self._taken_back = {e.replaces_id for e in self._by_id.values() if e.withdrawn}
        self._lines: dict[int, int] = {}
        self._standing: dict[object, list[Entry | EntryView]] = {}
        for entry in self._by_id.values():
            if entry.stands:
                self._stands(entry)

    def add(self, entry: Entry, line: int) -> None:
        """Note a row of the table that joins the diary."""
        self._lines[id(entry)] = line
        self._stands(entry)

    def holds(self, entry: Entry, entry_id: UUID) -> bool:
        """Return whether the diary has the row: under its id, or as the answer to its moment."""
        if entry_id in self._by_id:
            return True
        # Taken back or on another scale it is no answer that could be the same.
        return not (entry.withdrawn or entry.scale) and all(
            self._says(others, entry, site) for site, others in self._answers(entry).items()
        )

    def problem(self, entry: Entry, entry_id: UUID, line: int, table: DiaryTable) -> Problem | None:
        """Return where the row says something else than the diary, None when it does not."""
        before = self._by_id.get(entry_id)
        if before is not None:
            column = next(self._differing(entry, before, table), None)
            if column is None:
                return None
            if column == Column.WITHDRAWN:
                return Problem(line, table.columns.get(column), TAKEN_BACK)
            text = OTHER if self._can_be_corrected(before) else OTHER_STAYS
            return Problem(line, table.columns.get(column), text)
        if entry.withdrawn or entry.scale or self.holds(entry, entry_id):
            return None
        in_part = None
        for site, others in self._answers(entry).items():
            if not others:
                continue
            column = table.columns.get(site)
            if not self._says(others, entry, site):
                text, said = self._answered(others[0])
                said |= {"score": decimal_text(others[0].scores[site])}
                return Problem(line, column, text, said)
            on_page = all(self._is_on_page(other) for other in others)
            in_part = in_part or Problem(line, column, PARTLY if on_page else PARTLY_STAYS)
        return in_part

    def _answers(self, entry: Entry) -> Mapping[str, list[Entry | EntryView]]:
        """Return what stands where a row would, by each site of the row.

        An answer with a time and one on paper can be for one moment: then the first of them
        counts (protocol.md, section 1), and a file would change the score that does.
        """
        near = [other for key in self._keys(entry) for other in self._standing.get(key, ())]
        return {site: [other for other in near if site in other.scores] for site in entry.scores}

    def _says(self, others: Iterable[Entry | EntryView], entry: Entry, site: str) -> bool:
        """Return whether one of `others` is what a row says of `site`."""
        return any(
            other.scores[site] == entry.scores[site]
            and other.scale in (None, self._scale)
            and (self._is_late(other) == self._is_late(entry) or _when(other) == _when(entry))
            for other in others
        )

    def _answered(self, other: Entry | EntryView) -> tuple[str, dict[str, object]]:
        if isinstance(other, Entry):
            return ANSWERED_ABOVE, {"line": self._lines[id(other)]}
        return ANSWERED if self._can_be_corrected(other) else ANSWERED_STAYS, {}

    def _is_on_page(self, other: Entry | EntryView) -> bool:
        return not isinstance(other, Entry) and self._can_be_corrected(other)

    def _can_be_corrected(self, entry: EntryView) -> bool:
        """Return whether the page on which the team types paper over shows an entry."""
        return entry.source is Source.PAPER and entry.moment in self._on_page

    def _stands(self, entry: Entry | EntryView) -> None:
        for key in self._keys(entry):
            self._standing.setdefault(key, []).append(entry)

    def _keys(self, entry: Entry | EntryView) -> Iterable[object]:
        """Return what answers to one question have in common: a time, or a day and a moment.

        An extra measurement has no moment and is known by its time alone.
        """
        place = self._placed(entry)
        by_place = () if place.moment is None else ((place.diary_day, place.moment),)
        return dict.fromkeys((_when(entry), *by_place))

    def _is_late(self, entry: Entry | EntryView) -> bool:
        return self._placed(entry).kind is Kind.LATE

    def _placed(self, entry: Entry | EntryView) -> Placement:
        """Return the place that a row will have, or that an entry was given when it was stored."""
        if isinstance(entry, Entry):
            return label(entry, self._plan)
        return Placement(entry.diary_day, entry.moment, entry.kind)

    def _differing(self, entry: Entry, before: EntryView, table: DiaryTable) -> Iterator[str]:
        """Yield the columns in which a row says something else; what is empty says nothing."""
        for site in table.sites:
            if entry.scores.get(site) != before.scores.get(site):
                yield site
        said = {
            Column.MEASURED_AT: (entry.measured_at, before.measured_at),
            Column.DIARY_DAY: (entry.diary_day, before.diary_day),
            Column.MOMENT: (entry.moment, before.moment),
            Column.KIND: (entry.kind, before.kind),
            Column.SCALE: (entry.scale or self._scale, before.scale),
        }
        # Without its own column the source is a guess from whether there is a time.
        if Column.SOURCE in table.columns:
            said[Column.SOURCE] = (entry.source, before.source)
        for column, (new, old) in said.items():
            if new is not None and new != old:
                yield column
        if entry.withdrawn and before.id not in self._taken_back:
            yield Column.WITHDRAWN


def _when(entry: Entry | EntryView) -> datetime | tuple[date | None, str | None]:
    """Return the time of an answer, or the day and the moment of one without a time."""
    if entry.measured_at is not None:
        return entry.measured_at.astimezone(UTC)
    return entry.diary_day, entry.moment
