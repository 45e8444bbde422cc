"""Entries in the patient's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.protocol.days import diary_day_of
from diary.protocol.entries import Kind
from diary.protocol.exact import decimal_text
from diary.protocol.scales import Scale, Source
from diary.store import diary_reading
from diary.store.diary_reading import EntryView
from diary.web.labels import moment_label, site_label
from diary.web.language import clock, day_short, duration, joined, number
from diary.web.language import day as day_words
from diary.web.language import gettext as _
from diary.web.patient.access import Visit

# A clock error beyond this is shown (protocol.md, section 1).
SHOWN_CLOCK_ERROR = 5 * 60


@dataclass(frozen=True, slots=True)
class Answer:
    """The score of one pain site, in words."""

    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry as the patient sees it; `changeable` while its diary day lasts."""

    id: UUID
    title: str
    when: str
    time: str
    answers: tuple[Answer, ...]
    remark: str | None
    changeable: bool


def find_entry(seen: Visit, entry_id: UUID) -> EntryView | None:
    """Return the patient's own entry with this id.

    An answer that waited on the phone may be in an earlier diary: in the one that asked it.
    """
    of_each = (diary_reading.entries(seen.unit, own) for own in reversed(seen.pathways))
    return next((entry for found in of_each for entry in found if entry.id == entry_id), None)


def changeable(seen: Visit, entry: EntryView) -> bool:
    """Tell whether the patient may still change this entry: it stands, and its day is not over.

    One of an earlier diary is never changed: it was asked by other questions. What the team typed
    over from paper is the team's to mend.
    """
    assert seen.pathway is not None
    if entry.pathway_id != seen.pathway.id or entry.source is Source.PAPER:
        return False
    today = diary_day_of(seen.unit.now, seen.pathway.zone)
    return entry.stands and entry.diary_day == today and seen.pathway.ended_at is None


def shown(seen: Visit, entry: EntryView) -> ShownEntry:
    """Return `entry` in words."""
    pathway = seen.pathway
    assert pathway is not None
    return ShownEntry(
        id=entry.id,
        title=_title(entry),
        when=_when(entry, pathway.zone),
        time=clock(entry.measured_at.astimezone(pathway.zone)) if entry.measured_at else "",
        answers=tuple(
            Answer(site_label(site), _score(entry, site))
            for site in sorted(entry.scores, key=_order(seen, entry))
        ),
        remark=_remark(entry),
        changeable=changeable(seen, entry),
    )


def _order(seen: Visit, entry: EntryView) -> Callable[[str], int]:
    """Return the order in which the diary of an entry asks the pain sites."""
    own = next(pathway for pathway in seen.pathways if pathway.id == entry.pathway_id)
    return own.sites.index


def _title(entry: EntryView) -> str:
    if entry.kind is Kind.EXTRA or entry.moment is None:
        return _("Extra measurement")
    label = moment_label(entry.moment)
    if entry.kind is Kind.LATE:
        return _("%(moment)s, filled in later") % {"moment": label}
    return label


def _when(entry: EntryView, zone: ZoneInfo) -> str:
    if entry.measured_at is None:
        return day_words(entry.diary_day)
    local = entry.measured_at.astimezone(zone)
    return joined(day_short(local.date()), clock(local))


def _score(entry: EntryView, site: str) -> str:
    score = number(float(decimal_text(entry.scores[site])))
    return _("%(score)s of 100") % {"score": score} if entry.scale is Scale.VAS else score


def _remark(entry: EntryView) -> str | None:
    if entry.source is Source.PAPER:
        return _("From your paper diary.")
    error = entry.clock_error_seconds or 0
    if abs(error) > SHOWN_CLOCK_ERROR:
        time = {"time": duration(abs(error))}
        if error > 0:
            return _("The clock of your phone was about %(time)s fast.") % time
        return _("The clock of your phone was about %(time)s slow.") % time
    if entry.replaces_id is not None:
        return _("You changed this.")
    return None
