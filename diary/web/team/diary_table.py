"""The data behind the chart: every entry with its times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from diary.charts.words import number
from diary.protocol.exact import decimal_text
from diary.store.diary_reading import EntryView
from diary.store.pathways import PathwayView
from diary.web.labels import moment_label
from diary.web.language import clock, current, day_short, duration, gettext, moment_in
from diary.web.team import words
from diary.web.team.chart_points import row_of

# A clock that is further off is shown (protocol.md, section 1).
CLOCK_ERROR_SECONDS = 300
MINUTE = 60


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One stored entry, also one that was corrected or withdrawn; `row` names its row."""

    row: str
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


def entry_lines(entries: Sequence[EntryView], pathway: PathwayView) -> list[EntryLine]:
    """Return every entry, the latest first; times on the patient's clock."""
    return [_line(entry, pathway) for entry in reversed(entries)]


def _line(entry: EntryView, pathway: PathwayView) -> EntryLine:
    error = entry.clock_error_seconds
    return EntryLine(
        row=row_of(entry),
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
