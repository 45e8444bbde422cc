"""The data behind the chart: what was asked and made each day, and every entry with its times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from diary.charts.words import number
from diary.protocol.cases import Assessment
from diary.protocol.entries import Kind
from diary.protocol.exact import decimal_text
from diary.store.diary_reading import EntryView
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label
from diary.web.language import clock, current, day_short, duration, gettext, moment_in
from diary.web.team import words

# A clock that is further off is shown (protocol.md, section 1).
CLOCK_ERROR_SECONDS = 300
MINUTE = 60


@dataclass(frozen=True, slots=True)
class AdherenceDay:
    """One diary day of a phase: the measurements whose window has closed, and the answers."""

    day: str
    phase: str
    planned: int
    in_time: int
    late: int
    extra: int

    @property
    def missing(self) -> int:
        """Return how many planned measurements were not made in time."""
        return self.planned - self.in_time


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One stored entry, also one that was corrected or withdrawn."""

    day: str
    moment: str
    kind: str
    scores: list[str]
    measured: str
    received: str
    clock_error: str
    clock_wrong: bool
    source: str
    state: str
    stands: bool
    note: str


def adherence(assessment: Assessment, pathway: PathwayView) -> list[AdherenceDay]:
    """Return the days of all phases up to the present one, the latest first."""
    case, site = assessment.case, pathway.primary_site
    scheduled = assessment.diary.sites[site].scheduled
    others: Counter[tuple[date, Kind]] = Counter(
        (place.diary_day, place.kind)
        for entry, place in assessment.placed
        if site in entry.scores and not entry.withdrawn
    )
    lines = []
    for phase in pathway.phases:
        for offset in range((phase.end - phase.first_day).days + 1):
            day = phase.first_day + timedelta(days=offset)
            made = scheduled.get(day, {})
            closed = [
                planned
                for planned in case.plan.day(day)
                # One that is answered counts as asked, also while its window is open.
                if planned.closes_utc <= case.as_of or planned.moment.name in made
            ]
            if closed:
                late, extra = others[day, Kind.LATE], others[day, Kind.EXTRA]
                name = words.phase(phase.kind)
                lines.append(
                    AdherenceDay(day_short(day), name, len(closed), len(made), late, extra)
                )
    return lines[::-1]


def entry_lines(entries: Sequence[EntryView], pathway: PathwayView) -> list[EntryLine]:
    """Return every entry, the latest first; times on the patient's clock."""
    return [_line(entry, pathway) for entry in reversed(entries)]


def _line(entry: EntryView, pathway: PathwayView) -> EntryLine:
    error = entry.clock_error_seconds
    return EntryLine(
        day=day_short(entry.diary_day),
        moment=moment_label(entry.moment) if entry.moment else "–",
        kind=gettext(words.KINDS[entry.kind]),
        scores=[_score(entry, site) for site in pathway.sites],
        measured=_measured(entry, pathway.zone),
        received=moment_in(entry.received_at, pathway.zone),
        clock_error=_clock_error(entry, pathway.zone),
        clock_wrong=_is_wrong(error),
        source=gettext(words.SOURCES[entry.source]),
        state=_state(entry),
        stands=entry.stands,
        note=entry.note or "",
    )


def _score(entry: EntryView, site: str) -> str:
    score = entry.scores.get(site)
    return "–" if score is None else number(decimal_text(score), current())


def _measured(entry: EntryView, zone: ZoneInfo) -> str:
    """Return the time as the patient's plan has it, and what the phone showed where it differs."""
    at = entry.measured_at
    if at is None:
        return "–"
    home = moment_in(at, zone)
    if at.utcoffset() == at.astimezone(zone).utcoffset():
        return home
    return gettext("%(home)s (phone: %(phone)s)") % {"home": home, "phone": clock(at)}


def _is_wrong(seconds: int | None) -> bool:
    return seconds is not None and abs(seconds) > CLOCK_ERROR_SECONDS


def _clock_error(entry: EntryView, zone: ZoneInfo) -> str:
    """Return how far off the phone's clock was, and what time it then was really."""
    seconds = entry.clock_error_seconds
    if seconds is None:
        return "–"
    if abs(seconds) < MINUTE:
        return gettext("less than a minute")
    about = duration(abs(seconds))
    text = gettext("%(time)s fast") if seconds > 0 else gettext("%(time)s slow")
    said = text % {"time": about}
    if entry.measured_at is None or not _is_wrong(seconds):
        return said
    really = moment_in(entry.measured_at - timedelta(seconds=seconds), zone)
    return gettext("%(error)s; really about %(time)s") % {"error": said, "time": really}


def _state(entry: EntryView) -> str:
    if entry.withdrawn:
        return gettext("withdrawal")
    if entry.replaced_by is not None:
        return gettext("corrected or withdrawn")
    return gettext("correction") if entry.replaces_id is not None else ""
