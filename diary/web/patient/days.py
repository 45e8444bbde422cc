"""Days and weeks of the own diary in words: what came in time, what later, what not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from uuid import UUID

from diary.protocol.days import diary_day_of
from diary.protocol.entries import Kind
from diary.store import diary_reading, event_reading
from diary.store.diary_reading import DayView, EntryView, MomentState, MomentView
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label
from diary.web.language import clock, joined, ngettext
from diary.web.language import gettext as _
from diary.web.patient import event_words
from diary.web.patient.access import Visit
from diary.web.patient.event_words import ShownEvent
from diary.web.patient.views import ShownEntry, shown

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """What the patient said once: as it stands, with what it said before it was changed."""

    title: str
    sign: str
    what: str
    entry: ShownEntry | None
    earlier: tuple[ShownEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of a week: the signs of its moments, and the same in words."""

    day: date
    today: bool
    signs: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Span:
    """The days that can be looked at: from the first with a diary up to today."""

    first: date
    today: date

    def holds(self, day: date) -> bool:
        """Tell whether `day` can be looked at."""
        return self.first <= day <= self.today


def span_of(seen: Visit) -> Span | None:
    """Return the days of the own diary, the earlier ones too; None when it has not begun."""
    if seen.pathway is None:
        return None
    today = diary_day_of(seen.unit.now, seen.zone)
    first = min([day for own in seen.pathways for day in _begins(seen, own)], default=today)
    return Span(first, today) if first <= today else None


def _begins(seen: Visit, pathway: PathwayView) -> list[date]:
    written = diary_reading.first_day(seen.unit, pathway)
    return [*(phase.first_day for phase in pathway.held), *([written] if written else [])]


def earlier_diaries(seen: Visit) -> list[tuple[date, date]]:
    """Return the first and the last day of each diary that was closed before the last one began."""
    found = []
    for pathway in seen.pathways[:-1]:
        assert pathway.ended_at is not None, "one pathway is open at a time"
        last = diary_day_of(pathway.ended_at, pathway.zone)
        first = min(_begins(seen, pathway), default=None)
        if first is not None and first <= last:
            found.append((first, last))
    return found


def days_of(seen: Visit, first: date, last: date) -> list[DayView]:
    """Return the diary days from `first` to `last` with what every diary has of them."""
    found = [
        [_as_asked(own, day) for day in diary_reading.days(seen.unit, own, first, last)]
        for own in seen.pathways
    ]
    return [reduce(_both, same_day) for same_day in zip(*found, strict=True)]


def _as_asked(own: PathwayView, day: DayView) -> DayView:
    """Return a day without what was not asked any more, because the diary was closed before.

    The team may still type over what stood on paper: only to the patient is it no question.
    """
    if own.ended_at is None:
        return day
    closed = own.ended_at
    asked = (one for one in day.moments if one.entry or one.planned.closes_utc <= closed)
    return replace(day, moments=tuple(asked))


def _both(one: DayView, other: DayView) -> DayView:
    """Return a day of two diaries; only that on which one was closed and the next begun is such."""
    moments, entries = one.moments + other.moments, one.entries + other.entries
    return DayView(other.diary_day, other.finished, moments, entries)


def week_of(seen: Visit, span: Span, day: date) -> list[WeekDay]:
    """Return the days of the week of `day`, Monday first, as far as they have come."""
    monday = day - timedelta(days=day.weekday())
    first, last = max(monday, span.first), min(monday + WEEK - timedelta(days=1), span.today)
    found = days_of(seen, first, last)
    return [_week_day(view, span.today) for view in found]


def lines_of(seen: Visit, view: DayView) -> list[Line]:
    """Return the moments of a day, then what else was measured, then what was taken back."""
    by_id = {entry.id: entry for entry in view.entries}
    lines = [_moment(seen, one, by_id) for one in view.moments]
    in_moments = {one.entry.id for one in view.moments if one.entry}
    others = [entry for entry in view.entries if entry.stands and entry.id not in in_moments]
    lines += [_other(seen, entry, by_id) for entry in others]
    taken_back = {entry.replaces_id for entry in view.entries if entry.withdrawn}
    gone = [entry for entry in view.entries if entry.id in taken_back]
    return lines + [_taken_back(seen, entry, by_id) for entry in gone]


def events_of(seen: Visit, day: date) -> list[ShownEvent]:
    """Return what else is in the diary of one day: medicines, attacks, the evening.

    What stands comes first, then what was taken back, as with the scores.
    """
    own_ids = [own.id for own in seen.pathways]
    standing = event_reading.standing(seen.unit, own_ids, day)
    taken_back = event_reading.taken_back(seen.unit, own_ids, day)
    return [
        event_words.shown(seen, own, one, gone=gone)
        for found, gone in ((standing, False), (taken_back, True))
        for own in seen.pathways
        for one in found.get(own.id, ())
        if one.diary_day == day
    ]


def _week_day(view: DayView, today: date) -> WeekDay:
    states = [moment.state for moment in view.moments]
    in_moments = {one.entry.id for one in view.moments if one.entry}
    extra = sum(entry.stands and entry.id not in in_moments for entry in view.entries)
    in_time, late, missed = (
        states.count(state)
        for state in (MomentState.ANSWERED, MomentState.LATE, MomentState.MISSED)
    )
    counted = {
        ngettext("%(num)d on time", "%(num)d on time", in_time): in_time,
        ngettext("%(num)d later", "%(num)d later", late): late,
        ngettext("%(num)d not filled in", "%(num)d not filled in", missed): missed,
        ngettext("%(num)d extra", "%(num)d extra", extra): extra,
    }
    words = [text % {"num": count} for text, count in counted.items() if count]
    return WeekDay(
        day=view.diary_day,
        today=view.diary_day == today,
        signs=tuple(state.value for state in states),
        words=joined(*words) or (_("Comes later") if states else _("Nothing was asked.")),
    )


def _moment(seen: Visit, moment: MomentView, by_id: dict[UUID, EntryView]) -> Line:
    entry = shown(seen, moment.entry) if moment.entry else None
    planned = moment.planned
    return Line(
        title=joined(moment_label(planned.moment.name), clock(planned.local)),
        sign=moment.state.value,
        what=_what(moment.state, entry.time if entry else ""),
        entry=entry,
        earlier=_earlier(seen, moment.entry, by_id),
    )


def _what(state: MomentState, time: str) -> str:
    at = {"time": time}
    if state is MomentState.ANSWERED:
        return _("Filled in on time, at %(time)s") % at if time else _("Filled in")
    if state is MomentState.LATE:
        return _("Filled in later, at %(time)s") % at if time else _("Filled in later")
    return {
        MomentState.OPEN: _("You can fill it in now"),
        MomentState.COMING: _("Comes later"),
        MomentState.MISSED: _("Not filled in"),
    }[state]


def _other(seen: Visit, entry: EntryView, by_id: dict[UUID, EntryView]) -> Line:
    one = shown(seen, entry)
    # A second one in the window of a moment does not answer it: it is not called by its name.
    title = one.title if entry.kind is Kind.LATE else _("Extra measurement")
    return Line(title, "extra", one.time, one, _earlier(seen, entry, by_id))


def _taken_back(seen: Visit, entry: EntryView, by_id: dict[UUID, EntryView]) -> Line:
    title = _("Extra measurement")
    if entry.moment is not None and entry.kind is not Kind.EXTRA:
        title = moment_label(entry.moment)
    one = shown(seen, entry)
    return Line(title, "gone", _("You took this back."), one, _earlier(seen, entry, by_id))


def _earlier(
    seen: Visit, entry: EntryView | None, by_id: dict[UUID, EntryView]
) -> tuple[ShownEntry, ...]:
    """Return what stood before `entry`, the latest first."""
    return tuple(shown(seen, one) for one in _before(entry, by_id))


def _before(entry: EntryView | None, by_id: dict[UUID, EntryView]) -> Iterable[EntryView]:
    while entry is not None and entry.replaces_id is not None:
        entry = by_id.get(entry.replaces_id)
        if entry is not None:
            yield entry


def neighbours(span: Span, first: date, last: date) -> Sequence[date | None]:
    """Return the last day before and the first day after, as far as they can be looked at."""
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return [day if span.holds(day) else None for day in (before, after)]
