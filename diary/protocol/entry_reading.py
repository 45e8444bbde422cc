"""Reading the entries of a case file."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from diary.protocol.entries import Entry, Kind, place_in
from diary.protocol.moments import Moment, Plan
from diary.protocol.reading import (
    Path,
    Reader,
    a_choice,
    a_day,
    a_flag,
    a_text,
    an_instant,
    one_of,
)
from diary.protocol.scales import Scale, ScoreError, Source, parse_score

OPTIONAL = (
    *("id", "measured_at", "diary_day", "moment"),
    *("scale", "kind", "source", "withdrawn"),
)
NOT_A_SITE = "is not one of the sites of this case"
a_scale = a_choice(Scale)
_a_kind = a_choice(Kind)
_a_source = a_choice(Source)


class EntryReader:
    """Reads entries against the scale, sites and plan of their case.

    A scale that is None, or a plan without moments, could not be read: what depends on it is
    left unchecked, since that problem has been noted.
    """

    def __init__(
        self,
        reader: Reader,
        scale: Scale | None,
        sites: tuple[str, ...],
        moments: tuple[Moment, ...],
        plan: Plan | None,
    ) -> None:
        self.reader = reader
        self.scale = scale
        self.sites = sites
        self.moments = tuple(moment.name for moment in moments)
        self.plan = plan
        self._ids: set[str] = set()

    def read(self, value: object) -> tuple[Entry, ...]:
        """Return the entries of a JSON list; bad ones are noted and left out."""
        entries = (
            self._entry(item, ("entries", index))
            for index, item in enumerate(self.reader.items(value, ("entries",)))
        )
        return tuple(entry for entry in entries if entry is not None)

    def _entry(self, value: object, path: Path) -> Entry | None:
        reader = self.reader
        noted = len(reader.problems)
        found = reader.fields(value, path, ("scores",), OPTIONAL)
        on_paper = "measured_at" not in found
        source = reader.optional(found, "source", path, _a_source) or (
            Source.PAPER if on_paper else Source.PHONE
        )
        scale = reader.optional(found, "scale", path, a_scale)
        entry = Entry(
            id=reader.optional(found, "id", path, self._an_id),
            measured_at=reader.optional(found, "measured_at", path, an_instant),
            diary_day=reader.optional(found, "diary_day", path, a_day),
            moment=reader.optional(found, "moment", path, self._a_moment),
            scores=self._scores(found, path, scale or self.scale, source),
            scale=scale,
            kind=reader.optional(found, "kind", path, _a_kind),
            source=source,
            withdrawn=reader.optional(found, "withdrawn", path, a_flag) or False,
        )
        if len(reader.problems) == noted:
            self._check_place(entry, path)
        return entry if len(reader.problems) == noted else None

    def _an_id(self, value: object) -> str:
        text = a_text(value)
        if text in self._ids:
            raise ValueError("another entry has this id")
        self._ids.add(text)
        return text

    def _a_moment(self, value: object) -> str:
        # Without a readable plan any name may be right.
        return one_of(self.moments)(value) if self.moments else a_text(value)

    def _scores(
        self, found: Mapping[str, Any], path: Path, scale: Scale | None, source: Source
    ) -> Mapping[str, Fraction]:
        if "scores" not in found:
            return {}
        path = (*path, "scores")
        values = self.reader.fields(found["scores"], path, (), self.sites, NOT_A_SITE)
        if found["scores"] == {}:
            self.reader.problem(path, "needs a score for at least one site")
        if scale is None:
            return {}
        scores = {}
        for site, value in values.items():
            try:
                scores[site] = parse_score(value, scale, source)
            except ScoreError as error:
                self.reader.problem((*path, site), str(error))
        return scores

    def _check_place(self, entry: Entry, path: Path) -> None:
        """Note an entry whose time, day, moment and kind cannot go together."""
        if entry.measured_at is None:
            if entry.diary_day is None or entry.moment is None:
                self.reader.problem(path, "needs measured_at, or diary_day and moment")
            return
        if self.plan is None or (entry.diary_day is None and entry.kind is not Kind.SCHEDULED):
            return
        place = place_in(self.plan, entry.measured_at)
        if entry.diary_day not in (None, place.diary_day):
            self.reader.problem((*path, "diary_day"), "is not the diary day of measured_at")
        if entry.kind is Kind.SCHEDULED and entry.moment is None and place.moment is None:
            self.reader.problem((*path, "kind"), "measured_at lies in no window: name the moment")
